import { isHeld, keyOf, list, type Objects, objectsOf, remove, settle } from '../api/store.ts';
import { isJsonObject, type Json, type JsonObject, listAt, objectAt, stringAt, withoutValueAt, withValueAt } from '../json.ts';
import { allResources, type ResourceInfo } from '../kinds/index.ts';
import { type Client, isTerminating, type Kept, nameOf, uidOf } from './client.ts';
import { withoutOwner } from './ownership.ts';

/**
 * Takes away what must go.
 *
 * | object | then |
 * | --- | --- |
 * | goes, and orphans its dependents | they lose their reference to it, and it its finalizer |
 * | goes after its dependents | those that block it are deleted; when none is left, it loses its finalizer |
 * | is in a namespace that goes | deleted |
 * | is a namespace that goes, and is empty | gone |
 * | all its owners are gone, or wait for it | deleted |
 * | some of its owners are gone | loses its references to them |
 */
export function collect(client: Client): void {
  const resources = allResources(client.state);
  for (const resource of resources) {
    for (const object of terminatingIn(objectsOf(client.state, resource.name))) {
      const finalizers = listAt(object, 'metadata', 'finalizers');
      if (finalizers.includes('orphan')) orphan(client, resources, resource, object);
      else if (finalizers.includes('foregroundDeletion')) followDependents(client, resources, resource, object);
    }
  }
  emptyNamespaces(client, resources);
  collectOwned(client, resources);
}

interface Dependent {
  readonly resource: ResourceInfo;
  readonly object: JsonObject;
}

function dependentsOf(client: Client, resources: readonly ResourceInfo[], owner: JsonObject): readonly Dependent[] {
  const uid = uidOf(owner);
  return resources.flatMap((resource) =>
    ownedIn(objectsOf(client.state, resource.name))
      .filter((object) => referencesOf(object).some((reference) => reference.uid === uid))
      .map((object) => ({ resource, object })),
  );
}

function orphan(client: Client, resources: readonly ResourceInfo[], resource: ResourceInfo, owner: JsonObject): void {
  for (const { resource: kind, object } of dependentsOf(client, resources, owner))
    client.update(keptOf(kind), withoutOwner(object, uidOf(owner)));
  finish(client, resource, owner, 'orphan');
}

function followDependents(client: Client, resources: readonly ResourceInfo[], resource: ResourceInfo, owner: JsonObject): void {
  const blocking = dependentsOf(client, resources, owner).filter(({ object }) =>
    referencesOf(object).some(({ uid, blockOwnerDeletion }) => uid === uidOf(owner) && blockOwnerDeletion === true),
  );
  if (blocking.length === 0) finish(client, resource, owner, 'foregroundDeletion');
}

/** The collector has done what it had to do before the object may go. */
function finish(client: Client, resource: ResourceInfo, object: JsonObject, finalizer: string): void {
  const left = listAt(object, 'metadata', 'finalizers').filter((other) => other !== finalizer);
  const path = ['metadata', 'finalizers'];
  const after = left.length === 0 ? withoutValueAt(object, path) : withValueAt(object, path, left);
  client.state = settle(client.state, resource.name, after).state;
}

function emptyNamespaces(client: Client, resources: readonly ResourceInfo[]): void {
  for (const namespace of terminatingIn(objectsOf(client.state, 'namespaces'))) {
    const name = nameOf(namespace);
    let isEmpty = true;
    for (const resource of resources) {
      if (!resource.namespaced) continue;
      for (const object of list(client.state, resource.name, name)) {
        if (!isTerminating(object)) client.delete(keptOf(resource), object, { propagationPolicy: 'Background' });
        const present = client.present(keptOf(resource), object);
        if (present !== undefined) isEmpty = isEmpty && !isHeld(present);
      }
    }
    if (isEmpty) client.state = remove(client.state, 'namespaces', keyOf(namespace))?.state ?? client.state;
  }
}

type Owner = 'absent' | 'solid' | 'waits';

function collectOwned(client: Client, resources: readonly ResourceInfo[]): void {
  for (const resource of resources) {
    for (const object of ownedIn(objectsOf(client.state, resource.name))) {
      if (isTerminating(object)) continue;
      const owners = referencesOf(object).map((reference) => ({
        reference,
        is: ownerIs(client, resources, reference, stringAt(object, 'metadata', 'namespace') ?? ''),
      }));
      const gone = owners.filter(({ is }) => is !== 'solid');
      if (gone.length === 0) continue;
      if (gone.length < owners.length) {
        const left = gone.reduce((rest, { reference }) => withoutOwner(rest, String(reference.uid)), object);
        client.update(keptOf(resource), left);
        continue;
      }
      const mustFollow = owners.some(({ is }) => is === 'waits') && dependentsOf(client, resources, object).length > 0;
      client.delete(keptOf(resource), object, { propagationPolicy: mustFollow ? 'Foreground' : policyOf(object) });
    }
  }
}

function ownerIs(client: Client, resources: readonly ResourceInfo[], reference: JsonObject, namespace: string): Owner {
  const resource = resources.find(({ kind, group }) => kind === reference.kind && groupOf(reference) === group);
  if (resource === undefined) return 'absent';
  const owner = objectsOf(client.state, resource.name).get(`${resource.namespaced ? namespace : ''}/${String(reference.name)}`);
  if (owner === undefined || uidOf(owner) !== reference.uid) return 'absent';
  const waits = isTerminating(owner) && listAt(owner, 'metadata', 'finalizers').includes('foregroundDeletion');
  return waits ? 'waits' : 'solid';
}

/** What its finalizers say of its own dependents. */
function policyOf(object: JsonObject): string {
  const finalizers: readonly Json[] = listAt(object, 'metadata', 'finalizers');
  if (finalizers.includes('orphan')) return 'Orphan';
  return finalizers.includes('foregroundDeletion') ? 'Foreground' : 'Background';
}

function referencesOf(object: JsonObject): readonly JsonObject[] {
  return listAt(object, 'metadata', 'ownerReferences').filter(isJsonObject);
}

function groupOf(reference: JsonObject): string {
  const [group = '', version] = String(reference.apiVersion).split('/');
  return version === undefined ? '' : group;
}

function keptOf({ name, group, version, plural }: ResourceInfo): Kept {
  return { name, root: group === '' ? `/api/${version}` : `/apis/${group}/${version}`, plural };
}

/** What a search through the objects of a resource found; maps are immutable, so each is searched once, however many states share it. */
function found(isWanted: (object: JsonObject) => boolean): (objects: Objects) => readonly JsonObject[] {
  const known = new WeakMap<Objects, readonly JsonObject[]>();
  return (objects) => {
    const remembered = known.get(objects);
    if (remembered !== undefined) return remembered;
    const wanted = [...objects.values()].filter(isWanted);
    known.set(objects, wanted);
    return wanted;
  };
}

const terminatingIn = found(isTerminating);
const ownedIn = found((object) => objectAt(object, 'metadata').ownerReferences !== undefined);
