import { type JsonObject, numberAt, stringAt, withValueAt } from '../../json.ts';
import { byAge, type Client, nameOf, REPLICA_SETS } from '../client.ts';
import { record } from '../record.ts';
import { counted, sum, wantedReplicas } from '../replicas.ts';
import { noted, withCounts } from './annotations.ts';
import { boundsOf } from './bounds.ts';
import { type Family, membersOf } from './family.ts';

/** Tells people that a ReplicaSet was scaled from `former`. */
export function scaled(client: Client, deployment: JsonObject, set: JsonObject, former: number): void {
  const wanted = wantedReplicas(set);
  const message = `Scaled ${wanted > former ? 'up' : 'down'} replica set ${nameOf(set)} from ${former} to ${wanted}`;
  record(client, deployment, { reason: 'ScalingReplicaSet', message, component: 'deployment-controller' });
}

/** Sets the replicas of a ReplicaSet, and notes the counts of its Deployment on it. Gives whether the replicas are others now. */
export function scaleTo(client: Client, deployment: JsonObject, set: JsonObject, replicas: number): boolean {
  const former = wantedReplicas(set);
  const counts = withCounts(set, deployment);
  const wanted = former === replicas ? counts : withValueAt(counts, ['spec', 'replicas'], replicas);
  if (wanted === set || client.update(REPLICA_SETS, wanted).kind === 'refused') return false;
  if (former !== replicas) scaled(client, deployment, wanted, former);
  return former !== replicas;
}

export function isActive(set: JsonObject): boolean {
  return wantedReplicas(set) > 0;
}

/** Whether the Deployment was scaled since its ReplicaSets were. */
export function isScaled(family: Family): boolean {
  const wanted = wantedReplicas(family.deployment);
  return membersOf(family).some((set) => {
    const { desired } = noted(set);
    return isActive(set) && desired !== undefined && desired !== wanted;
  });
}

/**
 * Scales without rolling out:
 *
 * | ReplicaSets with pods | then |
 * | --- | --- |
 * | one or none | it gets all, or the newest does |
 * | several, the newest has all its pods | the others go down to none |
 * | several | each gets its share of what is more or less |
 */
export function scaleFamily(client: Client, family: Family): void {
  const { deployment, newest, old } = family;
  const active = membersOf(family).filter(isActive).toSorted(byAge);
  const wanted = wantedReplicas(deployment);
  const [first = newest ?? old.at(-1)] = active;
  if (active.length < 2) {
    if (first !== undefined && wantedReplicas(first) !== wanted) scaleTo(client, deployment, first, wanted);
    return;
  }
  if (newest !== undefined && isSaturated(newest, wanted)) {
    for (const set of old.filter(isActive)) scaleTo(client, deployment, set, 0);
    return;
  }
  if (stringAt(deployment, 'spec', 'strategy', 'type') === 'RollingUpdate') share(client, family, active);
}

function isSaturated(newest: JsonObject, wanted: number): boolean {
  return wantedReplicas(newest) === wanted && noted(newest).desired === wanted && counted(newest, 'availableReplicas') === wanted;
}

function share(client: Client, { deployment }: Family, active: readonly JsonObject[]): void {
  const wanted = wantedReplicas(deployment);
  const allowed = wanted > 0 ? wanted + boundsOf(deployment).surge : 0;
  const more = allowed - sum(active.map(wantedReplicas));
  // Larger ones first; of one size, the newer ones grow first, and the older ones shrink first.
  const sorted = active.toSorted((one, other) => {
    const bySize = wantedReplicas(other) - wantedReplicas(one);
    return bySize === 0 ? (more > 0 ? byAge(other, one) : byAge(one, other)) : bySize;
  });
  let added = 0;
  const sizes = sorted.map((set) => {
    const part = partOf(set, deployment, more, added);
    added += part;
    return wantedReplicas(set) + part;
  });
  for (const [index, set] of sorted.entries()) {
    const rest = index === 0 ? more - added : 0;
    scaleTo(client, deployment, set, Math.max(0, (sizes[index] ?? 0) + rest));
  }
}

/** One ReplicaSet's part of the `more` pods (or less, below 0), of which `added` are given. */
function partOf(set: JsonObject, deployment: JsonObject, more: number, added: number): number {
  if (wantedReplicas(set) === 0 || more === added) return 0;
  const left = more - added;
  const fair = fairPart(set, deployment);
  return more > 0 ? Math.min(fair, left) : Math.max(fair, left);
}

function fairPart(set: JsonObject, deployment: JsonObject): number {
  const wanted = wantedReplicas(deployment);
  const present = wantedReplicas(set);
  if (wanted === 0) return -present;
  const before = noted(set).maximum ?? numberAt(deployment, 'status', 'replicas') ?? 0;
  if (before === 0) return 0;
  return Math.round((present * (wanted + boundsOf(deployment).surge)) / before) - present;
}
