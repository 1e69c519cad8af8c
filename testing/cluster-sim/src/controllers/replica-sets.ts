import { timestamp } from '../api/store.ts';
import { equalJson, isJsonObject, type JsonObject, listAt, numberAt, objectAt, stringAt } from '../json.ts';
import { type Client, isTerminating, nameOf, namespaceOf, PODS, REPLICA_SETS } from './client.ts';
import { claimed, referenceTo } from './ownership.ts';
import { isAvailable, isEnded, isReady } from './pods/condition.ts';
import { leastMissed } from './pods/least-missed.ts';
import { record } from './record.ts';
import { wantedReplicas } from './replicas.ts';

/**
 * Each ReplicaSet makes the pods that it lacks, ends those that it has too many of, and counts them.
 *
 * | pod | counts as |
 * | --- | --- |
 * | ended by itself | none |
 * | goes | terminating |
 * | any other | replica; ready and available by its conditions |
 */
export function syncReplicaSets(client: Client): void {
  for (const set of client.list(REPLICA_SETS)) syncReplicaSet(client, set);
}

function syncReplicaSet(client: Client, set: JsonObject): void {
  const pods = claimed(client, set, PODS).filter((pod) => !isEnded(pod));
  const active = pods.filter((pod) => !isTerminating(pod));
  const failure = isTerminating(set) ? undefined : manage(client, set, active);
  const present = client.present(REPLICA_SETS, set);
  // Pods made just now are counted with the next step, as watches would tell of them.
  if (present !== undefined) tell(client, present, active, pods.length - active.length, failure);
}

/** Gives why no pod could be made. */
function manage(client: Client, set: JsonObject, active: readonly JsonObject[]): string | undefined {
  const more = wantedReplicas(set) - active.length;
  for (let made = 0; made < more; made++) {
    const reply = client.create(PODS, namespaceOf(set), newPod(set));
    if (reply.kind === 'refused') return reply.message;
    note(client, set, 'SuccessfulCreate', `Created pod: ${nameOf(reply.object)}`);
  }
  for (const pod of leastMissed(active).slice(0, Math.max(0, -more))) {
    client.delete(PODS, pod);
    note(client, set, 'SuccessfulDelete', `Deleted pod: ${nameOf(pod)}`);
  }
  return undefined;
}

function note(client: Client, set: JsonObject, reason: string, message: string): void {
  record(client, set, { reason, message, component: 'replicaset-controller' });
}

function newPod(set: JsonObject): JsonObject {
  const template = objectAt(set, 'spec', 'template');
  const { labels = {}, annotations, finalizers } = objectAt(template, 'metadata');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${nameOf(set)}-`,
      namespace: namespaceOf(set),
      labels,
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [referenceTo(set)],
    },
    spec: objectAt(template, 'spec'),
  };
}

function tell(
  client: Client,
  set: JsonObject,
  active: readonly JsonObject[],
  terminating: number,
  failure: string | undefined,
): void {
  const labels = Object.entries(objectAt(set, 'spec', 'template', 'metadata', 'labels'));
  const isLabeled = (pod: JsonObject): boolean =>
    labels.every(([name, value]) => objectAt(pod, 'metadata', 'labels')[name] === value);
  const ready = active.filter(isReady);
  const seconds = numberAt(set, 'spec', 'minReadySeconds') ?? 0;
  const counts = {
    fullyLabeledReplicas: active.filter(isLabeled).length,
    readyReplicas: ready.length,
    availableReplicas: ready.filter((pod) => isAvailable(client, pod, seconds)).length,
    observedGeneration: numberAt(set, 'metadata', 'generation') ?? 0,
  };
  const conditions = withFailure(client, set, failure);
  const status: JsonObject = {
    replicas: active.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
    terminatingReplicas: terminating,
    ...(conditions.length === 0 ? {} : { conditions }),
  };
  if (!equalJson(objectAt(set, 'status'), status)) client.updateStatus(REPLICA_SETS, { ...set, status });
}

function withFailure(client: Client, set: JsonObject, failure: string | undefined): readonly JsonObject[] {
  const present = listAt(set, 'status', 'conditions').filter(isJsonObject);
  const others = present.filter(({ type }) => type !== 'ReplicaFailure');
  if (failure === undefined) return others;
  if (present.some((condition) => stringAt(condition, 'type') === 'ReplicaFailure')) return present;
  const lastTransitionTime = timestamp(client.now);
  return [...others, { type: 'ReplicaFailure', status: 'True', lastTransitionTime, reason: 'FailedCreate', message: failure }];
}
