import { type JsonObject, numberAt } from '../json.ts';

/** How many pods a Deployment or ReplicaSet asks for. */
export function wantedReplicas(object: JsonObject): number {
  return numberAt(object, 'spec', 'replicas') ?? 1;
}

export type Count = 'replicas' | 'readyReplicas' | 'availableReplicas' | 'updatedReplicas' | 'terminatingReplicas';

/** One of the counts in its status; absent is none. */
export function counted(object: JsonObject, count: Count): number {
  return numberAt(object, 'status', count) ?? 0;
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
