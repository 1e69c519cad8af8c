import { beforeEach, describe, expect, test } from 'vitest';
import { configMap, DEPLOYMENTS, deployment, MAPS, messageOf, Server, versionOf } from '../../test/asked.ts';
import type { JsonObject } from '../json.ts';
import { stringAt } from '../json.ts';

let server: Server;

const apply = (target: string, body: JsonObject, query = 'fieldManager=me') =>
  server.ask('PATCH', `${target}?${query}`, body, { type: 'apply' });

beforeEach(() => {
  server = new Server();
});

describe('an apply', () => {
  test('creates what is not there', () => {
    const told = apply(`${MAPS}/a`, configMap('a', { data: { k: 'v' } }));
    expect(told).toMatchObject({
      status: 201,
      body: { metadata: { namespace: 'default', managedFields: [{ manager: 'me', operation: 'Apply' }] }, data: { k: 'v' } },
    });
  });

  test('takes back what it no longer says', () => {
    apply(`${MAPS}/a`, configMap('a', { data: { k: 'v', l: 'w' } }));
    expect(apply(`${MAPS}/a`, configMap('a', { data: { l: 'w' } }))).toMatchObject({ status: 200, body: { data: { l: 'w' } } });
    expect(server.done('GET', `${MAPS}/a`).data).toEqual({ l: 'w' });
  });

  test('that says the same again makes no revision, even later', () => {
    apply(`${DEPLOYMENTS}/d`, deployment('d', { replicas: 3 }));
    const before = server.state.revision;
    server.now += 60_000;
    expect(versionOf(apply(`${DEPLOYMENTS}/d`, deployment('d', { replicas: 3 })).body)).toBe(String(before));
    expect(server.state.revision).toBe(before);
  });

  test('need not repeat the name of what is there', () => {
    apply(`${MAPS}/a`, configMap('a', { data: { k: 'v' } }));
    expect(apply(`${MAPS}/a`, { apiVersion: 'v1', kind: 'ConfigMap', data: { k: 'w' } })).toMatchObject({
      status: 200,
      body: { data: { k: 'w' } },
    });
  });

  test('forgets the version of what is not there', () => {
    expect(apply(`${MAPS}/a`, configMap('a', {}, { resourceVersion: '1' })).status).toBe(201);
  });

  test('meets conflicts, unless it is forced', () => {
    server.done('POST', `${MAPS}?fieldManager=other`, configMap('a', { data: { k: 'v' } }));
    expect(apply(`${MAPS}/a`, configMap('a', { data: { k: 'w' } })).body).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "other" using v1: .data.k',
      details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "other" using v1', field: '.data.k' }] },
    });
    expect(apply(`${MAPS}/a`, configMap('a', { data: { k: 'w' } }), 'fieldManager=me&force=true')).toMatchObject({
      status: 200,
      body: { data: { k: 'w' } },
    });
  });

  test('of a scale takes the replicas', () => {
    server.done('POST', `${DEPLOYMENTS}?fieldManager=other`, deployment('d', { replicas: 2 }));
    const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', spec: { replicas: 5 } };
    expect(apply(`${DEPLOYMENTS}/d/scale`, scale).body).toMatchObject({
      message: 'Apply failed with 1 conflict: conflict with "other" using autoscaling/v1: .spec.replicas',
    });
    expect(apply(`${DEPLOYMENTS}/d/scale`, scale, 'fieldManager=me&force=1').body).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 5 },
    });
    expect(server.done('GET', `${DEPLOYMENTS}/d`)).toMatchObject({ spec: { replicas: 5 } });
  });

  test('in a dry run stores nothing', () => {
    const before = server.state;
    expect(apply(`${MAPS}/a`, configMap('a'), 'fieldManager=me&dryRun=All').status).toBe(201);
    // But a count of UIDs: no two objects that anybody was told of share one.
    expect({ ...server.state, uids: before.uids }).toEqual(before);
  });
});

describe('what is refused', () => {
  test.each([
    [
      'no manager',
      configMap('a'),
      '',
      '422 PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    ],
    ['no version', { kind: 'ConfigMap' }, 'fieldManager=me', '400 invalid object type: /, Kind=ConfigMap'],
    ['another kind', { apiVersion: 'v1', kind: 'Pod' }, 'fieldManager=me', '400 invalid object type: /v1, Kind=Pod'],
    ['another group', { apiVersion: 'apps/v1', kind: 'Pod' }, 'fieldManager=me', '400 invalid object type: apps/v1, Kind=Pod'],
    ['another name', configMap('b'), 'fieldManager=me', '400 the name of the object (b) does not match the name on the URL (a)'],
    [
      'another namespace',
      configMap('a', {}, { namespace: 'b' }),
      'fieldManager=me',
      '400 the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'another version',
      configMap('a', {}, { resourceVersion: '1' }),
      'fieldManager=me',
      '409 Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    ],
    [
      'another UID',
      configMap('a', {}, { uid: 'b' }),
      'fieldManager=me',
      '422 ConfigMap "a" is invalid: metadata.uid: Invalid value: "b": field is immutable',
    ],
    ['managed fields', configMap('a', {}, { managedFields: [] }), 'fieldManager=me', '400 metadata.managedFields must be nil'],
    [
      'an unknown field',
      { apiVersion: 'v1', kind: 'ConfigMap', foo: 1 },
      'fieldManager=me',
      '500 failed to create typed patch object (/; /v1, Kind=ConfigMap): .foo: field not declared in schema',
    ],
  ])('%s', (_what, body, query, message) => {
    server.done('POST', MAPS, configMap('a'));
    expect(messageOf(apply(`${MAPS}/a`, body, query))).toBe(message);
  });

  test('a UID, where nothing is', () => {
    expect(messageOf(apply(`${MAPS}/a`, configMap('a', {}, { uid: 'b' })))).toBe(
      '409 Operation cannot be fulfilled on configmaps "a": uid mismatch: the provided object specified uid b, and no existing object was found',
    );
  });

  test('a creation without a name', () => {
    expect(messageOf(apply(`${MAPS}/a`, { apiVersion: 'v1', kind: 'ConfigMap' }))).toBe(
      '400 the name of the object (a based on URL) was undeterminable: name must be provided',
    );
  });

  test('a part of what is not there', () => {
    expect(messageOf(apply(`${DEPLOYMENTS}/d/status`, { apiVersion: 'apps/v1', kind: 'Deployment' }))).toBe(
      '404 deployments.apps "d" not found',
    );
  });

  test('what is no object', () => {
    expect(messageOf(server.ask('PATCH', `${MAPS}/a?fieldManager=me`, [1], { type: 'apply' }))).toBe(
      '400 error decoding patch: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}',
    );
  });

  test('its own UID is none of that', () => {
    const uid = stringAt(server.done('POST', MAPS, configMap('a')), 'metadata', 'uid') ?? '';
    expect(apply(`${MAPS}/a`, configMap('a', { data: { k: 'v' } }, { uid })).status).toBe(200);
  });
});
