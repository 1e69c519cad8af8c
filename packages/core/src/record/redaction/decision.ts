import type { Decision } from '../../decide/decision.ts';
import { redactIntent } from './deployment.ts';
import type { Digest } from './digest.ts';

/** A decision as it is decided on redacted events. */
export function redactDecision(decision: Decision, digest: Digest): Decision {
  const { effect } = decision;
  if (effect === undefined || !('intent' in effect)) return decision;
  return { ...decision, effect: { ...effect, intent: redactIntent(effect.intent, digest) } };
}
