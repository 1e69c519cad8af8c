import { type Key, splitKey } from '../kube/keys.ts';
import { isSameRemoval, isSameRule, type MemoryContent, type Removal, removalOf } from './memory.ts';
import type { Problem } from './problem.ts';
import { MAX_REMEMBERED, rememberRule } from './remembered.ts';
import { cloneKeyOf, type Rule, type RulesReading, sourceKeyOf } from './rule.ts';

/**
 * The rules in force, as they follow from the rules text and from the memory of the last good ones (memory.ts).
 *
 * | rule | the text | in force |
 * | --- | --- | --- |
 * | stated by the text, and valid | read | as stated |
 * | not stated, but in the memory | unread, or read with any error: the rule may have been meant | as in the memory |
 * | not stated, but in the memory | read without an error | no: its clone is to be removed |
 *
 * So only a text without errors removes a rule. A rule that the memory does not have yet was never in effect: it is in force, and waits.
 */
export interface RuleBook {
  readonly standing: 'unknown' | 'read';
  /** Why the standing is unknown; absent when it is read. */
  readonly unread?: Unread;
  /** The hash of the rule set whose deletions a person has confirmed (guardrails/mass-deletion.ts). */
  readonly confirmed: string | undefined;
  /** What the text says: its valid rules; none where it could not be read. */
  readonly stated: ReadonlyMap<Key, Rule>;
  /** True where a rule that is not stated may have been meant: *unknown*, not *none*. */
  readonly isOpen: boolean;
  /** Rules in force, by the key of their clone. */
  readonly rules: ReadonlyMap<Key, Rule>;
  /** Keys of clones by the key of their source. */
  readonly clonesOf: ReadonlyMap<Key, readonly Key[]>;
  /** What the memory knows of clones that no rule in force makes. */
  readonly removals: ReadonlyMap<Key, Removal>;
  readonly problems: readonly Problem[];
}

/** Why no rules could be read. */
export interface Unread {
  readonly reason: UnreadReason;
  /** One sentence. */
  readonly message: string;
}

export type UnreadReason =
  | 'NotReadYet'
  | 'NoBinding'
  | 'BindingInvalid'
  | 'CrossNamespaceDenied'
  | 'NoConfigMap'
  | 'NoKey'
  | 'Blank'
  | 'Unreadable';

export const NO_RULES_YET: RuleBook = {
  standing: 'unknown',
  unread: { reason: 'NotReadYet', message: 'no rules were read yet' },
  confirmed: undefined,
  stated: new Map(),
  isOpen: true,
  rules: new Map(),
  clonesOf: new Map(),
  removals: new Map(),
  problems: [],
};

/** What else the rules in force follow from. */
export interface BookBasis {
  /** `undefined` where there is none, or it is not known yet. */
  readonly memory: MemoryContent | undefined;
  /** Where sources and clones may be: what the memory says of other namespaces rests until they are watched again. */
  readonly namespaces: '*' | readonly string[];
}

/** The rules could not be read: what was in effect stays in force. */
export function withoutReading(book: RuleBook, unread: Unread, basis: BookBasis, problems: readonly Problem[] = []): RuleBook {
  const isTheSame = book.unread?.message === unread.message && book.problems.length + problems.length === 0;
  if (isTheSame) return book;
  return withMemory({ ...book, standing: 'unknown', unread, stated: new Map(), isOpen: true, problems }, basis);
}

export function withReading(book: RuleBook, reading: RulesReading, basis: BookBasis): RuleBook {
  switch (reading.kind) {
    case 'blank':
      return withoutReading(book, { reason: 'Blank', message: 'the rules text is blank; to have no rules, write {}' }, basis);
    case 'unreadable':
      return withoutReading(book, { reason: 'Unreadable', message: 'the rules text cannot be read' }, basis, reading.problems);
    case 'read': {
      const { rules, problems } = reading.ruleSet;
      const excess = excessOf(rules.values());
      if (excess !== undefined) return withoutReading(book, { reason: 'Unreadable', message: excess }, basis, problems);
      const { unread: _, ...former } = book;
      const stated = new Map(
        [...rules].map(([key, rule]) => [key, sharedRule(rule, book.rules.get(key), basis.memory?.rules.get(key))]),
      );
      const isOpen = problems.some(({ severity }) => severity === 'error');
      return withMemory({ ...former, standing: 'read', stated, isOpen, problems }, basis);
    }
  }
}

/** A rules text may name one value many times (`*alias`): what it comes to must still fit into the memory, and be read back from it. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

function excessOf(rules: Iterable<Rule>): string | undefined {
  let sum = 0;
  for (const rule of rules) {
    const { length } = rememberRule(rule);
    sum += length;
    if (length > MAX_REMEMBERED)
      return `the rule of ${sourceKeyOf(rule)} comes to ${length} characters, aliases written out; expected ${MAX_REMEMBERED} at most`;
    if (sum > MOST_CHARACTERS)
      return `the rules come to more than ${MOST_CHARACTERS} characters, aliases written out; use fewer aliases of large values`;
  }
  return undefined;
}

/** The book as it follows from what the text says and from this memory. */
export function withMemory(book: RuleBook, { memory, namespaces }: BookBasis): RuleBook {
  const rules = new Map(book.stated);
  const removals = new Map<Key, Removal>();
  const isWatched = (key: Key) => namespaces === '*' || namespaces.includes(splitKey(key).namespace);
  for (const [key, rule] of memory?.rules ?? []) {
    if (rules.has(key) || !isWatched(key)) continue;
    if (book.isOpen) rules.set(key, rule);
    else removals.set(key, removalOf(rule));
  }
  for (const [key, removal] of memory?.removed ?? []) if (!rules.has(key) && isWatched(key)) removals.set(key, removal);
  const isSame = isSameMap(rules, book.rules, (one, other) => one === other);
  return {
    ...book,
    ...(isSame ? {} : { rules, clonesOf: bySource(rules) }),
    removals: isSameMap(removals, book.removals, isSameRemoval) ? book.removals : removals,
  };
}

/** Who keeps what was found by a map need not look again where it is the same one. */
function isSameMap<Value>(
  one: ReadonlyMap<Key, Value>,
  other: ReadonlyMap<Key, Value>,
  isSame: (value: Value, other: Value | undefined) => boolean,
): boolean {
  return one.size === other.size && [...one].every(([key, value]) => isSame(value, other.get(key)));
}

/** @param confirmed what the ConfigMap says of deletions now */
export function withConfirmation(book: RuleBook, confirmed: string | undefined): RuleBook {
  return book.confirmed === confirmed ? book : { ...book, confirmed };
}

/** True where both are of the same text; a write of the memory makes another book of it. */
export function isSameReading(one: RuleBook, other: RuleBook): boolean {
  return one.stated === other.stated && one.problems === other.problems && one.unread === other.unread;
}

/** `rule`, or an equal one that is known already: who compares rules need not look into them. */
function sharedRule(rule: Rule, ...known: readonly (Rule | undefined)[]): Rule {
  return known.find((one) => isSameRule(one, rule)) ?? rule;
}

/** Keys of clones by the key of their source. */
function bySource(rules: ReadonlyMap<Key, Rule>): ReadonlyMap<Key, readonly Key[]> {
  const clones = new Map<Key, Key[]>();
  for (const rule of rules.values()) {
    const source = sourceKeyOf(rule);
    const siblings = clones.get(source);
    if (siblings === undefined) clones.set(source, [cloneKeyOf(rule)]);
    else siblings.push(cloneKeyOf(rule));
  }
  return clones;
}
