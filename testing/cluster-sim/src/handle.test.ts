import { describe, expect, test } from 'vitest';
import { configMap, DEPLOYMENTS, deployment, MAPS, messageOf, Server } from '../test/asked.ts';
import type { Access, Method } from './request.ts';

describe('a path', () => {
  test.each([
    ['/api/v1/nothings', 'the server could not find the requested resource'],
    ['/apis/apps/v2/deployments', 'the server could not find the requested resource'],
    ['/apis/apps/v1/deployments/x', 'the server could not find the requested resource'],
    [`${DEPLOYMENTS}/x/foo`, 'the server could not find the requested resource'],
    [`${DEPLOYMENTS}/x/status/more`, 'the server could not find the requested resource'],
    [`${MAPS}/x/status`, 'the server could not find the requested resource'],
    ['/api/v1/namespaces/a/namespaces/b', 'the server could not find the requested resource'],
  ])('%s leads to nothing of this server', (path, message) => {
    expect(new Server().ask('GET', path).body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason: 'NotFound',
      details: {},
      code: 404,
    });
  });

  test.each(['/', '/apis/nope/v1/things', '/apis/nope', '/other'])('%s leads to nobody', (path) => {
    expect(new Server().ask('GET', path)).toEqual({
      status: 404,
      body: '404 page not found\n',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
  });

  test('may be escaped', () => {
    const server = new Server();
    server.done('POST', MAPS, configMap('a.b'));
    expect(server.done('GET', `${MAPS}/a%2Eb`)).toMatchObject({ metadata: { name: 'a.b' } });
    expect(server.ask('GET', `${MAPS}/%E0%A4%A`).status).toBe(400);
  });

  test('of a namespace is no path within one', () => {
    const server = new Server();
    expect(server.done('GET', '/api/v1/namespaces/default')).toMatchObject({ kind: 'Namespace' });
    expect(server.done('GET', '/api/v1/namespaces/default/status')).toMatchObject({ kind: 'Namespace' });
  });
});

test.each<[Method, string]>([
  ['PUT', MAPS],
  ['PATCH', MAPS],
  ['POST', `${MAPS}/a`],
  ['DELETE', '/apis/apps/v1/deployments'],
  ['POST', '/apis/apps/v1/deployments'],
  ['DELETE', '/api/v1/namespaces'],
  ['DELETE', `${DEPLOYMENTS}/x/scale`],
])('%s %s is not allowed', (method, path) => {
  expect(messageOf(new Server().ask(method, path, {}))).toBe(
    '405 the server does not allow this method on the requested resource',
  );
});

test('what is refused leaves the state as it is', () => {
  const server = new Server();
  const before = server.state;
  server.ask('POST', MAPS, configMap('a', {}, { namespace: 'other' }));
  expect(server.state).toBe(before);
});

test('an error that is no refusal is not answered', () => {
  const server = new Server({
    authorize: () => {
      throw new Error('broken policy');
    },
  });
  expect(() => server.ask('GET', MAPS)).toThrow('broken policy');
});

describe('who may not', () => {
  const server = new Server({ authorize: ({ user }) => user !== 'bob' });

  test.each<[Method, string, string, object]>([
    [
      'GET',
      `${DEPLOYMENTS}/x`,
      'deployments.apps "x" is forbidden: User "bob" cannot get resource "deployments" in API group "apps" in the namespace "default"',
      { name: 'x', group: 'apps', kind: 'deployments' },
    ],
    [
      'GET',
      `${DEPLOYMENTS}?fieldSelector=metadata.name%3Da`,
      'deployments.apps "a" is forbidden: User "bob" cannot list resource "deployments" in API group "apps" in the namespace "default"',
      { name: 'a', group: 'apps', kind: 'deployments' },
    ],
    [
      'GET',
      `${DEPLOYMENTS}?watch=true`,
      'deployments.apps is forbidden: User "bob" cannot watch resource "deployments" in API group "apps" in the namespace "default"',
      { group: 'apps', kind: 'deployments' },
    ],
    [
      'GET',
      '/api/v1/configmaps',
      'configmaps is forbidden: User "bob" cannot list resource "configmaps" in API group "" at the cluster scope',
      { kind: 'configmaps' },
    ],
    [
      'GET',
      '/api/v1/namespaces/foo',
      'namespaces "foo" is forbidden: User "bob" cannot get resource "namespaces" in API group "" in the namespace "foo"',
      { name: 'foo', kind: 'namespaces' },
    ],
    [
      'PATCH',
      `${DEPLOYMENTS}/x/status`,
      'deployments.apps "x" is forbidden: User "bob" cannot patch resource "deployments/status" in API group "apps" in the namespace "default"',
      { name: 'x', group: 'apps', kind: 'deployments' },
    ],
    [
      'DELETE',
      MAPS,
      'configmaps is forbidden: User "bob" cannot deletecollection resource "configmaps" in API group "" in the namespace "default"',
      { kind: 'configmaps' },
    ],
  ])('%s %s', (method, path, message, details) => {
    expect(server.ask(method, path, undefined, { user: 'bob' })).toMatchObject({
      status: 403,
      body: { reason: 'Forbidden', message, details },
    });
  });

  test('is asked with all that the request is about', () => {
    const asked: Access[] = [];
    const watched = new Server({ authorize: (access) => asked.push(access) > 0 });
    asked.length = 0;
    watched.ask('PATCH', `${DEPLOYMENTS}/x/scale`, {}, { user: 'eve', type: 'merge' });
    expect(asked).toEqual([
      { user: 'eve', verb: 'patch', resource: 'deployments.apps', subresource: 'scale', namespace: 'default', name: 'x' },
    ]);
  });
});

describe('admission', () => {
  test('changes what is stored, and owns nothing of it', () => {
    const server = new Server({
      admit: ({ object, operation }) => ({ ...object, metadata: { ...Object(object.metadata), annotations: { by: operation } } }),
    });
    server.done('POST', MAPS, configMap('a', { data: { k: 'v' } }));
    const stored = server.done('PATCH', `${MAPS}/a`, { data: { k: 'w' } }, { type: 'merge' });
    expect(stored).toMatchObject({ metadata: { annotations: { by: 'UPDATE' } }, data: { k: 'w' } });
    expect(JSON.stringify(stored)).not.toContain('f:annotations');
  });

  test('refuses', () => {
    const server = new Server({ admit: ({ key }) => (key === 'default/a' ? 'not this one' : {}) });
    expect(messageOf(server.ask('POST', MAPS, configMap('a')))).toBe('403 configmaps "a" is forbidden: not this one');
  });

  test('is not asked of a status or a scale', () => {
    const asked: string[] = [];
    const server = new Server({
      admit: ({ object, resource }) => {
        asked.push(resource);
        return object;
      },
    });
    server.done('POST', DEPLOYMENTS, deployment('a'));
    server.done('PATCH', `${DEPLOYMENTS}/a/status`, { status: { replicas: 1 } }, { type: 'merge' });
    server.done('PATCH', `${DEPLOYMENTS}/a/scale`, { spec: { replicas: 3 } }, { type: 'merge' });
    expect(asked).toEqual(['deployments.apps']);
  });
});
