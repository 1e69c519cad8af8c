import { isAnyonesClone } from '../../clone/mark.ts';
import type { Key } from '../../kube/keys.ts';
import type { Deployment } from '../../objects/deployment.ts';
import type { Refusal } from '../../refusal.ts';
import { cloneKeyOf, type Rule } from '../../rules/rule.ts';
import type { State } from '../../state.ts';
import type { Hazard } from '../hazards.ts';
import { lacksPlace } from '../memory-due.ts';
import { hasReference, isRepositoryIn, readImageName } from './images.ts';
import type { Limits } from './limits.ts';

/*
 * Each guardrail is a function that gives its refusal, or nothing. What they look at:
 *
 * | reason | looks at |
 * | --- | --- |
 * | ImageDenied | the images that the rule sets |
 * | SourceIsClone, SourceIsOperator | the source |
 * | NameTaken | whether the clone would be the operator; follow.ts looks at all other Deployments of its name |
 * | TooManyClones | the places that the memory has given away |
 * | ReplicasAboveMaximum | replicas of the clone as it should be |
 * | HpaCountsClone | hazards of the clone as it should be |
 */

/** What is refused whatever the source is like at present. */
export function refusalOfRule(rule: Rule, { images, imageReference }: Limits): Refusal | undefined {
  const set = [rule.image, ...Object.values(rule.containers).map(({ image }) => image)].filter((image) => image !== undefined);
  for (const image of set) {
    const name = readImageName(image);
    if (images !== undefined && !images.some((pattern) => isRepositoryIn(name.repository, pattern))) {
      const message = `the image ${image} is of the repository ${name.repository}, and the administrator allows ${images.join(', ')}`;
      return { reason: 'ImageDenied', message };
    }
    if (!hasReference(name, imageReference)) {
      const message = `the image ${image} has no ${imageReference}, and the administrator wants one`;
      return { reason: 'ImageDenied', message };
    }
  }
  return undefined;
}

/** What is refused of a source that is there. */
export function refusalOfSource(state: State, rule: Rule, source: Deployment): Refusal | undefined {
  if (isAnyonesClone(source)) {
    const message = `the source ${source.key} is itself a clone; name the Deployment that it was made from`;
    return { reason: 'SourceIsClone', message };
  }
  if (source.key === state.scope.limits.operatorDeployment) {
    return {
      reason: 'SourceIsOperator',
      message: `the source ${source.key} is this operator itself, of which there must be one`,
    };
  }
  if (cloneKeyOf(rule) === state.scope.limits.operatorDeployment) {
    const message = `${cloneKeyOf(rule)} is this operator itself, which is never taken over; set another name_suffix`;
    return { reason: 'NameTaken', message };
  }
  return undefined;
}

/** What is refused of a clone as it should be. */
export function refusalOfClone(limits: Limits, replicas: number, hazards: readonly Hazard[]): Refusal | undefined {
  const { maxReplicas, refusesHpaCount } = limits;
  if (maxReplicas !== undefined && replicas > maxReplicas) {
    const message = `the clone would have ${replicas} replicas, and the administrator allows ${maxReplicas}; lower scale_factor, or set max_replicas`;
    return { reason: 'ReplicasAboveMaximum', message };
  }
  const counted = refusesHpaCount ? hazards.find(({ kind }) => kind === 'HpaCountsClone') : undefined;
  return counted === undefined ? undefined : { reason: 'HpaCountsClone', message: counted.message };
}

/** What is refused for want of a place (memory-due.ts). */
export function refusalOfCount(state: State, key: Key): Refusal | undefined {
  if (!lacksPlace(state, key)) return undefined;
  const message = `MAX_CLONES is ${state.scope.limits.maxClones}, and other rules use all of it; remove rules, or ask the administrator to raise it`;
  return { reason: 'TooManyClones', message };
}
