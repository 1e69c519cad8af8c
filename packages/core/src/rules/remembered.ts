import { canonicalJson, type Json } from '../json.ts';
import { readRules } from './read-rules.ts';
import type { Rule } from './rule.ts';
import { DEFAULTS, FIELDS } from './rule-fields.ts';

/*
 * The rule that a clone was made from, as text on the clone: a rules text of this one rule, as canonical JSON, with only
 * the fields that are not at their default. JSON is YAML, so what reads rules reads this too.
 *
 * Law: recallRule(rememberRule(rule)) equals rule, for every rule that readRules gives (and whose text is within
 * yaml-tree's limits: annotations are much smaller). Equal rules give equal texts.
 */

export function rememberRule(rule: Rule): string {
  const written: Record<string, Json> = {};
  for (const { name, write } of FIELDS.values()) {
    const value = write(rule);
    const usual = write(DEFAULTS);
    if (value !== undefined && (usual === undefined || canonicalJson(value) !== canonicalJson(usual))) written[name] = value;
  }
  return canonicalJson({ [rule.namespace]: { deployments: { [rule.source]: written } } });
}

/** The rule in `text`; `undefined` where it is not the text of exactly one rule without any problem. Never throws. */
export function recallRule(text: string): Rule | undefined {
  const reading = readRules(text);
  if (reading.kind !== 'read' || reading.ruleSet.problems.length > 0) return undefined;
  const [rule, ...others] = reading.ruleSet.rules.values();
  return others.length === 0 ? rule : undefined;
}
