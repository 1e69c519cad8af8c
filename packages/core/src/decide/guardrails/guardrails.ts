import { isAnyonesClone } from '../../clone/mark.ts';
import type { RefusalReason } from '../../refusal.ts';
import { lacksPlace } from '../memory-due.ts';
import type { Subject } from '../subject.ts';
import { hasReference, isRepositoryIn, readImageName } from './images.ts';

/**
 * What keeps a rule from being followed although it is valid. Its turn, and what is known by then, is in the chain of follow.ts. Two others stand
 * elsewhere: mass-deletion.ts is about clones without a rule, and binding.ts about rules that are not even read.
 */
export interface Guardrail {
  readonly name: string;
  readonly reason: RefusalReason;
  /** @returns one sentence, where it refuses: what was found, and what to do */
  readonly refusal: (subject: Subject) => string | undefined;
}

/** Looks at the images that the rule sets, not at those of the source. */
const IMAGE_DENIED: Guardrail = {
  name: 'images',
  reason: 'ImageDenied',
  refusal: ({ rule, state }) => {
    const { images, imageReference } = state.scope.limits;
    const set = [rule.image, ...Object.values(rule.containers).map(({ image }) => image)].filter((image) => image !== undefined);
    for (const image of set) {
      const name = readImageName(image);
      if (images !== undefined && !images.some((pattern) => isRepositoryIn(name.repository, pattern)))
        return `the image ${image} is of the repository ${name.repository}, and the administrator allows ${images.join(', ')}`;
      if (!hasReference(name, imageReference))
        return `the image ${image} has no ${imageReference}, and the administrator wants one`;
    }
    return undefined;
  },
};

/** Looks at the places that the memory has given away (memory-due.ts). */
export const TOO_MANY_CLONES: Guardrail = {
  name: 'places',
  reason: 'TooManyClones',
  refusal: ({ state, key }) =>
    lacksPlace(state, key)
      ? `MAX_CLONES is ${state.scope.limits.maxClones}, and other rules use all of it; remove rules, or ask the administrator to raise it`
      : undefined,
};

/** Looks at the mark of the source. */
const SOURCE_IS_CLONE: Guardrail = {
  name: 'source is no clone',
  reason: 'SourceIsClone',
  refusal: ({ source }) =>
    source !== undefined && isAnyonesClone(source)
      ? `the source ${source.key} is itself a clone; name the Deployment that it was made from`
      : undefined,
};

/** Looks at the name of a source that is there. */
const SOURCE_IS_OPERATOR: Guardrail = {
  name: 'source is not the operator',
  reason: 'SourceIsOperator',
  refusal: ({ source, state }) =>
    source !== undefined && source.key === state.scope.limits.operatorDeployment
      ? `the source ${source.key} is this operator itself, of which there must be one`
      : undefined,
};

/** Looks at the name of the clone of a source that is there. */
const CLONE_IS_OPERATOR: Guardrail = {
  name: 'clone is not the operator',
  reason: 'NameTaken',
  refusal: ({ source, state, key }) =>
    source !== undefined && key === state.scope.limits.operatorDeployment
      ? `${key} is this operator itself, which is never taken over; set another name_suffix`
      : undefined,
};

/** Looks at the containers of the source, and at those that the rule names. */
const CONTAINER_NOT_FOUND: Guardrail = {
  name: 'containers',
  reason: 'ContainerNotFound',
  refusal: ({ made }) => made.misfit?.message,
};

/** Looks at the replicas of the clone as it should be. */
const REPLICAS_ABOVE_MAXIMUM: Guardrail = {
  name: 'replicas',
  reason: 'ReplicasAboveMaximum',
  refusal: ({ made: { wanted }, state }) => {
    const { maxReplicas } = state.scope.limits;
    if (wanted === undefined || maxReplicas === undefined || wanted.replicas <= maxReplicas) return undefined;
    return `the clone would have ${wanted.replicas} replicas, and the administrator allows ${maxReplicas}; lower scale_factor, or set max_replicas`;
  },
};

/** Looks at the hazards of the clone as it should be. */
const HPA_COUNTS_CLONE: Guardrail = {
  name: 'autoscaler of the source',
  reason: 'HpaCountsClone',
  refusal: ({ made, state }) =>
    state.scope.limits.refusesHpaCount ? made.wanted?.hazards.find(({ kind }) => kind === 'HpaCountsClone')?.message : undefined,
};

/** Looks at a Deployment of the clone's name that is not ours, whether the source is there or not. */
export const NAME_TAKEN: Guardrail = {
  name: 'name',
  reason: 'NameTaken',
  refusal: ({ rule, taken }) => {
    if (taken === undefined) return undefined;
    // A clone of another binding is another operator's, whatever the rule says.
    const isOthers = isAnyonesClone(taken);
    if (rule.adopt && !isOthers) return undefined;
    const what = isOthers ? 'is the clone of another binding' : 'exists and is not a clone of this binding';
    const how = isOthers ? 'set another name_suffix' : 'rename it, set another name_suffix, or adopt: true';
    return `${taken.key} ${what}; ${how}`;
  },
};

/*
 * Lists, each in the order in which its guardrails are asked. A new one goes into the list of what it looks at.
 */

/** Of the rule alone. */
export const OF_RULE: readonly Guardrail[] = [IMAGE_DENIED];

/** Of a source that is there. */
export const OF_SOURCE: readonly Guardrail[] = [SOURCE_IS_CLONE, SOURCE_IS_OPERATOR, CLONE_IS_OPERATOR];

/** Of the clone as it should be. */
export const OF_CLONE: readonly Guardrail[] = [CONTAINER_NOT_FOUND, REPLICAS_ABOVE_MAXIMUM, HPA_COUNTS_CLONE];
