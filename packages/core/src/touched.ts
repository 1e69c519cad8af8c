import { hasRules, massDeletionIn } from './decide/guardrails/mass-deletion.ts';
import { isFull } from './decide/memory-due.ts';
import type { Event } from './events.ts';
import { allKeys, changedAmong, concerned } from './evolve/concerned.ts';
import { watchedKindOf } from './evolve/kinds.ts';
import type { Key } from './kube/keys.ts';
import { isSameRemoval, isSameRule } from './rules/memory.ts';
import { isSynced, type State } from './state.ts';

/**
 * The keys that an event concerns: those whose decision may be another after it.
 *
 * | event | keys |
 * | --- | --- |
 * | any, before the first complete sync | none |
 * | the one that completes it | all |
 * | one that changed the rules, or the memory | those of which another rule is in force, or of which the memory says something else |
 * | … so that a marked source is named by rules no more, or anew | its own key, too |
 * | … so that rules that are not stated are unknown, or not any more; or that deletions are confirmed | those without a rule, too |
 * | any by which the last place for a clone is given away, or one is free again | those that wait for a place, too |
 * | Deployments listed, or audited | those whose Deployment, or whose source's, is another now |
 * | a Deployment seen with nothing new but its status | none: a status-only update causes no call, and shortens no back-off |
 * | a Deployment seen or vanished | its own key, if it is a clone's, or bears our mark; its clones' keys |
 * | a clone seen whose source is in question from then on | the keys of all clones of that source, too |
 * | the memory for the first time | those of which no rule is known, too |
 * | autoscalers for the first time | all |
 * | an autoscaler that is new, gone, or has another target | its targets' keys, and those of their clones |
 * | a budget that is new, gone, or has another selector | those of its namespace |
 * | a write answered | its own key |
 * | a look answered | its own key; the keys that hang on the Deployment which was looked for |
 * | a write or a look that failed; a failed write of the memory | none: the queue tries it again |
 * | any by which a mass deletion begins or ends, or another hash confirms it | those that lost their rule, or whose rule has ended, too |
 */
export function touched(before: State, after: State, event: Event): ReadonlySet<Key> {
  if (!isSynced(after)) return new Set();
  if (!isSynced(before)) return allKeys(before, after);
  const keys = new Set(ofEvent(before, after, event));
  if (before.book !== after.book || before.memory !== after.memory) for (const key of ofRules(before, after)) keys.add(key);
  if (massDeletionIn(before)?.hash !== massDeletionIn(after)?.hash)
    for (const key of after.memory?.removed.keys() ?? []) keys.add(key);
  if (isFull(before) !== isFull(after))
    for (const key of after.book.rules.keys()) if (after.memory?.rules.has(key) !== true) keys.add(key);
  return keys;
}

function* ofRules(before: State, after: State): Iterable<Key> {
  const isAboutAll = before.book.isOpen !== after.book.isOpen || before.book.confirmed !== after.book.confirmed;
  for (const key of new Set([...namesIn(before), ...namesIn(after)])) {
    const isUnruled = !after.book.rules.has(key);
    if ((isAboutAll && isUnruled) || !isSameInRules(before, after, key)) yield key;
  }
  if (isAboutAll) yield* after.unclaimed.keys();
  if (before.unclaimed !== after.unclaimed) yield* ofUnclaimed(before, after);
}

/** A Deployment that bears our mark, and that rules named, or name now: as a source, its own key is no rule's. */
function* ofUnclaimed({ unclaimed: before }: State, { unclaimed: after }: State): Iterable<Key> {
  for (const key of before.keys()) if (!after.has(key)) yield key;
  for (const key of after.keys()) if (!before.has(key)) yield key;
}

function namesIn({ book, memory }: State): readonly Key[] {
  return [...book.rules.keys(), ...book.removals.keys(), ...(memory?.rules.keys() ?? []), ...(memory?.removed.keys() ?? [])];
}

/** Rules that are equal are the same (rule-book.ts), and so is what the memory has of them. */
function isSameInRules(before: State, after: State, key: Key): boolean {
  return (
    before.book.rules.get(key) === after.book.rules.get(key) &&
    before.book.stated.has(key) === after.book.stated.has(key) &&
    isSameRule(before.memory?.rules.get(key), after.memory?.rules.get(key)) &&
    isSameRemoval(before.book.removals.get(key), after.book.removals.get(key)) &&
    isSameRemoval(before.memory?.removed.get(key), after.memory?.removed.get(key)) &&
    hasOtherRules(before, key) === hasOtherRules(after, key)
  );
}

/** Of its source: a clone that lost its rule while its source has others does not count for a mass deletion. */
function hasOtherRules(state: State, key: Key): boolean {
  const source = state.memory?.removed.get(key)?.source;
  return source !== undefined && hasRules(state, source);
}

function ofEvent(before: State, after: State, event: Event): Iterable<Key> {
  switch (event.type) {
    case 'seen':
    case 'vanished':
      return watchedKindOf(event.stream).touched(before, after, event.stream, event.object);
    case 'listed':
    case 'audited':
      return watchedKindOf(event.stream).touched(before, after, event.stream);
    case 'written':
    case 'deleteAccepted':
      return [event.key];
    case 'looked':
      return [event.key, ...concerned(before, after, changedAmong(before, after, [event.target]))];
    case 'streamOpened':
    case 'streamFailed':
    case 'writeFailed':
    case 'lookFailed':
    case 'remembered':
    case 'rememberFailed':
      return [];
  }
}
