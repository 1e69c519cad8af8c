import { cloneKeyOf, sourceKeyOf } from './clone/mark.ts';
import { type Key, keyOf, splitKey } from './keys.ts';
import type { Problem, Rule, RuleSet, RulesReading } from './rules/rule.ts';

/**
 * The rules in force: the last good ones, whatever was read since.
 *
 * | reading | rules in force | standing |
 * | --- | --- | --- |
 * | nothing yet | none | unknown |
 * | read | the valid ones, and the former ones of sources whose rule is now invalid | read |
 * | blank, unreadable, or the place is gone | the former ones | unknown |
 */
export interface RuleBook {
  readonly standing: 'unknown' | 'read';
  /** Why the standing is unknown; absent when it is read. */
  readonly unread?: Unread;
  /** The hash of the rule set whose deletions a person has confirmed (guardrails/mass-deletion.ts). */
  readonly confirmed: string | undefined;
  /** Rules in force, by the key of their clone. */
  readonly rules: ReadonlyMap<Key, Rule>;
  /** Keys of clones by the key of their source. */
  readonly clonesOf: ReadonlyMap<Key, readonly Key[]>;
  readonly invalidSources: ReadonlySet<Key>;
  readonly invalidNamespaces: ReadonlySet<string>;
  /** Of which sources no reading said anything yet that could be understood: all of them, until there was one. */
  readonly unheard: 'all' | { readonly sources: ReadonlySet<Key>; readonly namespaces: ReadonlySet<string> };
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
  rules: new Map(),
  clonesOf: new Map(),
  invalidSources: new Set(),
  invalidNamespaces: new Set(),
  unheard: 'all',
  problems: [],
};

/** The rules could not be read: what was in force stays in force. */
export function withoutReading(book: RuleBook, unread: Unread, problems: readonly Problem[] = []): RuleBook {
  const isTheSame = book.unread?.message === unread.message && book.problems.length + problems.length === 0;
  return isTheSame ? book : { ...book, standing: 'unknown', unread, problems };
}

export function withReading(book: RuleBook, reading: RulesReading): RuleBook {
  switch (reading.kind) {
    case 'blank':
      return withoutReading(book, { reason: 'Blank', message: 'the rules text is blank; to have no rules, write {}' });
    case 'unreadable':
      return withoutReading(book, { reason: 'Unreadable', message: 'the rules text cannot be read' }, reading.problems);
    case 'read': {
      const { ruleSet } = reading;
      const rules = new Map(ruleSet.rules);
      const isInvalid = (source: Key) =>
        ruleSet.invalidSources.has(source) || ruleSet.invalidNamespaces.has(splitKey(source).namespace);
      for (const [key, rule] of book.rules) if (isInvalid(sourceKeyOf(rule)) && !rules.has(key)) rules.set(key, rule);
      return {
        standing: 'read',
        confirmed: book.confirmed,
        rules,
        clonesOf: bySource(rules),
        invalidSources: ruleSet.invalidSources,
        invalidNamespaces: ruleSet.invalidNamespaces,
        unheard: stillUnheard(book.unheard, ruleSet),
        problems: ruleSet.problems,
      };
    }
  }
}

/** @param confirmed what the ConfigMap says of deletions now */
export function withConfirmation(book: RuleBook, confirmed: string | undefined): RuleBook {
  return book.confirmed === confirmed ? book : { ...book, confirmed };
}

/** True where no rule set that was read says what the clones of `source` should be. */
export function isUnknown(book: RuleBook, source: Key | undefined): boolean {
  if (book.standing === 'unknown') return true;
  if (source === undefined) return false;
  return book.invalidSources.has(source) || book.invalidNamespaces.has(splitKey(source).namespace);
}

/**
 * True where rules that could be read had their say on `source` before, though the present ones have not: a clone of ours that they gave no
 * rule is left as they left it. Only a fresh operator, which has not heard any, goes by what the clone remembers.
 */
export function wasHeard({ unheard }: RuleBook, source: Key | undefined): boolean {
  if (unheard === 'all') return false;
  return source === undefined || !(unheard.sources.has(source) || unheard.namespaces.has(splitKey(source).namespace));
}

function stillUnheard(former: RuleBook['unheard'], { invalidSources, invalidNamespaces }: RuleSet): RuleBook['unheard'] {
  if (former === 'all') return { sources: invalidSources, namespaces: invalidNamespaces };
  return { sources: inBoth(former.sources, invalidSources), namespaces: inBoth(former.namespaces, invalidNamespaces) };
}

function inBoth<T>(one: ReadonlySet<T>, other: ReadonlySet<T>): ReadonlySet<T> {
  return new Set([...one].filter((item) => other.has(item)));
}

/** Keys of clones by the key of their source. */
export function bySource(rules: ReadonlyMap<Key, Rule>): ReadonlyMap<Key, readonly Key[]> {
  const clones = new Map<Key, Key[]>();
  for (const rule of rules.values()) {
    const source = keyOf(rule.namespace, rule.source);
    const siblings = clones.get(source);
    if (siblings === undefined) clones.set(source, [cloneKeyOf(rule)]);
    else siblings.push(cloneKeyOf(rule));
  }
  return clones;
}
