import { beforeEach, describe, expect, test } from 'vitest';
import { configMap, DEPLOYMENTS, deployment, MAPS, messageOf, Server, TYPES, versionOf } from '../../test/asked.ts';

let server: Server;

beforeEach(() => {
  server = new Server();
  server.done('POST', MAPS, configMap('a', { data: { k: 'v' } }));
});

describe('a patch', () => {
  test.each([
    ['merge', { data: { k: null, l: 'w' } }],
    [
      'jsonPatch',
      [
        { op: 'move', from: '/data/k', path: '/data/l' },
        { op: 'replace', path: '/data/l', value: 'w' },
      ],
    ],
    ['strategic', { data: { k: null, l: 'w' } }],
  ] as const)('of type %s', (type, body) => {
    expect(server.done('PATCH', `${MAPS}/a`, body, { type })).toMatchObject({ data: { l: 'w' } });
    expect(server.done('GET', `${MAPS}/a`).data).toEqual({ l: 'w' });
  });

  test('that changes nothing makes no revision', () => {
    const before = server.state.revision;
    server.now += 60_000;
    server.done('PATCH', `${MAPS}/a`, { data: { k: 'v' }, kind: null, metadata: { uid: null } }, { type: 'merge' });
    expect(server.state.revision).toBe(before);
  });

  test('merges lists by their keys where it is strategic', () => {
    server.done('POST', DEPLOYMENTS, deployment('d'));
    const containers = [{ name: 'side', image: 'other:1' }];
    const body = server.done(
      'PATCH',
      `${DEPLOYMENTS}/d`,
      { spec: { template: { spec: { containers } } } },
      { type: 'strategic' },
    );
    expect(body).toMatchObject({ spec: { template: { spec: { containers: [{ name: 'side' }, { name: 'main' }] } } } });
  });

  test('has no say in the kind where it is strategic', () => {
    expect(server.done('PATCH', `${MAPS}/a`, { kind: 'Pod' }, { type: 'strategic' })).toMatchObject({ kind: 'ConfigMap' });
  });
});

describe('what is refused', () => {
  const IMMUTABLE = 'field is immutable';

  test.each([
    ['what is not there', 'z', {}, '404 configmaps "z" not found'],
    [
      'another UID',
      'a',
      { metadata: { uid: 'abc' } },
      `422 ConfigMap "a" is invalid: metadata.uid: Invalid value: "abc": ${IMMUTABLE}`,
    ],
    [
      'a deletion',
      'a',
      { metadata: { deletionTimestamp: '2020-01-01T00:00:00Z' } },
      `422 ConfigMap "a" is invalid: metadata.deletionTimestamp: Invalid value: "2020-01-01T00:00:00Z": ${IMMUTABLE}`,
    ],
    [
      'another version',
      'a',
      { metadata: { resourceVersion: '1' } },
      '409 Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    ],
    ['another name', 'a', { metadata: { name: 'b' } }, '400 the name of the object (b) does not match the name on the URL (a)'],
    [
      'no metadata',
      'a',
      { metadata: null },
      '400 the name of the object (a based on URL) was undeterminable: name must be provided',
    ],
  ])('%s', (_what, name, body, message) => {
    expect(messageOf(server.ask('PATCH', `${MAPS}/${name}`, body, { type: 'merge' }))).toBe(message);
  });

  test.each([
    ['another kind', { kind: 'Pod' }, 'converting (v1.Pod) to (core.ConfigMap): unknown conversion'],
    [
      'a value of another type',
      { data: [1] },
      'json: cannot unmarshal array into Go struct field ConfigMap.data of type map[string]string',
    ],
    ['an unknown field, strictly', { foo: 1, a: 2 }, 'strict decoding error: unknown field "a", unknown field "foo"'],
  ])('%s, with all that the patch led to', (_what, body, problem) => {
    const told = server.ask('PATCH', `${MAPS}/a?fieldValidation=Strict`, body, { type: 'merge' });
    expect(told).toMatchObject({ status: 422, body: { reason: 'Invalid', details: { causes: [{ field: 'patch' }] } } });
    expect(messageOf(told)).toMatch(/^422 {2}"" is invalid: patch: Invalid value: "\{/);
    expect(messageOf(told).endsWith(`: ${problem}`)).toBe(true);
  });

  test('an unknown field, strictly, in a strategic patch is told with the patch', () => {
    expect(
      messageOf(server.ask('PATCH', `${MAPS}/a?fieldValidation=Strict`, { foo: { b: [1, 'x'] } }, { type: 'strategic' })),
    ).toBe('422  "" is invalid: patch: Invalid value: "map[foo:map[b:[1 x]]]": strict decoding error: unknown field "foo"');
  });

  test('a JSON patch that does not fit', () => {
    const told = server.ask('PATCH', `${MAPS}/a`, [{ op: 'test', path: '/data/k', value: 'z' }], { type: 'jsonPatch' });
    expect(told.body).toMatchObject({ code: 422, reason: 'Invalid', details: {} });
  });

  test.each(['text/plain', TYPES.json, ''])('a patch of type %j', (contentType) => {
    expect(server.ask('PATCH', `${MAPS}/a`, {}, { contentType }).body).toMatchObject({
      code: 415,
      message: '415: Unsupported Media Type',
      details: {},
    });
  });

  test('force, which is for applies', () => {
    expect(messageOf(server.ask('PATCH', `${MAPS}/a?force=true`, {}, { type: 'merge' }))).toBe(
      '422 PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    );
  });
});

describe('a patch of a scale', () => {
  beforeEach(() => {
    server.done('POST', DEPLOYMENTS, deployment('d', { replicas: 2 }));
  });

  test('is answered with a Scale, and writes the replicas alone', () => {
    const before = server.done('GET', `${DEPLOYMENTS}/d`);
    const scale = server.done(
      'PATCH',
      `${DEPLOYMENTS}/d/scale`,
      { spec: { replicas: 5 }, status: { replicas: 9 } },
      { type: 'merge' },
    );
    expect(scale).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 5 },
      status: { replicas: 0, selector: 'app=d' },
    });
    const after = server.done('GET', `${DEPLOYMENTS}/d`);
    expect(after).toMatchObject({
      spec: { ...Object(before.spec), replicas: 5 },
      metadata: { resourceVersion: versionOf(scale) },
    });
    expect(JSON.stringify(after)).toContain('"subresource":"scale"');
  });

  test('down to nothing leaves the replicas out', () => {
    expect(server.done('PATCH', `${DEPLOYMENTS}/d/scale`, { spec: { replicas: 0 } }, { type: 'merge' }).spec).toEqual({});
    expect(server.done('GET', `${DEPLOYMENTS}/d`)).toMatchObject({ spec: { replicas: 0 } });
  });

  test('may not be below it', () => {
    expect(server.ask('PATCH', `${DEPLOYMENTS}/d/scale`, { spec: { replicas: -1 } }, { type: 'merge' }).body).toMatchObject({
      code: 422,
      message: 'Scale.autoscaling "d" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      details: { name: 'd', group: 'autoscaling', kind: 'Scale' },
    });
  });

  test('by PUT needs a name, and may name a version', () => {
    const put = (metadata: object) =>
      messageOf(server.ask('PUT', `${DEPLOYMENTS}/d/scale`, { metadata: { ...metadata }, spec: { replicas: 4 } }));
    expect(put({})).toBe('400 the name of the object (d based on URL) was undeterminable: name must be provided');
    expect(put({ name: 'd', resourceVersion: '1' })).toContain('409 Operation cannot be fulfilled on deployments.apps "d"');
    expect(put({ name: 'd', uid: 'abc' })).toContain('Key: /registry/deployments/default/d');
    expect(put({ name: 'd' })).toBe('200 ');
  });

  test('tells the selector with its expressions, by key', () => {
    const matchExpressions = [
      { key: 'q', operator: 'NotIn', values: ['z', 'y'] },
      { key: 'b', operator: 'DoesNotExist' },
      { key: 'app', operator: 'Exists' },
      { key: 'app', operator: 'In', values: ['e'] },
    ];
    server.done('POST', DEPLOYMENTS, deployment('e', { selector: { matchLabels: { app: 'e' }, matchExpressions } }));
    expect(server.done('GET', `${DEPLOYMENTS}/e/scale`)).toMatchObject({
      status: { selector: 'app=e,app,app in (e),!b,q notin (y,z)' },
    });
  });
});
