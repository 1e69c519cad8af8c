import { type JsonObject, objectAt, stringAt } from '../json.ts';
import published from './kubernetes.json' with { type: 'json' };
import { Compiler, NO_RESETS, RESOURCE_FIELDS, type Resets, type Schema } from './schema.ts';

const data: JsonObject = published;
const KINDS = objectAt(data, 'kinds');
const compiler = new Compiler(objectAt(data, 'types'));

/** Kinds with a status of its own face: the main one leaves `status` alone, and `/status` the spec. Published nowhere. */
const SPEC_AND_STATUS: Resets = { main: [['status']], status: [['spec']] };
const RESETS: ReadonlyMap<string, Resets> = new Map([
  ['/v1/Namespace', SPEC_AND_STATUS],
  ['/v1/Service', SPEC_AND_STATUS],
  ['/v1/Pod', { main: [['status']], status: [['spec'], ['metadata', 'deletionTimestamp'], ['metadata', 'ownerReferences']] }],
  ['apps/v1/Deployment', { main: [['status']], status: [['spec'], ['metadata', 'labels']] }],
  ['apps/v1/ReplicaSet', SPEC_AND_STATUS],
  ['autoscaling/v2/HorizontalPodAutoscaler', SPEC_AND_STATUS],
  ['policy/v1/PodDisruptionBudget', SPEC_AND_STATUS],
  ['apiextensions.k8s.io/v1/CustomResourceDefinition', SPEC_AND_STATUS],
]);
const CUSTOM_WITH_STATUS: Resets = { main: [['status']], status: [['metadata'], ['spec']] };

const kinds = new Map<string, Schema>();

/** The type of a built-in kind; undefined where the embedded cluster does not know the kind. */
export function schemaOf({ group, version, kind }: { group: string; version: string; kind: string }): Schema | undefined {
  const key = `${group}/${version}/${kind}`;
  const known = kinds.get(key);
  if (known !== undefined) return known;
  const name = stringAt(KINDS, key);
  if (name === undefined) return undefined;
  const schema = { ...compiler.named(name), resets: RESETS.get(key) ?? NO_RESETS };
  kinds.set(key, schema);
  return schema;
}

/**
 * The type that a CustomResourceDefinition's `openAPIV3Schema` describes; without one, free JSON. Every object has `apiVersion`, `kind`
 * and `metadata`, whatever the schema says of them. `hasStatus`: the version has the status subresource, so that `status` is written through it alone.
 */
export function schemaOfCrd(openApi: JsonObject, hasStatus = false): Schema {
  const properties = objectAt(openApi, 'properties');
  const described: JsonObject = {
    ...openApi,
    type: 'object',
    ...(Object.keys(openApi).length === 0 && { 'x-kubernetes-preserve-unknown-fields': true }),
    properties: { ...properties, ...RESOURCE_FIELDS },
  };
  return { ...compiler.inline(described, false), resets: hasStatus ? CUSTOM_WITH_STATUS : NO_RESETS };
}
