import { Map as ImmutableMap } from 'immutable';
import { equalJson, type JsonObject, listAt, numberAt, objectAt, stringAt, withValueAt } from '../json.ts';
import type { Change, ClusterState, ObjectKey, ResourceName } from '../state.ts';

/**
 * All writing and reading of a state, as storage sees it: no validation, no permissions, no managed fields.
 *
 *   put      stores an object under a new revision; an equal object leaves the state as it is
 *   remove   takes it away; the deletion has a revision of its own
 *   settle   put, or remove if the object is terminating and nothing holds it any more
 *
 * Law: `history` is dense. The change at index i has revision `compactedTo + 1 + i`, and the last one has `revision`.
 */

export type Objects = ImmutableMap<ObjectKey, JsonObject>;

const NO_OBJECTS: Objects = ImmutableMap();

export function objectsOf(state: ClusterState, resource: ResourceName): Objects {
  return state.objects.get(resource) ?? NO_OBJECTS;
}

function objectKey(namespace: string | undefined, name: string): ObjectKey {
  return `${namespace ?? ''}/${name}`;
}

export function keyOf(object: JsonObject): ObjectKey {
  return objectKey(stringAt(object, 'metadata', 'namespace'), stringAt(object, 'metadata', 'name') ?? '');
}

export function find(
  state: ClusterState,
  resource: ResourceName,
  namespace: string | undefined,
  name: string,
): JsonObject | undefined {
  return objectsOf(state, resource).get(objectKey(namespace, name));
}

/** One stored object and its key. */
export type Entry = readonly [key: ObjectKey, object: JsonObject];

// Maps are immutable, so the order of one is computed once, however many states share it.
const sorted = new WeakMap<Objects, readonly Entry[]>();

/** Objects sorted by key, as storage sorts them. */
export function sortedEntries(objects: Objects): readonly Entry[] {
  const known = sorted.get(objects);
  if (known !== undefined) return known;
  const made = [...objects].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  sorted.set(objects, made);
  return made;
}

/** The objects of a resource, of one namespace or of all, sorted by key. */
export function list(state: ClusterState, resource: ResourceName, namespace?: string): readonly JsonObject[] {
  const prefix = namespace === undefined ? '' : `${namespace}/`;
  return sortedEntries(objectsOf(state, resource))
    .filter(([key]) => key.startsWith(prefix))
    .map(([, object]) => object);
}

/** What one write came to. `object` is what stands in the store, or stood there last. */
export interface Stored {
  readonly state: ClusterState;
  readonly object: JsonObject;
}

export function put(state: ClusterState, resource: ResourceName, object: JsonObject): Stored {
  const key = keyOf(object);
  const objects = objectsOf(state, resource);
  const former = objects.get(key);
  if (former !== undefined && equalJson(former, versioned(object, stringAt(former, 'metadata', 'resourceVersion') ?? '')))
    return { state, object: former };
  const revision = state.revision + 1;
  const stored = versioned(object, String(revision));
  const change: Change = { revision, type: former === undefined ? 'ADDED' : 'MODIFIED', resource, key, object: stored, former };
  return { state: written(state, change, objects.set(key, stored)), object: stored };
}

/** Watches are told `last` as the object's last state; where absent, the state that was stored. */
export function remove(state: ClusterState, resource: ResourceName, key: ObjectKey, last?: JsonObject): Stored | undefined {
  const objects = objectsOf(state, resource);
  const former = objects.get(key);
  if (former === undefined) return undefined;
  const revision = state.revision + 1;
  const object = versioned(last ?? former, String(revision));
  return { state: written(state, { revision, type: 'DELETED', resource, key, object, former }, objects.remove(key)), object };
}

/** `removed`: this write took the object away, because it was terminating and lost its last finalizer. */
export interface Settled extends Stored {
  readonly removed: boolean;
}

/** @param former what watches are told of where it goes: the object as it was before this write */
export function settle(state: ClusterState, resource: ResourceName, object: JsonObject, former = object): Settled {
  const stored = isHeld(object) ? undefined : remove(state, resource, keyOf(object), former);
  return stored === undefined ? { ...put(state, resource, object), removed: false } : { ...stored, removed: true };
}

/** Whether something keeps the object: it is not terminating, has finalizers or a grace period left, or is a namespace that is not emptied. */
export function isHeld(object: JsonObject): boolean {
  const { metadata, spec, kind } = object;
  if (stringAt(metadata, 'deletionTimestamp') === undefined || listAt(metadata, 'finalizers').length > 0) return true;
  if ((numberAt(metadata, 'deletionGracePeriodSeconds') ?? 0) > 0) return true;
  return kind === 'Namespace' && listAt(spec, 'finalizers').length > 0;
}

function written(state: ClusterState, change: Change, objects: Objects): ClusterState {
  return {
    ...state,
    revision: change.revision,
    objects: state.objects.set(change.resource, objects),
    history: state.history.push(change),
  };
}

function versioned(object: JsonObject, resourceVersion: string): JsonObject {
  return withValueAt(object, ['metadata', 'resourceVersion'], resourceVersion);
}

/** A new object as the server marks it: with a UID and the time of its creation. It is not stored yet. */
export function born(state: ClusterState, object: JsonObject, now: number): Stored {
  const uids = state.uids + 1;
  const metadata = { ...objectAt(object, 'metadata'), uid: uidOf(uids), creationTimestamp: timestamp(now) };
  return { state: { ...state, uids }, object: { ...object, metadata } };
}

/** The form of a random UUID, made from a count: the same history gives the same UIDs. */
export function uidOf(count: number): string {
  const digits = count.toString(16).padStart(12, '0');
  return `00000000-0000-4000-8000-${digits}`;
}

/** RFC 3339 to the second, as `metadata` carries times. */
export function timestamp(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}

/** Lets go of the history up to and including `revision`; never of what is yet to come. */
export function compacted(state: ClusterState, revision: number): ClusterState {
  const to = Math.min(revision, state.revision);
  if (to <= state.compactedTo) return state;
  return { ...state, compactedTo: to, history: state.history.slice(to - state.compactedTo) };
}

/** The changes after `revision`, oldest first; `revision` is not before `compactedTo`. */
export function* changesAfter(state: ClusterState, revision: number): Iterable<Change> {
  for (let index = revision - state.compactedTo; index < state.history.size; index++) {
    const change = state.history.get(index);
    if (change !== undefined) yield change;
  }
}

/** The objects of a resource as they were at `revision`, which is neither before `compactedTo` nor to come. */
export function objectsAt(state: ClusterState, resource: ResourceName, revision: number): Objects {
  let objects = objectsOf(state, resource);
  for (let index = state.history.size - 1; index >= revision - state.compactedTo; index--) {
    const change = state.history.get(index);
    if (change === undefined || change.resource !== resource) continue;
    objects = change.former === undefined ? objects.remove(change.key) : objects.set(change.key, change.former);
  }
  return objects;
}
