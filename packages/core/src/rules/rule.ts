import { type Key, keyOf } from '../kube/keys.ts';
import type { ValuesOf } from './field-table.ts';
import type { Problem } from './problem.ts';
import type { RULE_FIELDS } from './rule-fields.ts';

/** One entry of the rules text, complete with its defaults: how one clone follows one source. Its other properties are {@link RULE_FIELDS}. */
export interface Rule extends ValuesOf<typeof RULE_FIELDS> {
  /** Namespace of source and clone. */
  readonly namespace: string;
  /** Name of the source Deployment. */
  readonly source: string;
}

export function cloneNameOf({ source, nameSuffix }: Pick<Rule, 'source' | 'nameSuffix'>): string {
  return `${source}-${nameSuffix}`;
}

export function cloneKeyOf(rule: Rule): Key {
  return keyOf(rule.namespace, cloneNameOf(rule));
}

export function sourceKeyOf(rule: Rule): Key {
  return keyOf(rule.namespace, rule.source);
}

/** All rules read from one ConfigMap key. */
export interface RuleSet {
  /** Valid rules by the key of their clone. */
  readonly rules: ReadonlyMap<Key, Rule>;
  /** In the order of the text. Any error leaves open which other rules were meant: one that is missing is then unknown, not none. */
  readonly problems: readonly Problem[];
}

/** What one rules text says. A text that cannot be read as a whole says nothing: the last good rules stay in force. */
export type RulesReading =
  | { readonly kind: 'read'; readonly ruleSet: RuleSet }
  /** The text holds nothing but white space and comments. `{}` is not blank: it is a rule set with no rules. */
  | { readonly kind: 'blank' }
  | { readonly kind: 'unreadable'; readonly problems: readonly Problem[] };
