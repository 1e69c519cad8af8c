import { beforeEach, describe, expect, test } from 'vitest';
import { configMap, DEPLOYMENTS, deployment, MAPS, messageOf, Server, versionOf } from '../../test/asked.ts';
import { objectAt, stringAt } from '../json.ts';

let server: Server;

beforeEach(() => {
  server = new Server();
  server.done('POST', MAPS, configMap('a', { data: { k: 'v' } }));
});

describe('an update', () => {
  test('replaces what the client may say, and keeps what it may not', () => {
    const before = server.done('GET', `${MAPS}/a`);
    const after = server.done('PUT', `${MAPS}/a`, configMap('a', { data: { l: 'w' } }, { generation: 7, selfLink: 'x' }));
    expect(after).toMatchObject({ data: { l: 'w' } });
    const { resourceVersion: was, managedFields: _f, ...fixed } = objectAt(before, 'metadata');
    expect(after.metadata).toMatchObject(fixed);
    expect(after).not.toHaveProperty('metadata.generation');
    expect(versionOf(after)).not.toBe(was);
  });

  test('that changes nothing makes no revision, even later', () => {
    const before = server.state;
    server.now += 60_000;
    const after = server.done('PUT', `${MAPS}/a`, configMap('a', { data: { k: 'v' } }));
    expect(server.state.revision).toBe(before.revision);
    expect(versionOf(after)).toBe(String(before.revision));
  });

  test('in a dry run is answered with the version that it would replace', () => {
    const before = server.state;
    const after = server.done('PUT', `${MAPS}/a?dryRun=All`, configMap('a', { data: { l: 'w' } }));
    expect(after).toMatchObject({ data: { l: 'w' }, metadata: { resourceVersion: String(before.revision) } });
    expect(server.state).toBe(before);
  });

  test('may name the version that it replaces', () => {
    const resourceVersion = versionOf(server.done('GET', `${MAPS}/a`));
    const write = configMap('a', {}, { resourceVersion });
    expect(server.ask('PUT', `${MAPS}/a`, write).status).toBe(200);
    expect(messageOf(server.ask('PUT', `${MAPS}/a`, write))).toBe(
      '409 Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    );
  });
});

describe('what is refused', () => {
  test.each([
    ['another name', 'a', configMap('b'), '400 the name of the object (b) does not match the name on the URL (a)'],
    ['no name', 'a', { metadata: {} }, '400 the name of the object (a based on URL) was undeterminable: name must be provided'],
    [
      'another namespace',
      'a',
      configMap('a', {}, { namespace: 'x' }),
      '400 the namespace of the provided object does not match the namespace sent on the request',
    ],
    ['what is not there', 'z', configMap('z', {}, { resourceVersion: '4' }), '404 configmaps "z" not found'],
    [
      'a version that is none',
      'a',
      configMap('a', {}, { resourceVersion: 'x' }),
      '500 strconv.ParseUint: parsing "x": invalid syntax',
    ],
  ])('%s', (_what, name, body, message) => {
    expect(messageOf(server.ask('PUT', `${MAPS}/${name}`, body))).toBe(message);
  });

  test('another UID, before another version', () => {
    const uid = stringAt(server.done('GET', `${MAPS}/a`), 'metadata', 'uid');
    expect(messageOf(server.ask('PUT', `${MAPS}/a`, configMap('a', {}, { uid: 'abc', resourceVersion: '1' })))).toBe(
      `409 Operation cannot be fulfilled on configmaps "a": StorageError: invalid object, Code: 4, Key: /registry/configmaps/default/a, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: abc, UID in object meta: ${uid}`,
    );
  });

  test('no version, where a kind needs one', () => {
    const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
    expect(server.ask('PUT', `${leases}/l`, { metadata: { name: 'l' }, spec: {} }).status).toBe(201);
    expect(server.ask('PUT', `${leases}/l`, { metadata: { name: 'l' }, spec: { holderIdentity: 'x' } }).body).toMatchObject({
      code: 422,
      message:
        'leases.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
      details: { name: 'l', group: 'coordination.k8s.io', kind: 'leases' },
    });
  });
});

describe('the generation of a Deployment', () => {
  const generation = () => objectAt(server.done('GET', `${DEPLOYMENTS}/d`), 'metadata').generation;
  const patch = (path: string, body: object) => server.done('PATCH', `${DEPLOYMENTS}/d${path}`, { ...body }, { type: 'merge' });

  beforeEach(() => {
    server.done('POST', DEPLOYMENTS, deployment('d'));
  });

  test.each([
    ['its spec', '', { spec: { paused: true } }, 2],
    ['its annotations', '', { metadata: { annotations: { x: 'y' } } }, 2],
    ['its scale', '/scale', { spec: { replicas: 5 } }, 2],
    ['its labels', '', { metadata: { labels: { x: 'y' } } }, 1],
    ['its status', '/status', { status: { replicas: 5 } }, 1],
    ['annotations with its status', '/status', { metadata: { annotations: { x: 'y' } } }, 1],
  ])('after a change of %s', (_what, path, body, expected) => {
    patch(path, body);
    expect(generation()).toBe(expected);
  });
});

describe('the status', () => {
  beforeEach(() => {
    server.done('POST', DEPLOYMENTS, deployment('d'));
  });

  test('is written by its subresource alone', () => {
    const main = server.done('PATCH', `${DEPLOYMENTS}/d`, { status: { replicas: 3 } }, { type: 'merge' });
    expect(main).not.toHaveProperty('status.replicas');
    const status = { spec: { replicas: 9 }, status: { replicas: 3 }, metadata: { labels: { l: '1' }, annotations: { a: '1' } } };
    const after = server.done('PATCH', `${DEPLOYMENTS}/d/status`, status, { type: 'merge' });
    expect(after).toMatchObject({ status: { replicas: 3 }, spec: { replicas: 1 }, metadata: { annotations: { a: '1' } } });
    expect(after).not.toHaveProperty('metadata.labels');
    expect(JSON.stringify(after)).toContain('"subresource":"status"');
  });

  test('is kept by a write of the rest', () => {
    server.done('PATCH', `${DEPLOYMENTS}/d/status`, { status: { replicas: 3 } }, { type: 'merge' });
    expect(server.done('PUT', `${DEPLOYMENTS}/d`, deployment('d'))).toMatchObject({ status: { replicas: 3 } });
  });
});
