import { equalJson, type JsonObject, numberAt, objectAt, stringAt } from '../../json.ts';
import { type Client, DEPLOYMENTS, nameOf } from '../client.ts';
import { type Count, counted, sum, wantedReplicas } from '../replicas.ts';
import { boundsOf } from './bounds.ts';
import {
  type Conditions,
  conditionOf,
  conditionsOf,
  deadlineOf,
  type Finding,
  refreshed,
  stuckAt,
  withFinding,
  without,
} from './conditions.ts';
import { type Family, membersOf } from './family.ts';

/** Writes the counts, and whether enough pods are there. */
export function tellCounts(client: Client, family: Family): void {
  write(client, family.deployment, countsOf(family), availability(family, client.now));
}

/** Writes the counts, and how far the rollout has come. */
export function tellProgress(client: Client, family: Family): void {
  const counts = countsOf(family);
  const found = withProgress(family, counts, availability(family, client.now), client.now);
  write(client, family.deployment, counts, withFailure(family, found, client.now));
  const present = client.present(DEPLOYMENTS, family.deployment);
  const at = present && stuckAt(present);
  if (at !== undefined) client.wakeAt(at + 1);
}

/** The rollout has ended: all pods that are there are of the newest template, and available. */
export function isComplete({ deployment }: Family, counts: JsonObject): boolean {
  const wanted = wantedReplicas(deployment);
  const all: readonly Count[] = ['updatedReplicas', 'replicas', 'availableReplicas'];
  return (
    all.every((count) => (numberAt(counts, count) ?? 0) === wanted) &&
    (numberAt(counts, 'observedGeneration') ?? 0) >= (numberAt(deployment, 'metadata', 'generation') ?? 0)
  );
}

function countsOf(family: Family): JsonObject {
  const { deployment, newest } = family;
  const members = membersOf(family);
  const total = (count: Count): number => sum(members.map((set) => counted(set, count)));
  const available = total('availableReplicas');
  const collisionCount = numberAt(deployment, 'status', 'collisionCount');
  const all = {
    observedGeneration: numberAt(deployment, 'metadata', 'generation') ?? 0,
    replicas: total('replicas'),
    updatedReplicas: newest === undefined ? 0 : counted(newest, 'replicas'),
    readyReplicas: total('readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sum(members.map(wantedReplicas)) - available),
  };
  const told = Object.entries(all).filter(([, count]) => count !== 0);
  const isTerminatingKnown = members.every((set) => numberAt(set, 'status', 'terminatingReplicas') !== undefined);
  return {
    ...Object.fromEntries(told),
    ...(isTerminatingKnown ? { terminatingReplicas: total('terminatingReplicas') } : {}),
    ...(collisionCount === undefined ? {} : { collisionCount }),
  };
}

function availability({ deployment, ...sets }: Family, now: number): Conditions {
  const available = sum(membersOf({ deployment, ...sets }).map((set) => counted(set, 'availableReplicas')));
  const isEnough = available >= wantedReplicas(deployment) - boundsOf(deployment).unavailable;
  const finding: Finding = isEnough
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
  return withFinding(conditionsOf(deployment), finding, now);
}

function withProgress(family: Family, counts: JsonObject, conditions: Conditions, now: number): Conditions {
  const { deployment, newest } = family;
  if (deadlineOf(deployment) === undefined) return without(conditions, 'Progressing');
  const present = conditionOf(conditions, 'Progressing');
  // What was rolled out once stays so while pods come and go, until the template is another one.
  const hasOldPods = (counts.replicas ?? 0) !== (counts.updatedReplicas ?? 0);
  if (!hasOldPods && present?.reason === 'NewReplicaSetAvailable') return conditions;
  const subject = newest === undefined ? `Deployment "${nameOf(deployment)}"` : `ReplicaSet "${nameOf(newest)}"`;
  const finding = (status: Finding['status'], reason: string, what: string): Finding => ({
    type: 'Progressing',
    status,
    reason,
    message: `${subject} ${what}`,
  });
  if (isComplete(family, counts))
    return withFinding(conditions, finding('True', 'NewReplicaSetAvailable', 'has successfully progressed.'), now);
  if (isFurther(deployment, counts)) return refreshed(conditions, finding('True', 'ReplicaSetUpdated', 'is progressing.'), now);
  if (isStuck(deployment, now))
    return withFinding(conditions, finding('False', 'ProgressDeadlineExceeded', 'has timed out progressing.'), now);
  return conditions;
}

/** More pods are new, ready or available than before, or fewer are old. */
function isFurther(deployment: JsonObject, counts: JsonObject): boolean {
  const former = objectAt(deployment, 'status');
  const count = (status: JsonObject, name: Count): number => numberAt(status, name) ?? 0;
  const old = (status: JsonObject): number => count(status, 'replicas') - count(status, 'updatedReplicas');
  const grown: readonly Count[] = ['updatedReplicas', 'readyReplicas', 'availableReplicas'];
  return grown.some((name) => count(counts, name) > count(former, name)) || old(counts) < old(former);
}

function isStuck(deployment: JsonObject, now: number): boolean {
  const progress = conditionOf(conditionsOf(deployment), 'Progressing');
  if (progress?.reason === 'ProgressDeadlineExceeded') return true;
  const at = stuckAt(deployment);
  return at !== undefined && at < now;
}

/** A ReplicaSet that cannot make pods is told of by its Deployment as well; the newest one first. */
function withFailure({ newest, old }: Family, conditions: Conditions, now: number): Conditions {
  const failures = [...(newest === undefined ? [] : [newest]), ...old].flatMap(
    (set) => conditionOf(conditionsOf(set), 'ReplicaFailure') ?? [],
  );
  const [failure] = failures;
  if (failure === undefined) return without(conditions, 'ReplicaFailure');
  const { reason, message } = { reason: stringAt(failure, 'reason') ?? '', message: stringAt(failure, 'message') ?? '' };
  return withFinding(conditions, { type: 'ReplicaFailure', status: 'True', reason, message }, now);
}

function write(client: Client, deployment: JsonObject, counts: JsonObject, conditions: Conditions): void {
  const status = { ...counts, conditions };
  if (!equalJson(objectAt(deployment, 'status'), status)) client.updateStatus(DEPLOYMENTS, { ...deployment, status });
}
