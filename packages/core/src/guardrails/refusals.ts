import { hasContainers } from '../clone/container.ts';
import { cloneKeyOf, isAnyonesClone, sourceKeyOf } from '../clone/mark.ts';
import { cloneReplicas } from '../clone/replicas.ts';
import { type Deployment, replicasOf } from '../deployment.ts';
import type { Hazard } from '../hazards.ts';
import { objectAt } from '../json.ts';
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
 * | NameTaken | whether the clone would be the operator; follow.ts looks at all other Deployments of its name |
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

/**
 * Clones that are there stay; the room that is left goes to the others in the order of their keys.
 * @param now milliseconds since 1970
 */
export function refusalOfCount(state: State, rule: Rule, now: number): Refusal | undefined {
  const { maxClones } = state.scope.limits;
  const key = cloneKeyOf(rule);
  if (maxClones === undefined || state.ours.has(key)) return undefined;
  const ahead = clonesToCome(state, now).filter((other) => other < key);
  if (state.ours.size + ahead.length < maxClones) return undefined;
  // Without the number that there are: it changes with each clone, and each time would be told as news.
  const message = `the administrator allows ${maxClones} clones, and there is no room for this one; remove rules, or have the limit raised`;
  const ends = ahead.map((other) => state.book.rules.get(other)?.activeUntil?.at).filter((at) => at !== undefined);
  return { reason: 'TooManyClones', message, ...(ends.length === 0 ? {} : { again: Math.min(...ends) }) };
}

/**
 * Keys of rules whose clone could be made, were there room, for all that is known: what is refused for another reason takes none from others.
 * Asked only where the number of clones is limited.
 * @param now milliseconds since 1970
 */
export function clonesToCome(state: State, now: number): readonly Key[] {
  return [...state.book.rules].filter(([key, rule]) => isToCome(state, key, rule, now)).map(([key]) => key);
}

function isToCome(state: State, key: Key, rule: Rule, now: number): boolean {
  const { limits } = state.scope;
  const isOver = rule.activeUntil !== undefined && rule.activeUntil.at <= now;
  if (isOver || rule.suspend || state.ours.has(key) || refusalOfRule(rule, limits) !== undefined) return false;
  if (state.unseen.has(key) || state.unseen.has(sourceKeyOf(rule))) return true;
  const source = state.deployments.get(sourceKeyOf(rule));
  if (source === undefined || source.terminating || refusalOfSource(state, rule, source) !== undefined) return false;
  if (!hasContainers(rule, objectAt(source.spec, 'template'))) return false;
  // An autoscaler that would count the clone refuses it as late as it can be known, with the clone as it should be.
  if (refusalOfClone(limits, cloneReplicas(rule, replicasOf(source)), []) !== undefined) return false;
  const taken = state.deployments.get(key);
  return taken === undefined || (rule.adopt && !isAnyonesClone(taken));
}
