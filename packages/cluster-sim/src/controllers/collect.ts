import type { JsonObject } from '@ddprofiler-rc/core';
import { isHeld, keyOf, list, objectsOf, remove, settle } from '../api/store.ts';
import { isJsonObject, listAt, objectAt, stringAt, withValueAt } from '../json.ts';
import { allResources } from '../kinds/index.ts';
import type { ClusterState } from '../state.ts';

/** What the garbage collector does before an object may go; here it has nothing left to do by the time that it is asked. */
const OWN_FINALIZERS: readonly string[] = ['foregroundDeletion', 'orphan'];

/**
 * Takes away what must go.
 *
 * | object | then |
 * | --- | --- |
 * | terminating, with a finalizer of the collector | the finalizer goes, and with the last one the object |
 * | in a terminating namespace | deleted |
 * | a terminating, empty namespace | gone |
 * | all its owners are gone | deleted |
 */
export function collect(state: ClusterState): ClusterState {
  return withoutOrphans(withoutNamespaces(withoutFinalizers(state)));
}

function withoutFinalizers(state: ClusterState): ClusterState {
  let after = state;
  for (const { name } of allResources(state)) {
    for (const object of objectsOf(state, name).values()) {
      if (objectAt(object, 'metadata').deletionTimestamp === undefined) continue;
      const finalizers = listAt(object, 'metadata', 'finalizers');
      const left = finalizers.filter((finalizer) => typeof finalizer !== 'string' || !OWN_FINALIZERS.includes(finalizer));
      if (left.length < finalizers.length)
        after = settle(after, name, withValueAt(object, ['metadata', 'finalizers'], left)).state;
    }
  }
  return after;
}

function withoutNamespaces(state: ClusterState): ClusterState {
  let after = state;
  for (const namespace of list(state, 'namespaces')) {
    if (stringAt(namespace, 'metadata', 'deletionTimestamp') === undefined) continue;
    const name = stringAt(namespace, 'metadata', 'name') ?? '';
    let isEmpty = true;
    for (const resource of allResources(state)) {
      if (!resource.namespaced) continue;
      for (const object of list(after, resource.name, name)) {
        if (stringAt(object, 'metadata', 'deletionTimestamp') !== undefined && isHeld(object)) isEmpty = false;
        else after = remove(after, resource.name, keyOf(object))?.state ?? after;
      }
    }
    if (isEmpty) after = remove(after, 'namespaces', keyOf(namespace))?.state ?? after;
  }
  return after;
}

function withoutOrphans(state: ClusterState): ClusterState {
  let after = state;
  const resources = allResources(state);
  const isThere = (owner: JsonObject, namespace: string): boolean => {
    const resource = resources.find(({ kind, group }) => kind === owner.kind && groupOf(owner) === group);
    const key = resource?.namespaced === true ? `${namespace}/${String(owner.name)}` : `/${String(owner.name)}`;
    const found = resource && objectsOf(after, resource.name).get(key);
    return found !== undefined && objectAt(found, 'metadata').uid === owner.uid;
  };
  for (const { name } of resources) {
    for (const object of objectsOf(state, name).values()) {
      const owners = listAt(object, 'metadata', 'ownerReferences').filter(isJsonObject);
      if (owners.length === 0) continue;
      const namespace = stringAt(object, 'metadata', 'namespace') ?? '';
      if (!owners.some((owner) => isThere(owner, namespace))) after = remove(after, name, keyOf(object))?.state ?? after;
    }
  }
  return after;
}

function groupOf(owner: JsonObject): string {
  const [group = '', version] = String(owner.apiVersion).split('/');
  return version === undefined ? '' : group;
}
