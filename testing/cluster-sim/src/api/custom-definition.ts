import type { JsonObject } from '@ddprofiler-rc/core';
import { recordUpdate } from '../fields/index.ts';
import { isJsonObject, listAt, objectAt, stringAt, withValueAt } from '../json.ts';
import type { ResourceInfo } from '../kinds/index.ts';
import type { ClusterState, ResourceName } from '../state.ts';
import { apiVersionOf } from './address.ts';
import { find, objectsOf, put, remove, settle, timestamp } from './store.ts';

/**
 * The life of a CustomResourceDefinition: created → established, right after → terminating, while objects of its kind are held by
 * finalizers → gone. What the real server leaves to controllers happens here within the request.
 */

const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';
const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';
const SERVER = 'kube-apiserver';

export function isDefinition({ name }: ResourceInfo): boolean {
  return name === DEFINITIONS;
}

/** As it is answered to the one who creates it: no condition is known yet. */
export function asNewDefinition(definition: JsonObject): JsonObject {
  const spec = objectAt(definition, 'spec');
  const storedVersions = listAt(spec, 'versions')
    .filter((version) => isJsonObject(version) && version.storage === true)
    .map((version) => objectAt(version).name ?? '');
  return {
    ...definition,
    spec: { ...spec, names: completeNames(objectAt(spec, 'names')), conversion: spec.conversion ?? { strategy: 'None' } },
    status: { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions },
  };
}

function completeNames(names: JsonObject): JsonObject {
  const kind = stringAt(names, 'kind') ?? '';
  return { ...names, singular: names.singular ?? kind.toLowerCase(), listKind: names.listKind ?? `${kind}List` };
}

/** Its names are free, here at once. */
export function established(state: ClusterState, info: ResourceInfo, name: string, now: number): ClusterState {
  const before = find(state, DEFINITIONS, undefined, name);
  if (before === undefined) return state;
  const since = timestamp(now);
  const conditions = [
    condition('NamesAccepted', since, 'NoConflicts', 'no conflicts found'),
    condition('Established', since, 'InitialNamesAccepted', 'the initial names have been accepted'),
  ];
  const status = { ...objectAt(before, 'status'), conditions, acceptedNames: objectAt(before, 'spec', 'names') };
  return put(state, DEFINITIONS, byServer(info, before, { ...before, status }, now)).state;
}

function condition(type: string, lastTransitionTime: string, reason: string, message: string): JsonObject {
  return { type, status: 'True', lastTransitionTime, reason, message };
}

function byServer(info: ResourceInfo, before: JsonObject, after: JsonObject, now: number): JsonObject {
  const { schema } = info;
  if (schema === undefined) return after;
  const apiVersion = apiVersionOf(info);
  return recordUpdate({ schema, before, after, manager: SERVER, apiVersion, subresource: 'status', now });
}

/** A definition that is told to go: it is held until the objects of its kind are gone. */
export function terminatingDefinition(definition: JsonObject, now: number): JsonObject {
  const metadata = objectAt(definition, 'metadata');
  if (metadata.deletionTimestamp !== undefined) return definition;
  const finalizers = listAt(metadata, 'finalizers');
  const pending = condition(
    'Terminating',
    timestamp(now),
    'InstanceDeletionPending',
    'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  );
  const marked = {
    ...metadata,
    deletionTimestamp: timestamp(now),
    finalizers: finalizers.includes(CLEANUP) ? finalizers : [...finalizers, CLEANUP],
  };
  const conditions = [...listAt(definition, 'status', 'conditions'), pending];
  return withValueAt({ ...definition, metadata: marked }, ['status', 'conditions'], conditions);
}

export function isTerminatingDefinition(state: ClusterState, resource: ResourceName): boolean {
  const definition = find(state, DEFINITIONS, undefined, resource);
  return definition !== undefined && stringAt(definition, 'metadata', 'deletionTimestamp') !== undefined;
}

/** To be called when an object is gone: the last one of its kind takes a terminating definition with it. */
export function afterCustomObjectGone(state: ClusterState, resource: ResourceName): ClusterState {
  const definition = find(state, DEFINITIONS, undefined, resource);
  if (definition === undefined || !isTerminatingDefinition(state, resource) || objectsOf(state, resource).size > 0) return state;
  const metadata = objectAt(definition, 'metadata');
  const finalizers = listAt(metadata, 'finalizers').filter((finalizer) => finalizer !== CLEANUP);
  if (finalizers.length === 0) return remove(state, DEFINITIONS, `/${resource}`)?.state ?? state;
  return settle(state, DEFINITIONS, { ...definition, metadata: { ...metadata, finalizers } }).state;
}
