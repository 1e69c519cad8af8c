export { describeProblem } from './describe-problem.ts';
export { rulesSchema } from './json-schema.ts';
export { type ReadRules, readRules } from './read-rules.ts';
export { rulesReference } from './reference.ts';
export { recallRule, rememberRule } from './remembered.ts';
export {
  type EnvVar,
  POLICIES,
  type Policy,
  type Problem,
  type Rule,
  type RuleSet,
  type RulesReading,
  type Severity,
} from './rule.ts';
export { MAX_REPLICAS, parseScaleFactor, type ScaleFactor, scaleReplicas } from './scale-factor.ts';
