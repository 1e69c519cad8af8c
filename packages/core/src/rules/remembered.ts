import { canonicalJson, isJsonObject, type Json, objectAt } from '../json.ts';
import { writeFields } from './field-table.ts';
import { readRules } from './read-rules.ts';
import { POLICIES, type Policy, type Rule } from './rule.ts';
import { RULE_FIELDS } from './rule-fields.ts';

/*
 * The rule that a clone was made from, as text on the clone: a rules text of this one rule, as canonical JSON, with only
 * the fields that are not at their default. JSON is YAML, so what reads rules reads this too.
 *
 * Law: recallRule(rememberRule(rule)) equals rule, for every rule that readRules gives (and whose text is within
 * yaml-tree's limits: annotations are much smaller). Equal rules give equal texts.
 */

export function rememberRule(rule: Rule): string {
  const text = texts.get(rule) ?? write(rule);
  texts.set(rule, text);
  return text;
}

/** Each decision on a clone asks for it, and rules seldom change. */
const texts = new WeakMap<Rule, string>();

function write(rule: Rule): string {
  return canonicalJson({ [rule.namespace]: { deployments: { [rule.source]: writeFields(rule, RULE_FIELDS) } } });
}

/** The rule in `text`; `undefined` where it is not the text of exactly one rule without any problem. Never throws. */
export function recallRule(text: string): Rule | undefined {
  const reading = readRules(text);
  if (reading.kind !== 'read' || reading.ruleSet.problems.length > 0) return undefined;
  const [rule, ...others] = reading.ruleSet.rules.values();
  return others.length === 0 ? rule : undefined;
}

/**
 * What `text` says of when its rule is removed, also where a newer version wrote the rest of it; `undefined` where it says nothing that can
 * be understood.
 */
export function recallRemoval(text: string): Policy | undefined {
  const rule = onlyRuleIn(text);
  if (!isJsonObject(rule)) return undefined;
  const { on_rule_removed: written = 'delete' } = rule;
  return POLICIES.find((policy) => policy === written);
}

function onlyRuleIn(text: string): Json | undefined {
  let parsed: Json;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const [namespace] = Object.values(isJsonObject(parsed) ? parsed : {});
  const [rule] = Object.values(objectAt(namespace, 'deployments'));
  return rule;
}
