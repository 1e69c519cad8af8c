import { describe, expect, test } from 'vitest';
import { put } from '../api/store.ts';
import { listAt, objectAt } from '../json.ts';
import { emptyState } from '../state.ts';
import { discoveryDocument } from './index.ts';

const CRD = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Widget', listKind: 'WidgetList', plural: 'widgets', singular: 'widget', shortNames: ['wg'] },
    versions: [
      { name: 'v1beta1', served: true, storage: false, schema: { openAPIV3Schema: { type: 'object' } } },
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', properties: { size: { type: 'integer' } } } },
      },
    ],
  },
  status: {
    conditions: [
      { type: 'Established', status: 'True' },
      { type: 'NamesAccepted', status: 'True' },
    ],
  },
};
const empty = emptyState();
const withWidgets = put(empty, 'customresourcedefinitions.apiextensions.k8s.io', CRD).state;

const bodyAt = (path: string, { all = false, state = empty } = {}) => discoveryDocument(state, path, all)?.body;

describe('the documents', () => {
  test('/api has the core version alone', () => {
    expect(bodyAt('/api')).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
  });

  test('/apis has every other group, and its preferred version', () => {
    const groups = listAt(bodyAt('/apis'), 'groups');
    expect(groups).toContainEqual({
      name: 'apps',
      versions: [{ groupVersion: 'apps/v1', version: 'v1' }],
      preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
    });
    expect(groups).not.toContainEqual(expect.objectContaining({ name: '' }));
  });

  test('a resource list has each resource and its subresources, with the kind that they speak', () => {
    expect(listAt(bodyAt('/apis/apps/v1'), 'resources')).toEqual(
      expect.arrayContaining([
        {
          name: 'deployments',
          singularName: 'deployment',
          namespaced: true,
          kind: 'Deployment',
          verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
          shortNames: ['deploy'],
          categories: ['all'],
        },
        {
          name: 'deployments/scale',
          singularName: '',
          namespaced: true,
          group: 'autoscaling',
          version: 'v1',
          kind: 'Scale',
          verbs: ['get', 'patch', 'update'],
        },
      ]),
    );
  });

  test.each(['/apis/nope', '/apis/apps/v9', '/api/v2', '/apis/apps/v1/deployments', '/openapi/v2', '/'])('%s is none', (path) => {
    expect(bodyAt(path)).toBeUndefined();
  });

  test('the aggregated form has a group with all of its resources, and says that it is one', () => {
    expect(discoveryDocument(empty, '/apis', true)?.aggregated).toBe(true);
    const apps = listAt(bodyAt('/apis', { all: true }), 'items').find((item) => objectAt(item, 'metadata').name === 'apps');
    expect(listAt(apps, 'versions')[0]).toMatchObject({
      version: 'v1',
      freshness: 'Current',
      resources: [{ resource: 'deployments', scope: 'Namespaced', singularResource: 'deployment' }, { resource: 'replicasets' }],
    });
  });
});

describe('a CustomResourceDefinition', () => {
  test('is a group of its own, newest stable version first', () => {
    expect(bodyAt('/apis/example.com', { state: withWidgets })).toMatchObject({
      versions: [{ version: 'v1' }, { version: 'v1beta1' }],
      preferredVersion: { version: 'v1' },
    });
    expect(bodyAt('/apis/example.com')).toBeUndefined();
  });

  test('brings its type to OpenAPI, without strategic patches', () => {
    const document = bodyAt('/openapi/v3/apis/example.com/v1', { state: withWidgets });
    expect(objectAt(document, 'components', 'schemas', 'com.example.v1.Widget', 'properties', 'size')).toEqual({
      type: 'integer',
    });
    const path = objectAt(document, 'paths', '/apis/example.com/v1/namespaces/{namespace}/widgets/{name}');
    const content = Object.keys(objectAt(path, 'patch', 'requestBody', 'content'));
    expect(content).not.toContain('application/strategic-merge-patch+json');
  });
});

describe('OpenAPI', () => {
  test('has every type that a type refers to, and the merge keys', () => {
    const schemas = objectAt(bodyAt('/openapi/v3/apis/apps/v1'), 'components', 'schemas');
    const text = JSON.stringify(schemas);
    const referred = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name = '']) => name);
    expect(referred.filter((name) => !Object.hasOwn(schemas, name))).toEqual([]);
    expect(objectAt(schemas, 'io.k8s.api.core.v1.PodSpec', 'properties', 'containers')).toMatchObject({
      'x-kubernetes-patch-merge-key': 'name',
    });
  });

  test('takes a property of the name $ref for a property', () => {
    const schemas = objectAt(bodyAt('/openapi/v3/apis/apiextensions.k8s.io/v1'), 'components', 'schemas');
    const name = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';
    expect(objectAt(schemas, name, 'properties').$ref).toEqual({ type: 'string' });
  });

  test('says that a patch has its fields checked, by which kubectl apply knows', () => {
    const patch = objectAt(
      bodyAt('/openapi/v3/apis/apps/v1'),
      'paths',
      '/apis/apps/v1/namespaces/{namespace}/deployments/{name}',
      'patch',
    );
    expect(listAt(patch, 'parameters')).toContainEqual(expect.objectContaining({ name: 'fieldValidation', in: 'query' }));
  });
});
