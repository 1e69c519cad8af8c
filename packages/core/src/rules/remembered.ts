import { canonicalJson } from '../kube/json.ts';
import { writeFields } from './field-table.ts';
import { readRules } from './read-rules.ts';
import type { Rule } from './rule.ts';
import { RULE_FIELDS } from './rule-fields.ts';
import { MAX_TEXT } from './yaml-tree.ts';

/*
 * A rule as a line of the memory (memory.ts) and of journals: a rules text of this one rule, as canonical JSON, with only the fields that are not
 * at their default. JSON is YAML, so what reads rules reads this too.
 *
 * Law: recallRule(rememberRule(rule)) equals rule, for every rule that readRules gives and whose text is within yaml-tree's limits. Equal rules
 * give equal texts.
 */

/** Canonical JSON takes up to six characters for one of a rules text, and some for what the text need not say. */
export const MAX_REMEMBERED = 8 * MAX_TEXT;

export function rememberRule(rule: Rule): string {
  const text = texts.get(rule) ?? write(rule);
  texts.set(rule, text);
  return text;
}

/** Rules are compared by it, and seldom change. */
const texts = new WeakMap<Rule, string>();

function write(rule: Rule): string {
  return canonicalJson({ [rule.namespace]: { deployments: { [rule.source]: writeFields(rule, RULE_FIELDS) } } });
}

/**
 * The rule in `text`; `undefined` where it is not the text of exactly one rule without an error. A field that only a later version knows is left
 * out, as in any rules text. Never throws.
 */
export function recallRule(text: string): Rule | undefined {
  const reading = readRules(text, '*', MAX_REMEMBERED);
  if (reading.kind !== 'read' || reading.ruleSet.problems.some(({ severity }) => severity === 'error')) return undefined;
  const [rule, ...others] = reading.ruleSet.rules.values();
  return others.length === 0 ? rule : undefined;
}
