import { beforeEach, describe, expect, test } from 'vitest';
import { configMap, DEPLOYMENTS, deployment, MAPS, messageOf, NOW, Server } from '../../test/asked.ts';
import { stringAt } from '../json.ts';
import { timestamp, uidOf } from './store.ts';

let server: Server;

beforeEach(() => {
  server = new Server();
});

describe('a new object', () => {
  test('gets a UID, a time of birth, a version, its namespace and who owns its fields', () => {
    const body = server.done('POST', MAPS, { metadata: { name: 'a' }, data: { k: 'v' } });
    expect(body).toMatchObject({
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: {
        name: 'a',
        namespace: 'default',
        uid: uidOf(2),
        resourceVersion: String(server.state.revision),
        creationTimestamp: timestamp(NOW),
        managedFields: [{ manager: 'test', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1' }],
      },
      data: { k: 'v' },
    });
    expect(server.done('GET', `${MAPS}/a`)).toEqual(body);
  });

  test('loses what only the server may say', () => {
    const metadata = {
      uid: 'x',
      creationTimestamp: '2020-01-01T00:00:00Z',
      deletionTimestamp: '2020-01-01T00:00:00Z',
      deletionGracePeriodSeconds: 3,
      selfLink: '/x',
    };
    const body = server.done('POST', MAPS, configMap('a', {}, metadata));
    expect(body.metadata).toEqual({
      name: 'a',
      namespace: 'default',
      uid: uidOf(2),
      creationTimestamp: timestamp(NOW),
      resourceVersion: String(server.state.revision),
    });
  });

  test('has no status of its own yet, and generation 1', () => {
    const body = server.done('POST', DEPLOYMENTS, { ...deployment('a'), status: { replicas: 4 } });
    expect(body).not.toHaveProperty('status.replicas');
    expect(body).toMatchObject({ metadata: { generation: 1 } });
  });

  test('gets a name of its own from generateName, another each time, the same in the same history', () => {
    const names = [1, 2].map(() =>
      stringAt(server.done('POST', MAPS, configMap('', {}, { generateName: 'x-' })), 'metadata', 'name'),
    );
    expect(names[0]).toMatch(/^x-[bcdfghjklmnpqrstvwxz2-9]{5}$/);
    expect(names[1]).not.toBe(names[0]);
    const again = new Server().done('POST', MAPS, configMap('', {}, { generateName: 'x-' }));
    expect(stringAt(again, 'metadata', 'name')).toBe(names[0]);
  });

  test('is answered and not stored in a dry run', () => {
    const before = server.state;
    const { status, body } = server.ask('POST', `${MAPS}?dryRun=All`, configMap('a'));
    expect(status).toBe(201);
    expect(body).toMatchObject({ metadata: { name: 'a', creationTimestamp: timestamp(NOW) } });
    expect(body).not.toHaveProperty('metadata.resourceVersion');
    // But a count of UIDs: no two objects that anybody was told of share one.
    expect({ ...server.state, uids: before.uids }).toEqual(before);
  });
});

describe('the manager of its fields', () => {
  const managerOf = (target: string, userAgent: string) =>
    stringAt(server.done('POST', target, configMap('a', { data: { k: 'v' } }), { userAgent }), 'metadata', 'name') === 'a'
      ? JSON.stringify(server.done('GET', `${MAPS}/a`))
      : '';

  test('is who the query names', () => {
    expect(managerOf(`${MAPS}?fieldManager=me`, 'agent/1')).toContain('"manager":"me"');
  });

  test('or the agent up to its slash', () => {
    expect(managerOf(MAPS, 'agent/1 (x)')).toContain('"manager":"agent"');
  });
});

describe('fields that are not known', () => {
  const odd = { ...configMap('a', { bar: 1 }, { foo: 3 }) };

  test.each(['', '?fieldValidation=Warn'])('go, with a warning %s', (query) => {
    const { status, body, headers } = server.ask('POST', `${MAPS}${query}`, odd);
    expect(status).toBe(201);
    expect(body).not.toHaveProperty('bar');
    expect(headers).toEqual({ warning: String.raw`299 - "unknown field \"metadata.foo\"", 299 - "unknown field \"bar\""` });
  });

  test('go in silence with Ignore', () => {
    expect(server.ask('POST', `${MAPS}?fieldValidation=Ignore`, odd)).toMatchObject({ status: 201, headers: {} });
  });

  test('are refused with Strict', () => {
    expect(messageOf(server.ask('POST', `${MAPS}?fieldValidation=Strict`, odd))).toBe(
      '400 ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "metadata.foo", unknown field "bar"',
    );
  });

  test('are told of even where the object is refused', () => {
    server.done('POST', MAPS, configMap('a'));
    expect(server.ask('POST', MAPS, odd)).toMatchObject({ status: 409, headers: { warning: expect.stringContaining('bar') } });
  });
});

// The words are those of the real API server.
describe('what is refused', () => {
  const TYPE = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`;

  test.each([
    ['an object that is there', configMap('there'), '409 configmaps "there" already exists'],
    ['no name', { metadata: {} }, '422 ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required'],
    [
      'another namespace',
      configMap('a', {}, { namespace: 'other' }),
      '400 the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'another kind',
      { apiVersion: 'v1', kind: 'Pod' },
      '400 Pod in version "v1" cannot be handled as a ConfigMap: converting (v1.Pod) to (core.ConfigMap): unknown conversion',
    ],
    [
      'an unknown version',
      { apiVersion: 'v2', kind: 'ConfigMap' },
      '400 ConfigMap in version "v2" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered for version "v2" in scheme "pkg/runtime/scheme.go:111"',
    ],
    [
      'a value of another type',
      configMap('a', {}, { labels: 3 }),
      '400 ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type map[string]string',
    ],
    [
      'no object',
      [1],
      `400 the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type ${TYPE} (5b315d)`,
    ],
    ['a version', configMap('a', {}, { resourceVersion: '5' }), '500 resourceVersion should not be set on objects to be created'],
  ])('%s', (_what, body, message) => {
    server.done('POST', MAPS, configMap('there'));
    expect(messageOf(server.ask('POST', MAPS, body))).toBe(message);
  });

  test('no body at all', () => {
    expect(messageOf(server.ask('POST', MAPS))).toBe(
      "400 the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)",
    );
  });

  test('a body of another format', () => {
    expect(messageOf(server.ask('POST', MAPS, {}, { contentType: 'text/plain' }))).toBe(
      '415 the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    );
  });

  test.each([
    ['dryRun=Some', 'dryRun: Unsupported value: ["Some"]: supported values: "All"'],
    ['fieldValidation=Foo', 'fieldValidation: Unsupported value: "Foo": supported values: "", "Ignore", "Strict", "Warn"'],
    [`fieldManager=${'z'.repeat(129)}`, 'fieldManager: Too long: may not be more than 128 bytes'],
    ['fieldManager=z%0A', String.raw`fieldManager: Invalid value: "z\n": invalid character U+000A (at position 1)`],
  ])('the option %s', (query, message) => {
    expect(messageOf(server.ask('POST', `${MAPS}?${query}`, configMap('a')))).toBe(
      `422 CreateOptions.meta.k8s.io "" is invalid: ${message}`,
    );
  });

  test('a namespace that is not there', () => {
    expect(server.ask('POST', '/api/v1/namespaces/nope/configmaps', configMap('a'))).toMatchObject({
      status: 404,
      body: { message: 'namespaces "nope" not found', details: { name: 'nope', kind: 'namespaces' } },
    });
  });

  test('a namespace that is going', () => {
    server.done('POST', '/api/v1/namespaces', { metadata: { name: 'going' } });
    server.done('DELETE', '/api/v1/namespaces/going');
    expect(server.ask('POST', '/api/v1/namespaces/going/configmaps', configMap('a')).body).toMatchObject({
      code: 403,
      message: 'configmaps "a" is forbidden: unable to create new content in namespace going because it is being terminated',
      details: {
        name: 'a',
        kind: 'configmaps',
        causes: [{ reason: 'NamespaceTerminating', message: 'namespace going is being terminated', field: 'metadata.namespace' }],
      },
    });
  });
});
