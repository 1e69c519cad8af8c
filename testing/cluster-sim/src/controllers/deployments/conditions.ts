import { timestamp } from '../../api/store.ts';
import { isJsonObject, type JsonObject, listAt, numberAt, stringAt } from '../../json.ts';

export type Conditions = readonly JsonObject[];

/** Why a Deployment is where it is. */
export interface Finding {
  readonly type: 'Available' | 'Progressing' | 'ReplicaFailure';
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

export function conditionsOf(object: JsonObject): Conditions {
  return listAt(object, 'status', 'conditions').filter(isJsonObject);
}

export function conditionOf(conditions: Conditions, type: Finding['type']): JsonObject | undefined {
  return conditions.find((condition) => condition.type === type);
}

/** What is found already stays as it is, in its place; what is new comes last. A change of the reason alone is no transition. */
export function withFinding(conditions: Conditions, finding: Finding, now: number): Conditions {
  const present = conditionOf(conditions, finding.type);
  if (present?.status === finding.status && present.reason === finding.reason) return conditions;
  return refreshed(conditions, finding, now);
}

/** The same, but it counts as news even if it is found already. */
export function refreshed(conditions: Conditions, finding: Finding, now: number): Conditions {
  const present = conditionOf(conditions, finding.type);
  const time = timestamp(now);
  const lastTransitionTime = present?.status === finding.status ? (present.lastTransitionTime ?? time) : time;
  return [...without(conditions, finding.type), { ...finding, lastUpdateTime: time, lastTransitionTime }];
}

export function without(conditions: Conditions, type: Finding['type']): Conditions {
  return conditions.filter((condition) => condition.type !== type);
}

/** A Deployment with this deadline has none. */
const NO_DEADLINE = 2 ** 31 - 1;

/** In seconds; undefined: it may take as long as it takes. */
export function deadlineOf(deployment: JsonObject): number | undefined {
  const seconds = numberAt(deployment, 'spec', 'progressDeadlineSeconds');
  return seconds === NO_DEADLINE ? undefined : seconds;
}

/** When the Deployment counts as stuck, in milliseconds since 1970; undefined: never, as long as nothing changes. */
export function stuckAt(deployment: JsonObject): number | undefined {
  const seconds = deadlineOf(deployment);
  const progress = conditionOf(conditionsOf(deployment), 'Progressing');
  if (seconds === undefined || progress === undefined || !isUnderWay(progress)) return undefined;
  return Date.parse(stringAt(progress, 'lastUpdateTime') ?? '') + seconds * 1_000;
}

/** The reasons with which a rollout rests, as long as nothing changes. */
const RESTING: readonly string[] = ['NewReplicaSetAvailable', 'ProgressDeadlineExceeded', 'DeploymentPaused'];

function isUnderWay(progress: JsonObject): boolean {
  return !RESTING.includes(stringAt(progress, 'reason') ?? '');
}
