import { digest } from '../../kube/digest.ts';
import { canonicalJson } from '../../kube/json.ts';
import type { Key } from '../../kube/keys.ts';
import { type CloneCounts, NO_CLONES, type State } from '../../state.ts';

/** On the ConfigMap that holds the rules; its value is the hash of the rule set whose deletions a person has seen and wants. */
export const CONFIRM_ANNOTATION = 'ddprofiler-rc.grove/confirm-deletion';

/** Of a rule set's hash. */
const HASH_DIGITS = 16;

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
export function massDeletionIn(state: State): MassDeletion | undefined {
  const { counts, book, scope } = state;
  const { share, floor } = scope.limits.massDeletion;
  const { claimed, doomed } = counts;
  if (doomed <= floor || doomed <= share * claimed) return undefined;
  const hash = ruleSetHash(state);
  return book.confirmed === hash ? undefined : { ...counts, hash };
}

/** For people: what is held, and what to do. */
export function describeMassDeletion({ claimed, doomed, hash }: MassDeletion, location: State['location']): string {
  const { namespace = '', name = '' } = location ?? {};
  return `${doomed} of ${claimed} clones have lost their rules at once, and are left as they are; put the rules right, or confirm: kubectl annotate --overwrite -n ${namespace} configmap ${name} ${CONFIRM_ANNOTATION}=${hash}`;
}

/** What the counts hang on. */
type Counted = Pick<State, 'memory' | 'book' | 'ours' | 'unseen'>;

/** True for a clone that the memory has under `removed`, and that counts. */
export function isDoomed(state: Counted, key: Key): boolean {
  const removal = state.memory?.removed.get(key);
  return removal?.onRuleRemoved === 'delete' && mayBeOurs(state, key) && !hasRules(state, removal.source);
}

function mayBeOurs({ ours, unseen }: Counted, key: Key): boolean {
  return ours.has(key) || unseen.has(key);
}

/** True for a source with a rule that is in force and has not ended: only of those the memory has any. */
export function hasRules({ memory, book }: Pick<State, 'memory' | 'book'>, source: Key): boolean {
  return book.clonesOf.get(source)?.some((clone) => memory?.rules.has(clone)) ?? false;
}

/** The counts anew: for when the rules or the memory are others. */
export function countClones(state: Counted): CloneCounts {
  const { book, memory } = state;
  return added(NO_CLONES, state, new Set([...book.rules.keys(), ...book.removals.keys(), ...(memory?.removed.keys() ?? [])]), 1);
}

/** The counts of `after`, which differs from `before` in no more than what is known of these Deployments. */
export function recountClones(before: State, after: State, keys: readonly Key[]): CloneCounts {
  const changed = new Set(keys);
  return added(added(before.counts, before, changed, -1), after, changed, 1);
}

function added(counts: CloneCounts, state: Counted, keys: ReadonlySet<Key>, sign: 1 | -1): CloneCounts {
  let { claimed, doomed, leaving } = counts;
  const { book, memory } = state;
  for (const key of keys) {
    const isMade = book.rules.has(key) || book.removals.has(key);
    if (isMade && mayBeOurs(state, key)) claimed += sign;
    if (isDoomed(state, key)) doomed += sign;
    if (memory?.removed.has(key) && mayBeOurs(state, key)) leaving += sign;
  }
  return { claimed, doomed, leaving };
}

/** Names the clones that rules in force make: another set of names has another hash. What rules say of a clone does not matter here. */
function ruleSetHash({ book, memory }: Pick<State, 'book' | 'memory'>): string {
  const known = hashes.get(book.rules);
  if (known !== undefined && known.memory === memory) return known.hash;
  // A rule that has ended makes no clone any more, and the memory does not have it. One that waits for a place is not there either.
  const names = [...book.rules].filter(([key, rule]) => memory?.rules.has(key) === true || rule.activeUntil === undefined);
  const hash = digest(canonicalJson(names.map(([key]) => key).sort()), HASH_DIGITS);
  hashes.set(book.rules, { memory, hash });
  return hash;
}

const hashes = new WeakMap<State['book']['rules'], { readonly memory: State['memory']; readonly hash: string }>();
