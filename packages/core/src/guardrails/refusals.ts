import { cloneKeyOf, isAnyonesClone, isOurs, sourceKeyOf } from '../clone/mark.ts';
import type { Deployment } from '../deployment.ts';
import type { Hazard } from '../hazards.ts';
import type { Key } from '../keys.ts';
import type { Refusal } from '../refusal.ts';
import type { Rule } from '../rules/rule.ts';
import type { State } from '../state.ts';
import { hasReference, isRepositoryIn, readImageName } from './images.ts';
import type { Limits } from './limits.ts';

/*
 * Each guardrail is a function that gives its refusal, or nothing. What they look at:
 *
 * | reason | looks at |
 * | --- | --- |
 * | ImageDenied | the images that the rule sets |
 * | SourceIsClone, SourceIsOperator | the source |
 * | TooManyClones | the clones that there are, and the rules that wait for one |
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
  return refusalOfCount(state, rule);
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

/** Clones that are there stay; the room that is left goes to the others in the order of their keys. */
function refusalOfCount(state: State, rule: Rule): Refusal | undefined {
  const { maxClones } = state.scope.limits;
  const key = cloneKeyOf(rule);
  if (maxClones === undefined || state.ours.has(key)) return undefined;
  const ahead = clonesToCome(state).filter((other) => other < key).length;
  if (state.ours.size + ahead < maxClones) return undefined;
  const message = `there are ${state.ours.size} clones, and the administrator allows ${maxClones}; remove rules, or have the limit raised`;
  return { reason: 'TooManyClones', message };
}

/** Keys of rules whose clone could be made now, for all that is known. Asked only where the number of clones is limited. */
export function clonesToCome(state: State): readonly Key[] {
  const { rules } = state.book;
  return [...rules]
    .filter(([key, rule]) => {
      if (state.ours.has(key) || rule.suspend || refusalOfRule(rule, state.scope.limits) !== undefined) return false;
      if (state.unseen.has(key) || state.unseen.has(sourceKeyOf(rule))) return true;
      const source = state.deployments.get(sourceKeyOf(rule));
      const taken = state.deployments.get(key);
      const isFree = taken === undefined || (rule.adopt && !isOurs(taken, state.scope.binding));
      return source !== undefined && !source.terminating && isFree;
    })
    .map(([key]) => key);
}
