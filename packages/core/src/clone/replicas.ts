import type { Rule } from '../rules/rule.ts';
import { scaleReplicas } from '../rules/scale-factor.ts';

/** `ceil(scale_factor × source replicas)`, then clamped. A source at 0 has a clone at 0, whatever `min_replicas` says. */
export function cloneReplicas(rule: Rule, sourceReplicas: number): number {
  if (sourceReplicas <= 0) return 0;
  const scaled = scaleReplicas(rule.scaleFactor, sourceReplicas);
  const atLeast = Math.max(scaled, rule.minReplicas);
  return rule.maxReplicas === undefined ? atLeast : Math.min(atLeast, rule.maxReplicas);
}
