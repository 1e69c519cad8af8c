import { isJsonObject, type JsonObject, listAt, numberAt, objectAt, stringAt } from '../../json.ts';
import { nameOf } from '../client.ts';
import { controllerOf } from '../ownership.ts';
import { readySince } from './condition.ts';

type Rank = (pod: JsonObject) => number;

const PHASES = ['Pending', 'Unknown', 'Running'];
const COST = 'controller.kubernetes.io/pod-deletion-cost';

/** What makes a pod be missed less, the weightiest first: the lower, the less. */
const RANKS: readonly Rank[] = [
  (pod) => (stringAt(pod, 'spec', 'nodeName') === undefined ? 0 : 1),
  (pod) => PHASES.indexOf(stringAt(pod, 'status', 'phase') ?? 'Unknown'),
  (pod) => (readySince(pod) === undefined ? 0 : 1),
  (pod) => Number(objectAt(pod, 'metadata', 'annotations')[COST] ?? 0),
];
const LATER_RANKS: readonly Rank[] = [
  (pod) => -(readySince(pod) ?? 0),
  (pod) => -Math.max(0, ...restarts(pod)),
  (pod) => -Date.parse(stringAt(pod, 'metadata', 'creationTimestamp') ?? ''),
];

function restarts(pod: JsonObject): readonly number[] {
  return listAt(pod, 'status', 'containerStatuses')
    .filter(isJsonObject)
    .map((status) => numberAt(status, 'restartCount') ?? 0);
}

/** Pods of one ReplicaSet in the order in which they are ended; of equal ones, first those on a node that has more of them. */
export function leastMissed(pods: readonly JsonObject[]): readonly JsonObject[] {
  const together: Rank = (pod) => -pods.filter((other) => nodeOf(other) === nodeOf(pod)).length;
  const ranks = [...RANKS, together, ...LATER_RANKS];
  return pods.toSorted((one, other) => {
    for (const rank of ranks) {
      const difference = rank(one) - rank(other);
      if (difference !== 0) return difference;
    }
    return nameOf(one) < nameOf(other) ? -1 : 1;
  });
}

function nodeOf(pod: JsonObject): string {
  return `${String(controllerOf(pod)?.uid)} ${stringAt(pod, 'spec', 'nodeName') ?? ''}`;
}
