import type { Deployment } from '../deployment.ts';
import { type JsonObject, objectAt } from '../json.ts';
import { CLONE_LABEL, cloneLabelValue } from './mark.ts';

/**
 * The source's selector, plus the clone label. The clone's pods then match the source's Services (traffic is shared), while the
 * source's ReplicaSets never take them over: each pod belongs to the ReplicaSet that made it.
 */
export function cloneSelector(source: Deployment, cloneName: string): JsonObject {
  const selector = objectAt(source.spec, 'selector');
  return { ...selector, matchLabels: { ...objectAt(selector, 'matchLabels'), [CLONE_LABEL]: cloneLabelValue(cloneName) } };
}
