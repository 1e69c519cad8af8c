export { describeProblem } from './describe-problem.ts';
export type { EnvVar } from './env.ts';
export { rulesSchema } from './json-schema.ts';
export type { Problem, Severity } from './problem.ts';
export { type ReadRules, readRules } from './read-rules.ts';
export { rulesReference } from './reference.ts';
export { recallRule, rememberRule } from './remembered.ts';
export { POLICIES, type Policy, type Rule, type RuleSet, type RulesReading } from './rule.ts';
export { MAX_REPLICAS, parseScaleFactor, type ScaleFactor, scaleReplicas } from './scale-factor.ts';
