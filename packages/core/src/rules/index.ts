export { describeProblem } from './describe-problem.ts';
export { rulesSchema } from './json-schema.ts';
export type { Problem } from './problem.ts';
export { type ReadRules, readRules } from './read-rules.ts';
export { rulesReference } from './reference.ts';
export { rememberRule } from './remembered.ts';
export type { RulesReading } from './rule.ts';
