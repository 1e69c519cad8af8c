import { isLeaderElection } from '../hazards.ts';
import { canonicalJson } from '../json.ts';
import type { Key } from '../keys.ts';
import { recallRemoval, recallRule, rememberRule } from '../rules/remembered.ts';
import type { ContainerChange, EnvVar, Rule, RulesReading } from '../rules/rule.ts';
import type { Digest } from './digest.ts';

export function redactRule(rule: Rule, digest: Digest): Rule {
  const containers = Object.entries(rule.containers).map(([name, change]) => [name, redactChange(change, digest)]);
  return {
    ...rule,
    env: rule.env.map((variable) => redactVariable(variable, digest)),
    containers: Object.fromEntries(containers),
  };
}

function redactChange(change: ContainerChange, digest: Digest): ContainerChange {
  const { env, command, args } = change;
  return {
    ...change,
    env: env.map((variable) => redactVariable(variable, digest)),
    ...(command === undefined ? {} : { command: command.map((text) => redactArgument(text, digest)) }),
    ...(args === undefined ? {} : { args: args.map((text) => redactArgument(text, digest)) }),
  };
}

/** An entry of `command` or `args`. The flag of leader election stays: a hazard is known by it. */
export function redactArgument(text: string, digest: Digest): string {
  return isLeaderElection(text) ? text : digest(text);
}

function redactVariable(variable: EnvVar, digest: Digest): EnvVar {
  // A reference names a secret, and does not tell it.
  return 'value' in variable ? { name: variable.name, value: digest(variable.value) } : variable;
}

/**
 * The text on a clone that remembers its rule. Law: what is recalled of it is the redacted rule, nothing where nothing is recalled of the
 * text, and the same policy; texts that differ still do.
 */
export function redactRuleText(text: string, digest: Digest): string {
  const rule = recallRule(text);
  if (rule === undefined) {
    const policy = recallRemoval(text);
    if (policy === undefined) return digest(text);
    return canonicalJson({ redacted: { deployments: { [digest(text)]: { on_rule_removed: policy } } } });
  }
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
