import { beforeEach, describe, expect, test } from 'vitest';
import { configMap, DEPLOYMENTS, deployment, MAPS, messageOf, NOW, namesIn, Server, versionOf } from '../../test/asked.ts';
import { objectAt, stringAt } from '../json.ts';
import { timestamp } from './store.ts';

let server: Server;

beforeEach(() => {
  server = new Server();
});

const D = `${DEPLOYMENTS}/d`;
const make = (metadata = {}) => server.done('POST', DEPLOYMENTS, deployment('d', {}, metadata));

describe('a deletion', () => {
  test('is answered with a Status that says of what', () => {
    const uid = stringAt(make(), 'metadata', 'uid');
    expect(server.done('DELETE', D)).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'd', group: 'apps', kind: 'deployments', uid },
    });
    expect(messageOf(server.ask('DELETE', D))).toBe('404 deployments.apps "d" not found');
  });

  test('waits for finalizers: the object stays, terminating, in a new generation', () => {
    make({ finalizers: ['a.b/c'] });
    const body = server.done('DELETE', D);
    expect(body).toMatchObject({
      kind: 'Deployment',
      metadata: {
        generation: 2,
        deletionTimestamp: timestamp(NOW),
        deletionGracePeriodSeconds: 0,
        finalizers: ['a.b/c'],
        resourceVersion: String(server.state.revision),
      },
    });
    server.now += 60_000;
    expect(server.done('DELETE', D)).toEqual(body);
  });

  test('is done by the write that takes the last finalizer away', () => {
    make({ finalizers: ['a.b/c'] });
    const terminating = server.done('DELETE', D);
    const watch = server.watch(`${DEPLOYMENTS}?watch=true&resourceVersion=${versionOf(terminating)}`);
    const last = server.done('PATCH', D, { metadata: { finalizers: [] } }, { type: 'merge' });
    expect(versionOf(last)).toBe(versionOf(terminating));
    expect(server.ask('GET', D).status).toBe(404);
    expect(watch.read()).toMatchObject([
      { type: 'DELETED', object: { metadata: { resourceVersion: String(server.state.revision) } } },
    ]);
  });

  test('takes no new finalizers', () => {
    make({ finalizers: ['a.b/c'] });
    server.done('DELETE', D);
    expect(messageOf(server.ask('PATCH', D, { metadata: { finalizers: ['a.b/c', 'd.e/f'] } }, { type: 'merge' }))).toBe(
      '422 Deployment.apps "d" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"d.e/f"}',
    );
  });

  test('in a dry run is answered as if it were done', () => {
    const object = make();
    const before = server.state;
    expect(server.done('DELETE', `${D}?dryRun=All`)).toMatchObject({ status: 'Success' });
    expect(server.done('DELETE', `${D}?dryRun=All&propagationPolicy=Foreground`)).toMatchObject({
      metadata: { deletionTimestamp: timestamp(NOW), resourceVersion: versionOf(object) },
    });
    expect(server.state).toBe(before);
  });
});

describe('propagation', () => {
  test.each([
    ['Foreground', ['foregroundDeletion']],
    ['Orphan', ['orphan']],
  ])('%s holds the object for the garbage collector', (propagationPolicy, finalizers) => {
    make();
    expect(server.done('DELETE', D, { propagationPolicy })).toMatchObject({ metadata: { finalizers } });
  });

  test('may be told in the query, and of old as orphanDependents', () => {
    make();
    expect(server.done('DELETE', `${D}?orphanDependents=true`)).toMatchObject({ metadata: { finalizers: ['orphan'] } });
    expect(server.done('DELETE', `${D}?propagationPolicy=Foreground`)).toMatchObject({
      metadata: { finalizers: ['foregroundDeletion'] },
    });
    expect(server.done('DELETE', `${D}?propagationPolicy=Background`)).toMatchObject({ status: 'Success' });
  });

  test('in the query counts for nothing beside a body', () => {
    make();
    expect(server.done('DELETE', `${D}?propagationPolicy=Foreground`, {})).toMatchObject({ status: 'Success' });
  });
});

describe('preconditions', () => {
  test('are the UID and the version', () => {
    const { uid = '', resourceVersion = '' } = objectAt(make(), 'metadata');
    expect(server.ask('DELETE', D, { preconditions: { uid: 'abc' } }).body).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: `Operation cannot be fulfilled on Deployment.apps "d": the UID in the precondition (abc) does not match the UID in record (${String(uid)}). The object might have been deleted and then recreated`,
      details: { name: 'd', group: 'apps', kind: 'Deployment' },
    });
    expect(messageOf(server.ask('DELETE', D, { preconditions: { resourceVersion: '1' } }))).toBe(
      `409 Operation cannot be fulfilled on Deployment.apps "d": the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (${String(resourceVersion)}). The object might have been modified`,
    );
    expect(server.ask('DELETE', D, { preconditions: { uid, resourceVersion } }).status).toBe(200);
  });

  test('of a namespace are told in other words', () => {
    expect(messageOf(server.ask('DELETE', '/api/v1/namespaces/default', { preconditions: { uid: 'abc' } }))).toContain(
      '409 Operation cannot be fulfilled on namespaces "default": Precondition failed: UID in precondition: abc, UID in object meta: ',
    );
  });
});

const OPTIONS = '422 DeleteOptions.meta.k8s.io "" is invalid';

test.each([
  [
    { propagationPolicy: 'Foo' },
    `${OPTIONS}: propagationPolicy: Unsupported value: "Foo": supported values: "Foreground", "Background", "Orphan", "nil"`,
  ],
  [
    { propagationPolicy: 'Orphan', orphanDependents: true },
    `${OPTIONS}: propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set`,
  ],
  [{ dryRun: ['Foo'] }, `${OPTIONS}: dryRun: Unsupported value: ["Foo"]: supported values: "All"`],
  [{ kind: 'Foo', apiVersion: 'v1' }, '400 no kind "Foo" is registered for version "v1" in scheme "pkg/runtime/scheme.go:111"'],
])('the options %j are refused', (body, message) => {
  make();
  expect(messageOf(server.ask('DELETE', D, body))).toBe(message);
});

describe('a pod', () => {
  const PODS = '/api/v1/namespaces/default/pods';
  const run = (spec = {}) =>
    server.done('POST', PODS, {
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', image: 'i' }], nodeName: 'n', ...spec },
    });

  test('that runs gets its grace period, which may be shortened, not lengthened', () => {
    run({ terminationGracePeriodSeconds: 20 });
    expect(server.done('DELETE', `${PODS}/p`)).toMatchObject({
      metadata: { deletionTimestamp: timestamp(NOW + 20_000), deletionGracePeriodSeconds: 20 },
    });
    const before = server.state;
    server.done('DELETE', `${PODS}/p?gracePeriodSeconds=30`);
    server.done('DELETE', `${PODS}/p`);
    expect(server.state).toBe(before);
    expect(server.done('DELETE', `${PODS}/p?gracePeriodSeconds=5`)).toMatchObject({
      metadata: { deletionTimestamp: timestamp(NOW + 5_000), deletionGracePeriodSeconds: 5 },
    });
    server.done('PATCH', `${PODS}/p`, { metadata: { labels: { a: 'b' } } }, { type: 'merge' });
    expect(server.done('DELETE', `${PODS}/p?gracePeriodSeconds=0`)).toMatchObject({
      kind: 'Pod',
      metadata: { deletionGracePeriodSeconds: 0 },
    });
    expect(server.ask('GET', `${PODS}/p`).status).toBe(404);
  });

  test('that runs nowhere is seen to end, and goes', () => {
    run({ nodeName: '' });
    const watch = server.watch(`${PODS}?watch=true&resourceVersion=${server.state.revision}`);
    expect(server.done('DELETE', `${PODS}/p`)).toMatchObject({ kind: 'Pod', metadata: { deletionTimestamp: timestamp(NOW) } });
    expect(watch.told()).toEqual(['MODIFIED p', 'DELETED p']);
  });
});

describe('a namespace', () => {
  test('stays, terminating, and may still be written', () => {
    server.done('POST', '/api/v1/namespaces', { metadata: { name: 'n' } });
    expect(server.done('DELETE', '/api/v1/namespaces/n')).toMatchObject({
      metadata: { deletionTimestamp: timestamp(NOW) },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Terminating' },
    });
    server.done('PATCH', '/api/v1/namespaces/n', { metadata: { labels: { a: 'b' } } }, { type: 'merge' });
    expect(server.done('GET', '/api/v1/namespaces/n')).toMatchObject({ metadata: { labels: { a: 'b' } } });
  });
});

describe('a collection', () => {
  beforeEach(() => {
    for (const name of ['a', 'b']) server.done('POST', MAPS, configMap(name, {}, { labels: { name } }));
  });

  test('is deleted as far as the selectors reach, and answered as it was', () => {
    const revision = String(server.state.revision);
    const body = server.done('DELETE', `${MAPS}?labelSelector=name%3Da`);
    expect(body).toMatchObject({ kind: 'ConfigMapList', metadata: { resourceVersion: revision } });
    expect(namesIn(body)).toEqual(['a']);
    expect(namesIn(server.done('GET', MAPS))).toEqual(['b']);
  });

  test('in a dry run stays', () => {
    const before = server.state;
    expect(namesIn(server.done('DELETE', `${MAPS}?dryRun=All`))).toEqual(['a', 'b']);
    expect(server.state).toBe(before);
  });
});

test('the answer to the deletion of a Service is the Service', () => {
  const services = '/api/v1/namespaces/default/services';
  server.done('POST', services, { metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } });
  expect(server.done('DELETE', `${services}/s`)).toMatchObject({
    kind: 'Service',
    metadata: { resourceVersion: String(server.state.revision) },
  });
});
