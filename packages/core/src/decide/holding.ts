import type { Key } from '../kube/keys.ts';
import { type Deployment, ownsReplicas, replicasOf } from '../objects/deployment.ts';
import { type State, streamOf, streamState } from '../state.ts';
import { autoscalerOf } from './hazards.ts';

/** What we do about a clone's replicas: hold them, leave them to others, or give them up so that they stay as they are meanwhile. */
export type Holding = 'hold' | 'leave' | 'handOver';

/**
 * | clone | autoscaler of the clone | others hold its replicas | do |
 * | --- | --- | --- | --- |
 * | none | any | – | hold: what nobody sets would be 1 |
 * | yes | none | any | hold |
 * | yes | not known | yes, and we do not | leave |
 * | yes | not known | else | hold |
 * | yes | yes | yes | leave |
 * | yes | yes | no, and it is at 0 | hold: an autoscaler leaves 0 alone, for ever |
 * | yes | yes | no, but we do | hand over |
 * | yes | yes | nobody does | leave |
 */
export function holdingOf(state: State, key: Key, clone: Deployment | undefined): Holding {
  if (clone === undefined) return 'hold';
  const { namespace, othersHoldReplicas } = clone;
  if (!streamState(state, streamOf(state.scope, 'autoscalers', namespace)).listed) {
    return othersHoldReplicas && !ownsReplicas(clone) ? 'leave' : 'hold';
  }
  if (autoscalerOf(state, { key, namespace }) === undefined) return 'hold';
  if (othersHoldReplicas) return 'leave';
  if (replicasOf(clone) === 0) return 'hold';
  return ownsReplicas(clone) ? 'handOver' : 'leave';
}
