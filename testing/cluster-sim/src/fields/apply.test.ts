import { describe, expect, it } from 'vitest';
import { containers, DEPLOYMENT, deployment } from '../../test/deployment.ts';
import { type JsonObject, listAt, objectAt, valueAt } from '../json.ts';
import { schemaOfCrd } from '../schema/index.ts';
import type { Schema } from '../schema/schema.ts';
import { type Applied, applyIntent, recordUpdate } from './index.ts';

interface Options {
  readonly schema?: Schema;
  readonly manager?: string;
  readonly force?: boolean;
  readonly now?: number;
  readonly subresource?: string;
}

function apply(live: JsonObject | undefined, intent: JsonObject, options: Options = {}): Applied {
  return applyIntent({
    schema: DEPLOYMENT,
    live,
    intent,
    manager: 'one',
    force: false,
    apiVersion: 'apps/v1',
    now: 0,
    ...options,
  });
}

function applied(live: JsonObject | undefined, intent: JsonObject, options: Options = {}): JsonObject {
  const outcome = apply(live, intent, options);
  if (outcome.kind !== 'applied') throw new Error(outcome.message);
  return outcome.object;
}

const owners = (object: JsonObject): readonly string[] =>
  listAt(object, 'metadata', 'managedFields').map(
    (entry) => `${valueAt(entry, 'manager')} ${JSON.stringify(valueAt(entry, 'fieldsV1'))}`,
  );
const env = (...all: readonly string[]): JsonObject[] => all.map((name) => ({ name, value: name }));

describe('what an apply owns', () => {
  it('is what the intent says, item by item, and nothing of the identity', () => {
    const object = applied(
      undefined,
      deployment({ replicas: 0, selector: { matchLabels: { a: 'b' } }, ...containers({ name: 'c', image: 'i' }) }),
    );
    expect(objectAt(object, 'metadata').managedFields).toEqual([
      {
        manager: 'one',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        time: '1970-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:spec': {
            'f:replicas': {},
            'f:selector': {},
            'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"c"}': { '.': {}, 'f:image': {}, 'f:name': {} } } } },
          },
        },
      },
    ]);
  });

  it('takes an absent protocol for TCP among the keys of ports', () => {
    const object = applied(undefined, deployment(containers({ name: 'c', ports: [{ containerPort: 80 }] })));
    expect(owners(object)[0]).toContain('k:{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:containerPort":{}}');
  });

  it('is shared with another applier of the same values, whose entry has no time since it changed nothing, and comes first', () => {
    const object = applied(applied(undefined, deployment({ replicas: 0 })), deployment({ replicas: 0 }), {
      manager: 'two',
      now: 5000,
    });
    expect(
      listAt(object, 'metadata', 'managedFields').map((entry) => [valueAt(entry, 'manager'), valueAt(entry, 'time')]),
    ).toEqual([
      ['two', undefined],
      ['one', '1970-01-01T00:00:00Z'],
    ]);
  });

  it('does not count the status on the main face, nor the spec and labels on the status', () => {
    const main = applied(undefined, { ...deployment({ replicas: 0 }), status: { replicas: 3 } });
    expect(main).not.toHaveProperty('status');
    const both = applied(
      main,
      { ...deployment({ replicas: 9 }, { labels: { a: 'b' } }), status: { replicas: 4 } },
      { subresource: 'status' },
    );
    expect(both).toMatchObject({ spec: { replicas: 0 }, status: { replicas: 4 } });
    expect(objectAt(both, 'metadata')).not.toHaveProperty('labels');
    expect(owners(both)).toEqual(['one {"f:spec":{"f:replicas":{}}}', 'one {"f:status":{"f:replicas":{}}}']);
  });
});

describe('another apply of the same manager', () => {
  it('changes nothing at all with the same intent', () => {
    const intent = deployment({ replicas: 1, ...containers({ name: 'c', image: 'i', env: env('a', 'b') }) });
    const first = applied(undefined, intent);
    expect(applied(first, structuredClone(intent), { now: 60_000 })).toBe(first);
  });

  it('removes what only it owned and no longer says', () => {
    const first = applied(
      undefined,
      deployment(containers({ name: 'c', image: 'i', env: env('a', 'b') }, { name: 'd', image: 'i' }), { labels: { x: '1' } }),
    );
    const second = applied(first, deployment(containers({ name: 'c', image: 'i', env: env('b') })), { now: 1000 });
    expect(second).toMatchObject({ spec: containers({ name: 'c', image: 'i', env: env('b') }) });
    expect(objectAt(second, 'metadata')).not.toHaveProperty('labels');
  });

  it('removes an item with what nobody owns of it, and leaves items that nobody owns', () => {
    const first = applied(undefined, deployment(containers({ name: 'c', image: 'i' }, { name: 'd', image: 'i' })));
    const spec = containers(
      { name: 'c', image: 'i', imagePullPolicy: 'Always' },
      { name: 'd', image: 'i' },
      { name: 'e', image: 'i' },
    );
    const second = applied({ ...first, spec }, deployment(containers({ name: 'd', image: 'i' })));
    expect(objectAt(second, 'spec')).toEqual(containers({ name: 'd', image: 'i' }, { name: 'e', image: 'i' }));
  });

  it('removes with its last field an object that only it brought', () => {
    const free = schemaOfCrd({
      properties: {
        spec: {
          type: 'object',
          properties: { n: { type: 'integer' }, o: { type: 'object', properties: { p: { type: 'string' } } } },
        },
      },
    });
    const custom = (spec: JsonObject): JsonObject => ({ apiVersion: 't.est/v1', kind: 'T', metadata: { name: 't' }, spec });
    const first = applied(undefined, custom({ n: 1, o: { p: 'x' } }), { schema: free });
    expect(applied(first, custom({ n: 1 }), { schema: free }).spec).toEqual({ n: 1 });
  });

  it('leaves an item whose fields others own, with those', () => {
    const first = applied(undefined, deployment(containers({ name: 'c', image: 'i', env: env('a') }, { name: 'd', image: 'i' })));
    const second = applied(first, deployment(containers({ name: 'c', env: env('b') })), { manager: 'two' });
    const third = applied(second, deployment(containers({ name: 'd', image: 'i' })));
    expect(objectAt(third, 'spec')).toEqual(containers({ name: 'c', env: env('b') }, { name: 'd', image: 'i' }));
  });

  it('leaves what an update changed since, which is no longer its own', () => {
    const first = applied(undefined, deployment({ replicas: 1, paused: true }));
    const after = { ...first, spec: { replicas: 5, paused: true } };
    const scaled = recordUpdate({ schema: DEPLOYMENT, before: first, after, manager: 'hand', apiVersion: 'apps/v1', now: 1000 });
    const second = applied(scaled, deployment({ paused: true }), { now: 2000 });
    expect(objectAt(second, 'spec')).toEqual({ replicas: 5, paused: true });
    expect(owners(second)).toEqual(['one {"f:spec":{"f:paused":{}}}', 'hand {"f:spec":{"f:replicas":{}}}']);
    expect(owners(applied(second, deployment({ paused: false }), { now: 9000 }))[0]).toBe('one {"f:spec":{"f:paused":{}}}');
  });

  it('keeps a map as it is where the intent says null, and owns it', () => {
    const first = applied(undefined, deployment({}, { labels: { x: '1' } }), { manager: 'two' });
    const second = applied(first, deployment({}, { labels: null }));
    expect(objectAt(second, 'metadata', 'labels')).toEqual({ x: '1' });
    expect(owners(second)).toContain('one {"f:metadata":{"f:labels":{}},"f:spec":{}}');
  });
});

describe('the order of merged lists', () => {
  // Live items, the intent's, and what the real server made of them.
  it.each([
    ['gec', 'bd', 'gecbd'],
    ['ab', 'fe', 'abfe'],
    ['df', 'cabd', 'cabdf'],
    ['cfdagb', 'cdga', 'cfdgba'],
    ['dagbf', 'ecbaf', 'dgecbaf'],
    ['abcdfe', 'bac', 'bdfeac'],
    ['febac', 'dcfabe', 'dcfabe'],
    ['dag', 'ad', 'agd'],
    ['cfda', 'efgab', 'cefdgab'],
    ['ecfagb', 'adg', 'ecfadgb'],
    ['dcgaeb', 'afdb', 'cgaefdb'],
    ['gebac', 'adfbc', 'geadfbc'],
    ['dfcab', 'afd', 'cabfd'],
    ['dabcg', 'caeb', 'dcgaeb'],
    ['fag', 'dcba', 'fdcbag'],
  ])('%s and %s are %s', (live, wanted, merged) => {
    const first = applied(undefined, deployment({}, { finalizers: [...live] }), { manager: 'two' });
    expect(listAt(applied(first, deployment({}, { finalizers: [...wanted] })), 'metadata', 'finalizers')).toEqual([...merged]);
  });
});

it('lets an intent settle an item that stood twice', () => {
  const before = deployment(containers({ name: 'c', env: env('a', 'a', 'b') }), { uid: 'u' });
  const once = applied(before, deployment(containers({ name: 'c', env: env('a') })), { force: true });
  expect(objectAt(once, 'spec')).toEqual(containers({ name: 'c', env: env('a', 'b') }));
});

describe('a conflict', () => {
  const live = applied(undefined, deployment({ replicas: 0, ...containers({ name: 'c', image: 'i' }) }));

  it('names the one owner and the field', () => {
    expect(apply(live, deployment({ replicas: 5 }), { manager: 'two' })).toEqual({
      kind: 'conflict',
      message: 'Apply failed with 1 conflict: conflict with "one": .spec.replicas',
      causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.spec.replicas' }],
    });
  });

  it('lists owners and fields where there are more', () => {
    const status = recordUpdate({
      schema: DEPLOYMENT,
      before: live,
      after: { ...live, metadata: { ...objectAt(live, 'metadata'), annotations: { r: '1' } } },
      manager: 'kube-controller-manager',
      apiVersion: 'apps/v1',
      subresource: 'status',
      now: 0,
    });
    const intent = deployment({ replicas: 5, ...containers({ name: 'c', image: 'j' }) }, { annotations: { r: '2' } });
    expect(apply(status, intent, { manager: 'two' })).toMatchObject({
      message: [
        'Apply failed with 3 conflicts: conflicts with "kube-controller-manager" with subresource "status" using apps/v1:',
        '- .metadata.annotations.r',
        'conflicts with "one":',
        '- .spec.replicas',
        '- .spec.template.spec.containers[name="c"].image',
      ].join('\n'),
    });
  });

  it('is none where the value is the same, or nobody owns it', () => {
    expect(apply(live, deployment({ replicas: 0, paused: true }), { manager: 'two' }).kind).toBe('applied');
  });

  it('gives way to force, which takes the field from its owner', () => {
    const forced = applied(live, deployment({ replicas: 5 }), { manager: 'two', force: true });
    expect(forced).toMatchObject({ spec: { replicas: 5 } });
    expect(owners(forced).filter((owner) => owner.includes('f:replicas'))).toEqual(['two {"f:spec":{"f:replicas":{}}}']);
  });

  it('with what lived before any apply is one with "before-first-apply"', () => {
    const former = deployment({ replicas: 3 }, { uid: 'u' });
    expect(apply(former, deployment({ replicas: 5 }))).toMatchObject({
      message: 'Apply failed with 1 conflict: conflict with "before-first-apply" using apps/v1: .spec.replicas',
    });
  });
});

describe('an intent that cannot be applied', () => {
  const refused = 'failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): ';

  it.each([
    ['an unknown field', { foo: 1 }, '.spec.foo: field not declared in schema'],
    [
      'an item twice',
      containers({ name: 'c' }, { name: 'c' }),
      '.spec.template.spec.containers: duplicate entries for key [name="c"]',
    ],
    [
      'an item that is null',
      containers(...[null].map(() => ({ name: 'c', env: [null] }))),
      '.spec.template.spec.containers[name="c"].env: element 0: associative list with keys may not have a null element',
    ],
    ['text for a number', { replicas: '3' }, '.spec.replicas: expected numeric (int or float), got string'],
    ['text for a truth', { paused: 'x' }, '.spec.paused: expected boolean, got &{x}'],
    ['text for an object', { selector: 'x' }, '.spec.selector: expected map, got &{x}'],
    [
      'a number for text',
      containers({ name: 'c', image: 3 }),
      '.spec.template.spec.containers[name="c"].image: expected string, got &value.valueUnstructured{Value:3}',
    ],
    [
      'an object for a list',
      containers({ name: 'c', ports: {} }),
      '.spec.template.spec.containers[name="c"].ports: expected list, got &{map[]}',
    ],
    [
      'an object for a quantity',
      containers({ name: 'c', resources: { limits: { cpu: {} } } }),
      '.spec.template.spec.containers[name="c"].resources.limits.cpu: expected any scalar, got &{map[]}',
    ],
  ] as const)('has %s', (_what, spec, message) => {
    expect(apply(undefined, deployment(spec))).toEqual({ kind: 'invalid', status: 500, message: `${refused}${message}` });
  });

  it('lists all that is wrong', () => {
    expect(apply(undefined, deployment({ paused: 'x', replicas: 'y' }))).toMatchObject({
      message: `${refused}errors:\n  .spec.paused: expected boolean, got &{x}\n  .spec.replicas: expected numeric (int or float), got string`,
    });
  });

  it('says who owns what', () => {
    expect(apply(undefined, deployment({}, { managedFields: [] }))).toEqual({
      kind: 'invalid',
      status: 400,
      message: 'metadata.managedFields must be nil',
    });
  });
});
