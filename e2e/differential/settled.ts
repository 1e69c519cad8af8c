/**
 * Whether the controllers are done with an object for now. Every write to a kind that they write to as well is followed by waiting for
 * this, on both sides, so that the answers to the next step tell of the request and not of a race with a controller.
 */
import { isJsonArray, isJsonObject, type Json, listAt, numberAt, objectAt, stringAt, valueAt } from '@ddprofiler-rc/cluster-sim';

/** True, or what it waits for. */
export function settled(object: Json): true | string {
  if (stringAt(object, 'metadata', 'deletionTimestamp') !== undefined) return true;
  switch (stringAt(object, 'kind')) {
    case 'Deployment':
      return all(
        observed(object),
        rolledOut(object),
        noneTerminating(object),
        reasonOf(object, 'Progressing', progressOf(object)),
      );
    case 'ReplicaSet':
      return all(observed(object), counted(object, ['replicas', 'readyReplicas', 'availableReplicas']));
    case 'PodDisruptionBudget':
      return observed(object);
    case 'HorizontalPodAutoscaler':
      return listAt(object, 'status', 'conditions').length > 0 || 'it has no conditions';
    case 'CustomResourceDefinition':
      return reasonOf(object, 'Established', ['InitialNamesAccepted']);
    default:
      return true;
  }
}

/** The kinds that `settled` knows. */
export const SETTLING: ReadonlySet<string> = new Set([
  'Deployment',
  'ReplicaSet',
  'PodDisruptionBudget',
  'HorizontalPodAutoscaler',
  'CustomResourceDefinition',
  'Scale',
]);

/** Those that the embedded cluster has no controller for. */
export const UNTENDED: ReadonlySet<string> = new Set(['PodDisruptionBudget', 'HorizontalPodAutoscaler']);

function all(...answers: readonly (true | string)[]): true | string {
  return answers.find((answer) => answer !== true) ?? true;
}

function observed(object: Json): true | string {
  const generation = numberAt(object, 'metadata', 'generation') ?? 0;
  const seen = numberAt(object, 'status', 'observedGeneration') ?? 0;
  return seen >= generation || `generation ${generation} is not observed, but ${seen}`;
}

function counted(object: Json, counts: readonly string[]): true | string {
  const wanted = numberAt(object, 'spec', 'replicas') ?? 1;
  for (const count of counts) {
    const found = numberAt(object, 'status', count) ?? 0;
    if (found !== wanted) return `status.${count} is ${found}, not ${wanted}`;
  }
  return true;
}

/** A Deployment that was never rolled out tells nothing of pods that terminate. */
function noneTerminating(object: Json): true | string {
  const left = numberAt(object, 'status', 'terminatingReplicas');
  if (left === undefined) return valueAt(object, 'spec', 'paused') === true || 'nothing is told of terminating pods';
  return left === 0 || `${left} pods are terminating`;
}

function rolledOut(deployment: Json): true | string {
  if (valueAt(deployment, 'spec', 'paused') === true) return counted(deployment, ['replicas']);
  return counted(deployment, ['replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas']);
}

/** Reasons of the condition Progressing with which a Deployment rests; none where it has no deadline to progress. */
function progressOf(deployment: Json): readonly string[] {
  if (numberAt(deployment, 'spec', 'progressDeadlineSeconds') === 2 ** 31 - 1) return [];
  return valueAt(deployment, 'spec', 'paused') === true ? ['DeploymentPaused'] : ['NewReplicaSetAvailable'];
}

function reasonOf(object: Json, type: string, reasons: readonly string[]): true | string {
  if (reasons.length === 0) return true;
  const conditions = objectAt(object, 'status').conditions;
  const condition = isJsonArray(conditions) ? conditions.find((one) => isJsonObject(one) && one.type === type) : undefined;
  const reason = stringAt(condition, 'reason');
  return (
    (reason !== undefined && reasons.includes(reason)) || `condition ${type} has reason ${reason}, not ${reasons.join(' or ')}`
  );
}
