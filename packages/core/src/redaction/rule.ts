import type { Key } from '../keys.ts';
import { recallRule, rememberRule } from '../rules/remembered.ts';
import type { EnvVar, Rule, RulesReading } from '../rules/rule.ts';
import type { Digest } from './digest.ts';

export function redactRule(rule: Rule, digest: Digest): Rule {
  return { ...rule, env: rule.env.map((variable) => redactVariable(variable, digest)) };
}

function redactVariable(variable: EnvVar, digest: Digest): EnvVar {
  // A reference names a secret, and does not tell it.
  return 'value' in variable ? { name: variable.name, value: digest(variable.value) } : variable;
}

/**
 * The text on a clone that remembers its rule. Law: what is recalled of it is the redacted rule, nothing where nothing is recalled of the
 * text; texts that differ still do.
 */
export function redactRuleText(text: string, digest: Digest): string {
  const rule = recallRule(text);
  if (rule === undefined) return digest(text);
  const redacted = rememberRule(redactRule(rule, digest));
  return rememberRule(rule) === text ? redacted : `${redacted}\n# ${digest(text)}`;
}

/** What was read of a rules text, without any value of a variable. Problems never quote one. */
export function redactReading(reading: RulesReading, digest: Digest): RulesReading {
  if (reading.kind !== 'read') return reading;
  return { kind: 'read', ruleSet: { ...reading.ruleSet, rules: redactRules(reading.ruleSet.rules, digest) } };
}

export function redactRules(rules: ReadonlyMap<Key, Rule>, digest: Digest): ReadonlyMap<Key, Rule> {
  return new Map([...rules].map(([key, rule]) => [key, redactRule(rule, digest)]));
}
