import { isLeaderElection } from '../../decide/hazards.ts';
import type { Key } from '../../kube/keys.ts';
import type { ContainerChange } from '../../rules/container-fields.ts';
import type { EnvVar } from '../../rules/env.ts';
import { recallRule, rememberRule } from '../../rules/remembered.ts';
import type { Rule, RulesReading } from '../../rules/rule.ts';
import type { Digest } from './digest.ts';

function redactRule(rule: Rule, digest: Digest): Rule {
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

/** A line of the memory. Law: what is recalled of it is the redacted rule, and nothing where nothing is recalled of the line. */
export function redactRuleLine(line: string, digest: Digest): string {
  const rule = recallRule(line);
  return rule === undefined ? digest(line) : rememberRule(redactRule(rule, digest));
}

/** What was read of a rules text, without any value of a variable. Problems never quote one. */
export function redactReading(reading: RulesReading, digest: Digest): RulesReading {
  if (reading.kind !== 'read') return reading;
  return { kind: 'read', ruleSet: { ...reading.ruleSet, rules: redactRules(reading.ruleSet.rules, digest) } };
}

export function redactRules(rules: ReadonlyMap<Key, Rule>, digest: Digest): ReadonlyMap<Key, Rule> {
  return new Map([...rules].map(([key, rule]) => [key, redactRule(rule, digest)]));
}
