import { describe, expect, it } from 'vitest';
import { containers, DEPLOYMENT, deployment, kind } from '../../test/deployment.ts';
import { type JsonObject, listAt, objectAt, valueAt, withValueAt } from '../json.ts';
import { writtenOut } from '../schema/index.ts';
import { schemaOfCrd } from '../schema/kinds.ts';
import { recordUpdate } from './index.ts';

const CONFIG_MAP = kind('', 'v1', 'ConfigMap');

function configMap(data: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'shop' }, data };
}

function written(before: JsonObject | undefined, after: JsonObject, manager = 'hand', now = 0): JsonObject {
  const managed = before === undefined ? undefined : objectAt(before, 'metadata').managedFields;
  const told = managed === undefined ? after : withValueAt(after, ['metadata', 'managedFields'], managed);
  return recordUpdate({ schema: CONFIG_MAP, before, after: told, manager, apiVersion: 'v1', now });
}

const entries = (object: JsonObject): readonly JsonObject[] =>
  listAt(object, 'metadata', 'managedFields').map((entry) => objectAt({ entry }, 'entry'));
const fieldsOf = (object: JsonObject, manager: string): unknown =>
  entries(object).find((entry) => entry.manager === manager)?.fieldsV1;

describe('a create', () => {
  it('owns all that is set, and the maps and items that it brought, but not what the encoding always has', () => {
    const spec = {
      replicas: 0,
      selector: { matchLabels: { a: 'b' } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } },
      template: {
        metadata: { labels: { a: 'b' } },
        spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80, protocol: 'TCP' }] }], securityContext: {} },
      },
    };
    const after = writtenOut(DEPLOYMENT, deployment(spec, { labels: { l: '1' }, finalizers: ['a.b/c'] }));
    const object = recordUpdate({
      schema: DEPLOYMENT,
      before: undefined,
      after,
      manager: 'hand',
      apiVersion: 'apps/v1',
      now: 1500,
    });
    expect(entries(object)).toEqual([
      {
        manager: 'hand',
        operation: 'Update',
        apiVersion: 'apps/v1',
        time: '1970-01-01T00:00:01Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:finalizers': { '.': {}, 'v:"a.b/c"': {} }, 'f:labels': { '.': {}, 'f:l': {} } },
          'f:spec': {
            'f:replicas': {},
            'f:selector': {},
            'f:strategy': { 'f:rollingUpdate': { '.': {}, 'f:maxSurge': {} }, 'f:type': {} },
            'f:template': {
              'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
              'f:spec': {
                'f:containers': {
                  'k:{"name":"c"}': {
                    '.': {},
                    'f:image': {},
                    'f:name': {},
                    'f:ports': {
                      '.': {},
                      'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:protocol': {} },
                    },
                    'f:resources': {},
                  },
                },
                'f:securityContext': {},
              },
            },
          },
        },
      },
    ]);
  });

  it('of a custom resource owns every object that it brought', () => {
    const schema = schemaOfCrd(
      { properties: { spec: { type: 'object', properties: { n: { type: 'integer' } } }, status: { type: 'object' } } },
      true,
    );
    const after = { apiVersion: 't.est/v1', kind: 'T', metadata: { name: 't' }, spec: { n: 1 }, status: { free: 1 } };
    const object = recordUpdate({ schema, before: undefined, after, manager: 'hand', apiVersion: 't.est/v1', now: 0 });
    expect(fieldsOf(object, 'hand')).toEqual({ 'f:spec': { '.': {}, 'f:n': {} } });
  });
});

describe('an update', () => {
  it('takes what it changes from all others, and what it removes is nobody’s', () => {
    const first = written(undefined, configMap({ a: '1', b: '1', c: '1' }), 'one');
    const second = written(first, configMap({ a: '2', b: '1', d: '1' }), 'two', 1000);
    expect(fieldsOf(second, 'one')).toEqual({ 'f:data': { '.': {}, 'f:b': {} } });
    expect(fieldsOf(second, 'two')).toEqual({ 'f:data': { 'f:a': {}, 'f:d': {} } });
  });

  it('leaves no entry to a manager that owns nothing any more', () => {
    const first = written(undefined, configMap({ a: '1' }), 'one');
    const { data: _data, ...empty } = configMap({});
    const second = written(first, { ...empty, immutable: true }, 'two', 1000);
    expect(entries(second).map((entry) => entry.manager)).toEqual(['two']);
  });

  it('that changes nothing gives the object before it', () => {
    const first = written(undefined, configMap({ a: '1' }), 'one');
    expect(written(first, structuredClone(first), 'two', 1000)).toBe(first);
  });

  it('by a status face owns nothing of the spec', () => {
    const before = recordUpdate({
      schema: DEPLOYMENT,
      before: undefined,
      after: deployment({ replicas: 1 }),
      manager: 'hand',
      apiVersion: 'apps/v1',
      now: 0,
    });
    const after = { ...before, spec: { replicas: 2 }, status: { replicas: 1 } };
    const object = recordUpdate({
      schema: DEPLOYMENT,
      before,
      after,
      manager: 'kubelet',
      apiVersion: 'apps/v1',
      subresource: 'status',
      now: 0,
    });
    expect(fieldsOf(object, 'kubelet')).toEqual({ 'f:status': { '.': {}, 'f:replicas': {} } });
    expect(fieldsOf(object, 'hand')).toEqual({ 'f:spec': { 'f:replicas': {} } });
  });

  it('of items by their keys: a changed field of one, a new one, and one that is gone', () => {
    const before = recordUpdate({
      schema: DEPLOYMENT,
      before: undefined,
      after: deployment(containers({ name: 'c', image: 'i' }, { name: 'd', image: 'i' })),
      manager: 'hand',
      apiVersion: 'apps/v1',
      now: 0,
    });
    const after = { ...before, spec: containers({ name: 'e', image: 'i' }, { name: 'c', image: 'j' }) };
    const object = recordUpdate({ schema: DEPLOYMENT, before, after, manager: 'two', apiVersion: 'apps/v1', now: 0 });
    const list = (manager: string): unknown =>
      valueAt(
        entries(object).find((entry) => entry.manager === manager),
        'fieldsV1',
        'f:spec',
        'f:template',
        'f:spec',
        'f:containers',
      );
    expect(list('hand')).toEqual({ 'k:{"name":"c"}': { '.': {}, 'f:name': {} } });
    expect(list('two')).toEqual({
      'k:{"name":"c"}': { 'f:image': {} },
      'k:{"name":"e"}': { '.': {}, 'f:image': {}, 'f:name': {} },
    });
  });
});

describe('owners that a client sends', () => {
  const first = written(undefined, configMap({ a: '1' }), 'one');
  const sent = (managedFields: readonly JsonObject[]): JsonObject =>
    recordUpdate({
      schema: CONFIG_MAP,
      before: first,
      after: withValueAt(configMap({ a: '2' }), ['metadata', 'managedFields'], managedFields),
      manager: 'two',
      apiVersion: 'v1',
      now: 0,
    });

  it.each([
    ['an empty list', []],
    ['one empty entry', [{}]],
  ])('are forgotten with %s, and stay so', (_what, list) => {
    const forgotten = sent(list);
    expect(objectAt(forgotten, 'metadata')).not.toHaveProperty('managedFields');
    expect(objectAt(written(forgotten, configMap({ a: '3' }), 'three'), 'metadata')).not.toHaveProperty('managedFields');
  });

  it('that cannot be read are not believed', () => {
    expect(entries(sent([{ manager: 'x', operation: 'Nonsense' }])).map((entry) => entry.manager)).toEqual(['one', 'two']);
  });
});

it('keeps ten updaters, the oldest as one', () => {
  let object = written(undefined, configMap({ k0: '0' }), 'u0');
  for (let i = 1; i <= 12; i += 1)
    object = written(object, configMap({ ...objectAt(object, 'data'), [`k${i}`]: '1' }), `u${i}`, i * 1000);
  expect(entries(object).map((entry) => entry.manager)).toEqual([
    'ancient-changes',
    'u4',
    'u5',
    'u6',
    'u7',
    'u8',
    'u9',
    'u10',
    'u11',
    'u12',
  ]);
  expect(fieldsOf(object, 'ancient-changes')).toEqual({ 'f:data': { '.': {}, 'f:k0': {}, 'f:k1': {}, 'f:k2': {}, 'f:k3': {} } });
});
