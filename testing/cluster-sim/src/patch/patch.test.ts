import { describe, expect, it } from 'vitest';
import { containers, DEPLOYMENT, deployment } from '../../test/deployment.ts';
import { type Json, type JsonObject, listAt, objectAt, valueAt } from '../json.ts';
import { schemaOfCrd } from '../schema/index.ts';
import { patched } from './index.ts';

const env = (...all: readonly string[]): JsonObject[] => all.map((name) => ({ name, value: name }));
const live = deployment(
  {
    replicas: 0,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
    template: {
      spec: {
        containers: [
          { name: 'c', image: 'i', env: env('a', 'b', 'c', 'd') },
          { name: 'd', image: 'i' },
          { name: 'e', image: 'i' },
        ],
        tolerations: [{ key: 'a' }],
      },
    },
  },
  { labels: { a: '1', b: '2' }, finalizers: ['a', 'b', 'c'] },
);

function by(type: string, patch: Json): JsonObject {
  const outcome = patched(`application/${type}+json`, DEPLOYMENT, live, patch);
  if (!('object' in outcome)) throw new Error(`${outcome.status} ${outcome.reason} ${outcome.message}`);
  return outcome.object;
}

const images = (object: JsonObject): readonly string[] =>
  listAt(object, 'spec', 'template', 'spec', 'containers').map((item) => `${valueAt(item, 'name')}:${valueAt(item, 'image')}`);

describe('a strategic merge patch', () => {
  const strategic = (patch: Json): JsonObject => by('strategic-merge-patch', patch);
  const spec = (fields: JsonObject): JsonObject => ({ spec: { template: { spec: fields } } });

  it.each<[string, JsonObject, readonly string[]]>([
    ['merges by the merge key, where the item stood', { containers: [{ name: 'd', image: 'z' }] }, ['c:i', 'd:z', 'e:i']],
    ['puts new items first', { containers: [{ name: 'x', image: 'i' }] }, ['x:i', 'c:i', 'd:i', 'e:i']],
    [
      'puts its items in its own order',
      { containers: [{ name: 'e' }, { name: 'x', image: 'i' }, { name: 'c' }] },
      ['d:i', 'e:i', 'x:i', 'c:i'],
    ],
    ['deletes by directive', { containers: [{ name: 'd', $patch: 'delete' }] }, ['c:i', 'e:i']],
    ['replaces by directive', { containers: [{ $patch: 'replace' }, { name: 'n', image: 'i' }] }, ['n:i']],
    [
      'orders by directive',
      { '$setElementOrder/containers': [{ name: 'e' }, { name: 'c' }, { name: 'd' }] },
      ['e:i', 'c:i', 'd:i'],
    ],
    [
      'orders and merges',
      { '$setElementOrder/containers': [{ name: 'n' }, { name: 'd' }, { name: 'c' }], containers: [{ name: 'n', image: 'z' }] },
      ['n:z', 'd:i', 'c:i', 'e:i'],
    ],
  ])('%s', (_rule, patch, expected) => {
    expect(images(strategic(spec(patch)))).toEqual(expected);
  });

  it('merges lists within items', () => {
    const object = strategic(
      spec({
        containers: [
          {
            name: 'c',
            env: [
              { name: 'b', $patch: 'delete' },
              { name: 'z', value: 'z' },
              { name: 'a', value: '9' },
            ],
          },
        ],
      }),
    );
    expect(valueAt(listAt(object, 'spec', 'template', 'spec', 'containers')[0], 'env')).toEqual([
      { name: 'z', value: 'z' },
      { name: 'a', value: '9' },
      ...env('c', 'd'),
    ]);
  });

  it('replaces lists that are not marked, and drops nulls of what is new', () => {
    const object = strategic(spec({ tolerations: [{ key: 'z' }], nodeSelector: { a: null, b: '1' } }));
    expect(objectAt(object, 'spec', 'template', 'spec')).toMatchObject({ tolerations: [{ key: 'z' }], nodeSelector: { b: '1' } });
    expect(objectAt(object, 'spec', 'template', 'spec', 'nodeSelector')).not.toHaveProperty('a');
  });

  it('leaves out directives of what is new', () => {
    const object = strategic(
      spec({
        initContainers: [
          { name: 'n', image: 'i' },
          { name: 'gone', $patch: 'delete' },
        ],
      }),
    );
    expect(listAt(object, 'spec', 'template', 'spec', 'initContainers')).toEqual([{ name: 'n', image: 'i' }]);
  });

  it.each<[string, JsonObject, readonly string[]]>([
    ['adds to a set', { finalizers: ['d', 'b'] }, ['a', 'd', 'b', 'c']],
    ['takes from a set', { '$deleteFromPrimitiveList/finalizers': ['b'] }, ['a', 'c']],
  ])('%s of texts', (_rule, metadata, expected) => {
    expect(listAt(strategic({ metadata }), 'metadata', 'finalizers').toSorted()).toEqual([...expected].sort());
  });

  it('keeps only the named keys', () => {
    expect(objectAt(strategic({ spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }), 'spec').strategy).toEqual({
      type: 'Recreate',
    });
  });

  it('replaces and empties objects by directive', () => {
    expect(objectAt(strategic({ metadata: { labels: { $patch: 'replace', z: '1' } } }), 'metadata').labels).toEqual({ z: '1' });
    expect(objectAt(strategic({ metadata: { labels: { $patch: 'delete' } } }), 'metadata').labels).toEqual({});
  });

  it.each<[Json, string]>([
    [spec({ containers: [{ image: 'x' }] }), '500  map: map[image:x] does not contain declared merge key: name'],
    [spec({ containers: [{ $patch: 'bla', name: 'c' }] }), '500  unknown patch type: bla in map: map[$patch:bla name:c]'],
    [spec({ $patch: 'bla' }), '500  unknown patch type: bla in map: map[$patch:bla]'],
    [spec({ $retainKeys: ['a'], nodeName: 'x' }), '400 BadRequest invalid patch format of retainKeys'],
    [spec({ '$setElementOrder/containers': 3 }), '500  expected a []interface {}, but received a int64'],
    [
      spec({ '$setElementOrder/containers': [{ name: 'd' }], containers: [{ name: 'c', image: 'k' }] }),
      "500  The order in patch list:\n[map[image:k name:c]]\n doesn't match $setElementOrder list:\n[map[name:d]]\n",
    ],
    [[1], '400 BadRequest json: cannot unmarshal array into Go value of type map[string]interface {}'],
  ])('cannot be %j', (patch, message) => {
    expect(() => strategic(patch)).toThrow(new Error(message));
  });

  it('is for built-in kinds only', () => {
    expect(patched('application/strategic-merge-patch+json', schemaOfCrd({}), {}, {})).toMatchObject({
      status: 415,
      reason: 'UnsupportedMediaType',
    });
  });
});

describe('a merge patch', () => {
  it('merges objects, removes by null, replaces lists', () => {
    const object = by('merge-patch', {
      metadata: { labels: { a: null, c: '3' }, annotations: { x: 'y' } },
      spec: containers({ name: 'only', image: 'i' }),
    });
    expect(object).toMatchObject({ metadata: { labels: { b: '2', c: '3' }, annotations: { x: 'y' } }, spec: { replicas: 0 } });
    expect(images(object)).toEqual(['only:i']);
    expect(objectAt(object, 'metadata', 'labels')).not.toHaveProperty('a');
  });

  it.each<[Json, string]>([
    [[1], '400 BadRequest error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}'],
    [null, '400 BadRequest Invalid JSON Patch'],
  ])('cannot be %j', (patch, message) => {
    expect(() => by('merge-patch', patch)).toThrow(message);
  });
});

describe('a JSON patch', () => {
  const json = (...patch: readonly Json[]): JsonObject => by('json-patch', patch);

  it.each<[string, readonly Json[], JsonObject]>([
    ['adds', [{ op: 'add', path: '/metadata/labels/x~1y', value: 'z' }], { a: '1', b: '2', 'x/y': 'z' }],
    ['adds null without a value', [{ op: 'add', path: '/metadata/labels/x' }], { a: '1', b: '2', x: null }],
    ['replaces even what is absent', [{ op: 'replace', path: '/metadata/labels/x', value: 'y' }], { a: '1', b: '2', x: 'y' }],
    ['removes', [{ op: 'remove', path: '/metadata/labels/a' }], { b: '2' }],
    [
      'moves and copies',
      [
        { op: 'move', from: '/metadata/labels/a', path: '/metadata/labels/c' },
        { op: 'copy', from: '/metadata/labels/c', path: '/metadata/labels/d' },
      ],
      { b: '2', c: '1', d: '1' },
    ],
    [
      'tests',
      [
        { op: 'test', path: '/metadata/labels', value: { b: '2', a: '1' } },
        { op: 'test', path: '/metadata/nope', value: null },
      ],
      { a: '1', b: '2' },
    ],
  ])('%s', (_rule, patch, labels) => {
    expect(objectAt(json(...patch), 'metadata', 'labels')).toEqual(labels);
  });

  it('inserts into lists, and leaves the object that it was given alone', () => {
    expect(images(json({ op: 'add', path: '/spec/template/spec/containers/1', value: { name: 'z', image: 'i' } }))).toEqual([
      'c:i',
      'z:i',
      'd:i',
      'e:i',
    ]);
    expect(images(json({ op: 'add', path: '/spec/template/spec/containers/-', value: { name: 'z', image: 'i' } }))).toEqual([
      'c:i',
      'd:i',
      'e:i',
      'z:i',
    ]);
    expect(images(live)).toEqual(['c:i', 'd:i', 'e:i']);
  });

  it.each<Json>([
    { op: 'test', path: '/spec/replicas', value: 1 },
    { op: 'replace', path: '/spec/nope/x', value: 1 },
    { op: 'remove', path: '/metadata/labels/nope' },
    { op: 'add', path: '/spec/template/spec/containers/9', value: {} },
    { op: 'add', path: 'metadata', value: 'x' },
    { op: 'move', from: '/metadata/labels/nope', path: '/metadata/labels/y' },
    { op: 'blub', path: '/metadata' },
    { path: '/metadata' },
    null,
  ])('is refused for %j', (step) => {
    expect(() => json(step)).toThrow('422 Invalid the server rejected our request due to an error in our request');
  });

  it.each<[Json, string]>([
    [
      { op: 'x' },
      '400 BadRequest error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    ],
    [[1], '400 BadRequest error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp'],
  ])('cannot be %j', (patch, message) => {
    expect(() => by('json-patch', patch)).toThrow(message);
  });
});
