import { digest } from '../digest.ts';
import { canonicalJson } from '../json.ts';
import type { Key } from '../keys.ts';
import type { MemoryContent } from '../memory.ts';
import type { State } from '../state.ts';

/** On the ConfigMap that holds the rules; its value is the hash of the rule set whose deletions a person has seen and wants. */
export const CONFIRM_ANNOTATION = 'ddprofiler-rc.grove/confirm-deletion';

/** Of a rule set's hash. */
const HASH_DIGITS = 16;

/** Clones that bear our mark, and that rules in force or the memory know. */
export interface CloneCounts {
  readonly claimed: number;
  /** Those of them that are to be deleted for want of a rule. */
  readonly doomed: number;
}

export const NO_CLONES: CloneCounts = { claimed: 0, doomed: 0 };

/** The rules would delete so much at once that it may be a mistake. */
export interface MassDeletion extends CloneCounts {
  /** What confirms it. */
  readonly hash: string;
}

/**
 * The mass deletion that the present state comes to; `undefined` where there is none, or it is confirmed. It hangs on nothing else, so that a
 * restart changes nothing, and on no mark alone: objects that no rule made neither dilute it nor bring it about. Costs the same however many
 * clones there are.
 *
 * | a clone that is there | counts as doomed |
 * | --- | --- |
 * | the memory has it under `removed`, with `on_rule_removed: delete` | yes, … |
 * | … and its source has another rule now, one that has not ended (a suffix was renamed) | no |
 * | any other | no |
 *
 * A clone whose rule has ended (`active_until`) is under `removed` like one whose rule was taken out: a clock that runs ahead ends many at once.
 */
export function massDeletionIn({ counts, memory, book, scope }: State): MassDeletion | undefined {
  const { share, floor } = scope.limits.massDeletion;
  const { claimed, doomed } = counts;
  if (doomed <= floor || doomed <= share * claimed) return undefined;
  const hash = ruleSetHash(memory);
  return book.confirmed === hash ? undefined : { claimed, doomed, hash };
}

/** For people: what is held, and what to do. */
export function describeMassDeletion({ claimed, doomed, hash }: MassDeletion, location: State['location']): string {
  const { namespace = '', name = '' } = location ?? {};
  return `${doomed} of ${claimed} clones have lost their rules at once, and are left as they are; put the rules right, or confirm: kubectl annotate --overwrite -n ${namespace} configmap ${name} ${CONFIRM_ANNOTATION}=${hash}`;
}

/** True for a clone that the memory has under `removed`, and that counts. */
export function isDoomed(state: Pick<State, 'memory' | 'book' | 'ours'>, key: Key): boolean {
  const removal = state.memory?.removed.get(key);
  return removal?.onRuleRemoved === 'delete' && state.ours.has(key) && !hasRules(state, removal.source);
}

/** True for a source with a rule that is in force and has not ended: only of those the memory has any. */
export function hasRules({ memory, book }: Pick<State, 'memory' | 'book'>, source: Key): boolean {
  return book.clonesOf.get(source)?.some((clone) => memory?.rules.has(clone)) ?? false;
}

/** The counts anew: for when the rules or the memory are others. */
export function countClones(state: Pick<State, 'memory' | 'book' | 'ours'>): CloneCounts {
  let doomed = 0;
  for (const key of state.memory?.removed.keys() ?? []) if (isDoomed(state, key)) doomed += 1;
  return { claimed: state.ours.size, doomed };
}

/** The counts of `after`, which differs from `before` in no more than whether `key` is there. */
export function recountClone(before: State, after: State, key: Key): CloneCounts {
  const more = Number(isDoomed(after, key)) - Number(isDoomed(before, key));
  return { claimed: after.ours.size, doomed: before.counts.doomed + more };
}

/** Names the clones that the rules make: another set of names has another hash. What rules say of a clone does not matter here. */
function ruleSetHash(memory: MemoryContent | undefined): string {
  const rules = memory?.rules ?? NO_RULES;
  const hash = hashes.get(rules) ?? digest(canonicalJson([...rules.keys()].sort()), HASH_DIGITS);
  hashes.set(rules, hash);
  return hash;
}

const NO_RULES: MemoryContent['rules'] = new Map();

const hashes = new WeakMap<MemoryContent['rules'], string>();
