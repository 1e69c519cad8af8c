import { timestamp } from '../api/store.ts';
import { recordUpdate } from '../fields/index.ts';
import { type JsonObject, numberAt, objectAt } from '../json.ts';
import { resourceOf } from '../kinds/index.ts';
import { type Client, CONTROLLER, DEPLOYMENTS, isTerminating, uidOf } from './client.ts';
import { wantedReplicas } from './replicas.ts';

/** From the moment that a spec is seen until all its replicas are ready. */
const ROLLOUT_MS = 400;

/** What it remembers: since when a rollout is under way, by UID and generation. */
const ROLLOUTS = 'rollouts';

/**
 * Deployments roll out without ReplicaSets and pods: what their controller and the nodes would make of them, told by their status alone.
 *
 * | the status | at once | after `ROLLOUT_MS` |
 * | --- | --- | --- |
 * | has not seen the present generation | the generation is seen; the replicas of the spec are made, of a new template none is ready | – |
 * | has, and not all replicas are ready | – | all are |
 */
export function runStatusOnly(client: Client): void {
  const { now } = client;
  const memory = client.state.controllers.get(ROLLOUTS);
  const begun: Record<string, number> = {};
  for (const deployment of client.list(DEPLOYMENTS)) {
    if (isTerminating(deployment)) continue;
    const generation = numberAt(deployment, 'metadata', 'generation') ?? 0;
    const wanted = wantedReplicas(deployment);
    const status = objectAt(deployment, 'status');
    const isSeen = status.observedGeneration === generation;
    const isReady = (status.readyReplicas ?? 0) === wanted && (status.updatedReplicas ?? 0) === wanted;
    if (isSeen && isReady) continue;
    const id = `${uidOf(deployment)} ${generation}`;
    const start = numberAt(memory, id) ?? now;
    if (now - start < ROLLOUT_MS) {
      begun[id] = start;
      client.wakeAt(start + ROLLOUT_MS);
      if (!isSeen) write(client, deployment, seen(status, generation, wanted));
    } else {
      write(client, deployment, complete(generation, wanted, now));
    }
  }
  client.state = { ...client.state, controllers: client.state.controllers.set(ROLLOUTS, begun) };
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

// A request would pass through validation and defaults, which thousands of histories need not pay for: nothing of them can change here.
function write(client: Client, before: JsonObject, status: JsonObject): void {
  const schema = resourceOf(client.state, 'apps', 'v1', 'deployments')?.schema;
  if (schema === undefined) return;
  const write = { schema, before, after: { ...before, status }, manager: CONTROLLER, apiVersion: 'apps/v1' };
  client.store(DEPLOYMENTS, recordUpdate({ ...write, subresource: 'status', now: client.now }));
}
