import type { Memory } from '../clone/memory.ts';
import { digest } from '../digest.ts';
import { canonicalJson } from '../json.ts';
import type { Key } from '../keys.ts';
import { isUnknown, type RuleBook } from '../rule-book.ts';
import type { State } from '../state.ts';

/** On the ConfigMap that holds the rules; its value is the hash of the rule set whose deletions a person has seen and wants. */
export const CONFIRM_ANNOTATION = 'ddprofiler-rc.grove/confirm-deletion';

/** Of a rule set's hash. */
const HASH_DIGITS = 16;

/** What rules in force would delete at once, where that is so much that it may be a mistake. */
export interface MassDeletion {
  readonly doomed: ReadonlySet<Key>;
  /** How many clones of ours there are. */
  readonly clones: number;
  /** What confirms it. */
  readonly hash: string;
  /** When a rule that one of them remembers expires, so that it does not count any more: milliseconds since 1970. */
  readonly again?: number;
}

/**
 * The mass deletion that the present state comes to; `undefined` where there is none, or it is confirmed. It hangs on nothing else, so that a
 * restart changes nothing.
 *
 * | a clone of ours | counts as doomed |
 * | --- | --- |
 * | has a rule, or its rule is not known | no |
 * | its remembered `on_rule_removed` is not `delete` | no |
 * | its source has another rule now (a suffix was renamed) | no |
 * | its remembered rule is expired | no |
 * | any other | yes |
 *
 * @param now milliseconds since 1970
 */
export function massDeletionIn(state: State, now: number): MassDeletion | undefined {
  const { ours, book, scope } = state;
  const { share, floor } = scope.limits.massDeletion;
  const withoutRule = clonesWithoutRule(state);
  if (withoutRule.length <= floor || book.confirmed === ruleSetHash(book)) return undefined;
  const doomed = withoutRule.filter(([, { rule }]) => rule?.activeUntil === undefined || rule.activeUntil.at > now);
  if (doomed.length <= floor || doomed.length <= share * ours.size) return undefined;
  const ends = doomed.map(([, { rule }]) => rule?.activeUntil?.at).filter((at) => at !== undefined);
  return {
    doomed: new Set(doomed.map(([key]) => key)),
    clones: ours.size,
    hash: ruleSetHash(book),
    ...(ends.length === 0 ? {} : { again: Math.min(...ends) }),
  };
}

/**
 * Clones whose decision may be another when there are more or fewer clones; none where nothing can be held.
 * @param changed the only Deployments that may be other ones than in `before`; any, where it is absent
 */
export function heldByCount(before: State, after: State, changed?: readonly Key[]): readonly Key[] {
  if (changed !== undefined && before.book === after.book) carryOver(before, after, changed);
  const withoutRule = clonesWithoutRule(after);
  const isConfirmed = after.book.confirmed === ruleSetHash(after.book);
  return withoutRule.length <= after.scope.limits.massDeletion.floor || isConfirmed ? [] : withoutRule.map(([key]) => key);
}

type WithoutRule = readonly (readonly [Key, Memory])[];

/** By rules and clones: each key that is decided on asks for it, and both seldom change. */
const withoutRuleBy = new WeakMap<RuleBook, WeakMap<State['ours'], WithoutRule>>();

function clonesWithoutRule({ book, ours }: State): WithoutRule {
  const known = knownOf(book);
  const found = known.get(ours) ?? [...ours].filter(([key, memory]) => isWithoutRule(book, key, memory));
  known.set(ours, found);
  return found;
}

function knownOf(book: RuleBook): WeakMap<State['ours'], WithoutRule> {
  const known = withoutRuleBy.get(book) ?? new WeakMap();
  withoutRuleBy.set(book, known);
  return known;
}

/** What is known of `before` tells of `after`, but for these clones: else to make thousands of clones would look at all of them for each. */
function carryOver(before: State, after: State, changed: readonly Key[]): void {
  const { book, ours } = after;
  const former = clonesWithoutRule(before);
  const others = former.some(([key]) => changed.includes(key)) ? former.filter(([key]) => !changed.includes(key)) : former;
  const added = changed.flatMap((key) => {
    const memory = ours.get(key);
    return memory !== undefined && isWithoutRule(book, key, memory) ? [[key, memory] as const] : [];
  });
  knownOf(book).set(ours, added.length === 0 ? others : [...others, ...added]);
}

function isWithoutRule(book: RuleBook, key: Key, { source, onRuleRemoved }: Memory): boolean {
  if (book.rules.has(key) || isUnknown(book, source) || onRuleRemoved !== 'delete') return false;
  return source === undefined || !book.clonesOf.has(source);
}

/** Names the clones that the rules make: another set of names has another hash. What rules say of a clone does not matter here. */
function ruleSetHash({ rules }: RuleBook): string {
  const hash = hashes.get(rules) ?? digest(canonicalJson([...rules.keys()].sort()), HASH_DIGITS);
  hashes.set(rules, hash);
  return hash;
}

const hashes = new WeakMap<RuleBook['rules'], string>();
