import type { JsonObject } from '@ddprofiler-rc/core';
import { list, put, timestamp } from '../api/store.ts';
import { recordUpdate } from '../fields/index.ts';
import { numberAt, objectAt } from '../json.ts';
import { resourceOf } from '../kinds/index.ts';
import type { ClusterState } from '../state.ts';

const DEPLOYMENTS = 'deployments.apps';

/** From the moment that a spec is seen until all its replicas are ready. */
export const ROLLOUT_MS = 400;

/**
 * Deployments roll out: what their controller and the nodes would make of them, told by their status alone.
 *
 * | the status | at once | after `ROLLOUT_MS` |
 * | --- | --- | --- |
 * | has not seen the present generation | the generation is seen; the replicas of the spec are made, of a new template none is ready | – |
 * | has, and not all replicas are ready | – | all are |
 *
 * @returns the state, and when the next rollout is through
 */
export function runRollouts(
  state: ClusterState,
  since: ReadonlyMap<string, number>,
  now: number,
): { readonly state: ClusterState; readonly since: ReadonlyMap<string, number>; readonly dueAt: number | undefined } {
  const begun = new Map<string, number>();
  let dueAt: number | undefined;
  let after = state;
  for (const deployment of list(state, DEPLOYMENTS)) {
    if (objectAt(deployment, 'metadata').deletionTimestamp !== undefined) continue;
    const { uid } = objectAt(deployment, 'metadata');
    const generation = numberAt(deployment, 'metadata', 'generation') ?? 0;
    const wanted = numberAt(deployment, 'spec', 'replicas') ?? 1;
    const status = objectAt(deployment, 'status');
    const isSeen = status.observedGeneration === generation;
    const isReady = (status.readyReplicas ?? 0) === wanted && (status.updatedReplicas ?? 0) === wanted;
    if (isSeen && isReady) continue;
    const id = `${String(uid)} ${generation}`;
    const start = since.get(id) ?? now;
    if (now - start < ROLLOUT_MS) {
      begun.set(id, start);
      dueAt = Math.min(dueAt ?? Number.POSITIVE_INFINITY, start + ROLLOUT_MS);
      if (!isSeen) after = withStatus(after, deployment, seen(status, generation, wanted), now);
    } else {
      after = withStatus(after, deployment, complete(generation, wanted, now), now);
    }
  }
  return { state: after, since: begun, dueAt };
}

function seen(status: JsonObject, generation: number, wanted: number): JsonObject {
  const ready = Math.min(numberAt(status, 'readyReplicas') ?? 0, wanted);
  return {
    observedGeneration: generation,
    ...counts({
      replicas: wanted,
      updatedReplicas: wanted,
      readyReplicas: ready,
      availableReplicas: ready,
      unavailableReplicas: wanted - ready,
    }),
  };
}

function complete(generation: number, wanted: number, now: number): JsonObject {
  const since = timestamp(now);
  const condition = { lastUpdateTime: since, lastTransitionTime: since, status: 'True' };
  return {
    observedGeneration: generation,
    ...counts({ replicas: wanted, updatedReplicas: wanted, readyReplicas: wanted, availableReplicas: wanted }),
    conditions: [
      { ...condition, type: 'Available', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' },
      { ...condition, type: 'Progressing', reason: 'NewReplicaSetAvailable', message: 'The rollout has ended.' },
    ],
  };
}

/** A count of none is left out. */
function counts(numbers: Readonly<Record<string, number>>): JsonObject {
  return Object.fromEntries(Object.entries(numbers).filter(([, count]) => count !== 0));
}

function withStatus(state: ClusterState, before: JsonObject, status: JsonObject, now: number): ClusterState {
  const schema = resourceOf(state, 'apps', 'v1', 'deployments')?.schema;
  const after = { ...before, status };
  if (schema === undefined) return put(state, DEPLOYMENTS, after).state;
  const manager = 'kube-controller-manager';
  const recorded = recordUpdate({ schema, before, after, manager, apiVersion: 'apps/v1', subresource: 'status', now });
  return put(state, DEPLOYMENTS, recorded).state;
}
