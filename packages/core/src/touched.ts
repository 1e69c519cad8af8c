import { isSameForDecisions } from './deployment.ts';
import type { Event } from './events.ts';
import type { Json } from './json.ts';
import type { Key } from './keys.ts';
import { keyOfObject, readKubeObject } from './kube-object.ts';
import { isSynced, type State } from './state.ts';

/**
 * The keys that an event concerns: those whose decision may be another after it.
 *
 * | event | keys |
 * | --- | --- |
 * | any, before the first complete sync | none |
 * | the one that completes it | all |
 * | one that changed the rules in force | all |
 * | Deployments listed | those whose Deployment, or whose source's, is another now |
 * | a Deployment seen with nothing new but its status | none: a status-only update causes no call, and shortens no back-off |
 * | a Deployment seen or vanished | its own key, if it is a clone's; its clones' keys, by rule and by what clones remember |
 * | a write answered | its own key |
 * | a write that failed | none: the queue tries it again |
 */
export function touched(before: State, after: State, event: Event): ReadonlySet<Key> {
  if (!isSynced(after)) return new Set();
  if (!isSynced(before) || before.book !== after.book) return allKeys(before, after);
  switch (event.type) {
    case 'seen':
    case 'vanished':
      return event.stream.startsWith('deployments/') ? ofObject(before, after, event.object) : new Set();
    case 'listed':
      return ofChanges(before, after);
    case 'written':
    case 'deleteAccepted':
      return new Set([event.key]);
    case 'streamOpened':
    case 'streamFailed':
    case 'writeFailed':
      return new Set();
  }
}

/** Every key that a decision can be asked for: of each rule in force, and of each clone of ours. */
export function allKeys(...states: readonly State[]): ReadonlySet<Key> {
  const keys = new Set<Key>();
  for (const state of states) {
    for (const key of state.book.rules.keys()) keys.add(key);
    for (const key of state.ours) keys.add(key);
  }
  return keys;
}

function ofObject(before: State, after: State, raw: Json): ReadonlySet<Key> {
  if (before.deployments === after.deployments) return new Set();
  const object = readKubeObject(raw);
  return object === undefined ? new Set() : concerned(before, after, [keyOfObject(object)]);
}

function ofChanges(before: State, after: State): ReadonlySet<Key> {
  const changed: Key[] = [];
  for (const [key, deployment] of after.deployments) if (before.deployments.get(key) !== deployment) changed.push(key);
  for (const key of before.deployments.keys()) if (!after.deployments.has(key)) changed.push(key);
  return concerned(before, after, changed);
}

function concerned(before: State, after: State, deployments: readonly Key[]): ReadonlySet<Key> {
  const keys = new Set<Key>();
  for (const key of deployments) {
    if (isSameForDecisions(before.deployments.get(key), after.deployments.get(key))) continue;
    for (const state of [before, after]) {
      if (state.book.rules.has(key) || state.ours.has(key)) keys.add(key);
      for (const clone of state.book.clonesOf.get(key) ?? []) keys.add(clone);
      for (const clone of state.rememberedClones.get(key) ?? []) keys.add(clone);
    }
  }
  return keys;
}
