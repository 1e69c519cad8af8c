export { redactDecision } from './decision.ts';
export type { Digest } from './digest.ts';
export { redactEvent } from './event.ts';
export { redactReading } from './rule.ts';
export { secretTextsIn } from './secret-texts.ts';
export { redactState } from './state.ts';
