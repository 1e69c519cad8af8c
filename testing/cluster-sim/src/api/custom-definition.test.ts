import { beforeEach, describe, expect, test } from 'vitest';
import { messageOf, namesIn, Server } from '../../test/asked.ts';
import type { JsonObject } from '../json.ts';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const WIDGETS = '/apis/ex.io/v1/namespaces/default/widgets';

function definition(more: JsonObject = {}): JsonObject {
  const spec = { type: 'object', properties: { size: { type: 'integer' } } };
  const status = { type: 'object', properties: { ok: { type: 'boolean' } } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.ex.io' },
    spec: {
      group: 'ex.io',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { spec, status } } },
          ...more,
        },
      ],
    },
  };
}

function widget(name: string, more: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: 'ex.io/v1', kind: 'Widget', metadata: { name, ...metadata }, ...more };
}

let server: Server;

beforeEach(() => {
  server = new Server();
});

const define = (more: JsonObject = { subresources: { status: {} } }) => server.done('POST', DEFINITIONS, definition(more));

describe('a definition', () => {
  test('is answered as new, and is established right after', () => {
    expect(define()).toMatchObject({
      spec: { names: { singular: 'widget', listKind: 'WidgetList' }, conversion: { strategy: 'None' } },
      status: { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: ['v1'] },
    });
    expect(server.done('GET', `${DEFINITIONS}/widgets.ex.io`)).toMatchObject({
      status: {
        conditions: [
          { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts' },
          { type: 'Established', status: 'True', reason: 'InitialNamesAccepted' },
        ],
        acceptedNames: { plural: 'widgets', kind: 'Widget', singular: 'widget', listKind: 'WidgetList' },
      },
    });
  });

  test('may be applied as well', () => {
    const told = server.ask('PATCH', `${DEFINITIONS}/widgets.ex.io?fieldManager=me`, definition(), { type: 'apply' });
    expect(told.status).toBe(201);
    expect(server.ask('GET', WIDGETS).status).toBe(200);
  });

  test('makes its resource appear, and nothing beside it', () => {
    expect(server.ask('GET', WIDGETS)).toMatchObject({ status: 404, body: '404 page not found\n' });
    define();
    expect(server.done('GET', WIDGETS)).toMatchObject({
      kind: 'WidgetList',
      apiVersion: 'ex.io/v1',
      metadata: { continue: '' },
      items: [],
    });
    for (const path of ['/apis/ex.io/v2/widgets', '/apis/ex.io/v1/nothings', '/apis/ex.io/v1/widgets/a'])
      expect(server.ask('GET', path)).toMatchObject({ status: 404, body: '404 page not found\n' });
  });

  test('takes the objects of its kind along', () => {
    define();
    server.done('POST', WIDGETS, widget('a'));
    const watch = server.watch('/apis/ex.io/v1/widgets?watch=true');
    expect(server.done('DELETE', `${DEFINITIONS}/widgets.ex.io`)).toMatchObject({
      metadata: { finalizers: ['customresourcecleanup.apiextensions.k8s.io'] },
      status: { conditions: [{}, {}, { type: 'Terminating', status: 'True' }] },
    });
    expect(watch.told()).toEqual(['ADDED a', 'DELETED a']);
    expect(server.ask('GET', `${DEFINITIONS}/widgets.ex.io`).status).toBe(404);
    expect(server.ask('GET', WIDGETS).status).toBe(404);
  });

  test('waits for those that are held', () => {
    define();
    server.done('POST', WIDGETS, widget('a', {}, { finalizers: ['x.y/z'] }));
    server.done('DELETE', `${DEFINITIONS}/widgets.ex.io`);
    expect(messageOf(server.ask('POST', WIDGETS, widget('b')))).toBe(
      '403 widgets.ex.io "b" is forbidden: create not allowed while custom resource definition is terminating',
    );
    server.done('PATCH', `${WIDGETS}/a`, { metadata: { finalizers: null } }, { type: 'merge' });
    expect(server.ask('GET', `${DEFINITIONS}/widgets.ex.io`).status).toBe(404);
  });
});

describe('a custom object', () => {
  test('is pruned by its schema, and items of a list tell their kind', () => {
    define();
    const told = server.ask('POST', WIDGETS, widget('a', { bar: 1, spec: { size: 3, foo: 1 } }, { foo: 1 }));
    expect(told).toMatchObject({ status: 201, body: { spec: { size: 3 }, metadata: { generation: 1 } } });
    expect(told.body).not.toHaveProperty('bar');
    expect(told.headers.warning).toBe(
      String.raw`299 - "unknown field \"metadata.foo\"", 299 - "unknown field \"bar\"", 299 - "unknown field \"spec.foo\""`,
    );
    const list = server.done('GET', WIDGETS);
    expect(namesIn(list)).toEqual(['a']);
    expect(list.items).toMatchObject([{ kind: 'Widget', apiVersion: 'ex.io/v1' }]);
  });

  test('has a status of its own where the definition says so', () => {
    define();
    server.done('POST', WIDGETS, widget('a', { spec: { size: 1 }, status: { ok: true } }));
    expect(server.done('GET', `${WIDGETS}/a`)).not.toHaveProperty('status');
    const given = { status: { ok: true }, spec: { size: 9 }, metadata: { labels: { a: 'b' } } };
    const after = server.done('PATCH', `${WIDGETS}/a/status`, given, { type: 'merge' });
    expect(after).toMatchObject({ status: { ok: true }, spec: { size: 1 }, metadata: { generation: 1 } });
    expect(after).not.toHaveProperty('metadata.labels');
  });

  test('has its status as a field like others where it does not', () => {
    define({});
    server.done('POST', WIDGETS, widget('a', { status: { ok: true } }));
    expect(server.done('PATCH', `${WIDGETS}/a`, { status: { ok: false } }, { type: 'merge' })).toMatchObject({
      status: { ok: false },
      metadata: { generation: 2 },
    });
    expect(messageOf(server.ask('GET', `${WIDGETS}/a/status`))).toBe('404 widgets.ex.io "a" not found');
  });

  test('is updated only with its version', () => {
    define();
    server.done('POST', WIDGETS, widget('a'));
    expect(messageOf(server.ask('PUT', `${WIDGETS}/a`, widget('a')))).toBe(
      '422 widgets.ex.io "a" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    );
  });

  // The words are those of the real API server.
  test.each([
    [
      'another kind',
      { ...widget('c'), kind: 'Wodget' },
      '422 Wodget.ex.io "c" is invalid: kind: Invalid value: "Wodget": must be Widget',
    ],
    [
      'another version',
      { ...widget('c'), apiVersion: 'ex.io/v2' },
      '400 the API version in the data (ex.io/v2) does not match the expected API version (ex.io/v1)',
    ],
    [
      'no version',
      { kind: 'Widget', metadata: { name: 'c' } },
      '400 the API version in the data () does not match the expected API version (ex.io/v1)',
    ],
    [
      'no kind',
      { apiVersion: 'ex.io/v1', metadata: { name: 'c' }, spec: { size: 3 } },
      `400 the object provided is unrecognized (must be of type Widget): Object 'Kind' is missing in '{"apiVersion":"ex.io/v1","metadata":{"name":"c"},"spec":{"size":3}}' ({"apiVersion":"ex.io/v1","meta ...)`,
    ],
  ])('that tells %s is refused', (_what, body, message) => {
    define();
    expect(messageOf(server.ask('POST', WIDGETS, body))).toBe(message);
  });

  test('takes no strategic merge patch', () => {
    define();
    server.done('POST', WIDGETS, widget('a'));
    expect(messageOf(server.ask('PATCH', `${WIDGETS}/a`, {}, { type: 'strategic' }))).toBe(
      '415 the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    );
  });

  test('keeps its kind', () => {
    define();
    server.done('POST', WIDGETS, widget('a'));
    expect(messageOf(server.ask('PATCH', `${WIDGETS}/a`, { kind: 'Foo' }, { type: 'merge' }))).toBe(
      '422 Foo.ex.io "a" is invalid: kind: Invalid value: "Foo": must be Widget',
    );
  });

  test('needs a name where one is written', () => {
    define();
    expect(messageOf(server.ask('PUT', WIDGETS, {}))).toBe('400 name must be provided');
  });

  test('cannot be selected by its fields', () => {
    define();
    expect(messageOf(server.ask('GET', `${WIDGETS}?fieldSelector=spec.size%3D1`))).toBe(
      '400 field label not supported: spec.size',
    );
  });
});
