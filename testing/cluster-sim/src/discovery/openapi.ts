import type { Json, JsonObject } from '@ddprofiler-rc/core';
import { list } from '../api/store.ts';
import { isJsonArray, isJsonObject, listAt, objectAt, stringAt } from '../json.ts';
import published from '../schema/kubernetes.json' with { type: 'json' };
import type { ClusterState } from '../state.ts';
import { type ApiGroup, type ApiVersion, apiGroups, groupVersion } from './api-groups.ts';
import type { Discovered } from './discovered.ts';

/**
 * OpenAPI v3, one document per group and version: the types with all that kubectl reads in them (for `apply` the merge keys, for
 * `explain` the fields), and of the paths only the patch of each resource, by whose parameters kubectl learns that fields are checked.
 */

const REFERENCE_PREFIX = '#/components/schemas/';
const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';

const data: JsonObject = published;
const TYPES = objectAt(data, 'types');
const KINDS = objectAt(data, 'kinds');

const PATCH_PARAMETERS: readonly JsonObject[] = [
  { name: 'dryRun', in: 'query', schema: { type: 'string' } },
  { name: 'fieldManager', in: 'query', schema: { type: 'string' } },
  { name: 'fieldValidation', in: 'query', schema: { type: 'string' } },
  { name: 'force', in: 'query', schema: { type: 'boolean' } },
];
const PATCHES = ['application/apply-patch+yaml', 'application/json-patch+json', 'application/merge-patch+json'];
/** Needs to know the type's merge keys, so custom resources do without. */
const STRATEGIC = 'application/strategic-merge-patch+json';

interface Described {
  readonly name: string;
  readonly schema: JsonObject;
  readonly custom: boolean;
}

/** Document paths, as `/openapi/v3` lists them: `api/v1`, `apis/apps/v1`. */
const documentPath = (group: string, version: string): string =>
  `${group === '' ? 'api' : 'apis'}/${groupVersion(group, version)}`;

/** The types in `json` that are named elsewhere. */
function* references(json: Json): Iterable<string> {
  if (isJsonArray(json)) for (const item of json) yield* references(item);
  if (!isJsonObject(json)) return;
  for (const [key, value] of Object.entries(json)) {
    if (key === '$ref' && typeof value === 'string') yield value;
    else yield* references(value);
  }
}

/** The same with references as a document has them. Mind that CustomResourceDefinitions have a property of the name `$ref`. */
function linked(json: Json): Json {
  if (isJsonArray(json)) return json.map(linked);
  if (!isJsonObject(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string' ? `${REFERENCE_PREFIX}${value}` : linked(value),
    ]),
  );
}

function customSchema(state: ClusterState, { group, version, plural }: Discovered): JsonObject | undefined {
  const definition = list(state, DEFINITIONS).find((one) => stringAt(one, 'metadata', 'name') === `${plural}.${group}`);
  const served = listAt(definition, 'spec', 'versions')
    .filter(isJsonObject)
    .find(({ name }) => name === version);
  if (served === undefined) return undefined;
  const schema = objectAt(served, 'schema', 'openAPIV3Schema');
  const properties = {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { allOf: [{ $ref: OBJECT_META }] },
    ...objectAt(schema, 'properties'),
  };
  return { ...schema, type: 'object', properties: { ...properties, metadata: { allOf: [{ $ref: OBJECT_META }] } } };
}

/** `grove.crds.v1.DDProfCrd`: the group from its end, as custom types are named. */
const customName = ({ group, version, kind }: Discovered): string => [...group.split('.').reverse(), version, kind].join('.');

function described(state: ClusterState, resource: Discovered): Described | undefined {
  const { group, version, kind } = resource;
  const gvk = { 'x-kubernetes-group-version-kind': [{ group, version, kind }] };
  const name = stringAt(KINDS, `${group}/${version}/${kind}`);
  if (name !== undefined) return { name, schema: { ...objectAt(TYPES, name), ...gvk }, custom: false };
  const schema = customSchema(state, resource);
  return schema && { name: customName(resource), schema: { ...schema, ...gvk }, custom: true };
}

/** `schemas` and all types that they refer to. */
function closed(schemas: ReadonlyMap<string, JsonObject>): JsonObject {
  const all = new Map(schemas);
  const open = [...schemas.values()];
  for (let schema = open.pop(); schema !== undefined; schema = open.pop()) {
    for (const name of references(schema)) {
      if (all.has(name)) continue;
      const type = objectAt(TYPES, name);
      all.set(name, type);
      open.push(type);
    }
  }
  return Object.fromEntries([...all].map(([name, schema]) => [name, linked(schema)]));
}

function patchOperation({ group, version, kind }: Discovered, custom: boolean): JsonObject {
  const content = custom ? PATCHES : [...PATCHES, STRATEGIC];
  return {
    parameters: PATCH_PARAMETERS,
    requestBody: { content: Object.fromEntries(content.map((type) => [type, { schema: { type: 'object' } }])) },
    responses: { 200: { description: 'OK' } },
    'x-kubernetes-action': 'patch',
    'x-kubernetes-group-version-kind': { group, version, kind },
  };
}

function documentOf(state: ClusterState, group: ApiGroup, { version, resources }: ApiVersion): JsonObject {
  const schemas = new Map<string, JsonObject>();
  const paths: Record<string, Json> = {};
  for (const resource of resources) {
    const type = described(state, resource);
    if (type === undefined) continue;
    schemas.set(type.name, type.schema);
    const place = `/${documentPath(group.name, version)}${resource.namespaced ? '/namespaces/{namespace}' : ''}`;
    if (resource.verbs.includes('patch'))
      paths[`${place}/${resource.plural}/{name}`] = { patch: patchOperation(resource, type.custom) };
  }
  const info = { title: 'Kubernetes', version: 'v1.37.2' };
  return { openapi: '3.0.0', info, paths, components: { schemas: closed(schemas) } };
}

/** What stands at `path` under `/openapi/v3`; undefined where nothing does. */
export function openApiDocument(state: ClusterState, path: string): JsonObject | undefined {
  const [root, format, ...rest] = path.split('/').filter((step) => step !== '');
  if (root !== 'openapi' || format !== 'v3') return undefined;
  const groups = apiGroups(state);
  const served = groups.flatMap((group) => group.versions.map((version) => ({ group, version })));
  if (rest.length === 0) {
    const entries = served.map(({ group, version }) => {
      const place = documentPath(group.name, version.version);
      return [place, { serverRelativeURL: `/openapi/v3/${place}` }] as const;
    });
    return { paths: Object.fromEntries(entries) };
  }
  const asked = served.find(({ group, version }) => documentPath(group.name, version.version) === rest.join('/'));
  return asked && documentOf(state, asked.group, asked.version);
}
