import { type JsonObject, numberAt, objectAt } from '../../json.ts';
import { byAge, type Client, isTerminating, PODS, REPLICA_SETS, uidOf } from '../client.ts';
import { controllerOf } from '../ownership.ts';
import { counted, sum, wantedReplicas } from '../replicas.ts';
import { revisionOf } from './annotations.ts';
import { boundsOf } from './bounds.ts';
import { type Family, membersOf, newestReplicas, reread } from './family.ts';
import { withRevisions } from './revisions.ts';
import { isActive, scaleTo } from './scaling.ts';
import { isComplete, tellProgress } from './status.ts';

/** One step of a rolling update: the newest ReplicaSet grows, or the old ones shrink, never beyond the bounds. */
export function roll(client: Client, family: Family): void {
  const begun = withRevisions(client, family, true);
  if (!growNewest(client, begun) && !shrinkOld(client, begun)) cleanUp(client, begun);
  tellProgress(client, reread(client, begun));
}

/** One step of a rollout which first ends all old pods, and then makes the new ones. */
export function recreate(client: Client, family: Family): void {
  const begun = withRevisions(client, family, false);
  const ended = begun.old.filter(isActive).map((set) => scaleTo(client, begun.deployment, set, 0));
  const isEnding = ended.includes(true) || hasOldPods(client, begun);
  tellProgress(client, reread(client, isEnding ? begun : begin(client, begun)));
}

function begin(client: Client, family: Family): Family {
  const made = family.newest === undefined ? withRevisions(client, family, true) : family;
  if (made.newest !== undefined) scaleTo(client, made.deployment, made.newest, wantedReplicas(made.deployment));
  cleanUp(client, made);
  return made;
}

function growNewest(client: Client, family: Family): boolean {
  const { deployment, newest } = family;
  if (newest === undefined) return false;
  const wanted = wantedReplicas(deployment);
  const present = wantedReplicas(newest);
  if (present === wanted) return false;
  return scaleTo(client, deployment, newest, present > wanted ? wanted : newestReplicas(family, present));
}

/** Pods that are not available go first: they are missed by nobody. */
function shrinkOld(client: Client, family: Family): boolean {
  const { deployment, newest, old } = family;
  const active = old.filter(isActive).toSorted(byAge);
  if (active.length === 0 || newest === undefined) return false;
  const needed = wantedReplicas(deployment) - boundsOf(deployment).unavailable;
  const missing = wantedReplicas(newest) - counted(newest, 'availableReplicas');
  const most = sum(membersOf(family).map(wantedReplicas)) - needed - missing;
  if (most <= 0) return false;
  const sizes = new Map(active.map((set) => [set, wantedReplicas(set)]));
  take(sizes, most, (set, size) => size - counted(set, 'availableReplicas'));
  const available = sum(membersOf(family).map((set) => counted(set, 'availableReplicas')));
  take(sizes, available - needed, (_set, size) => size);
  return [...sizes].map(([set, size]) => scaleTo(client, deployment, set, size)).includes(true);
}

/** Takes up to `most` off the sizes, in their order, of each as many as `of` offers. */
function take(sizes: Map<JsonObject, number>, most: number, of: (set: JsonObject, size: number) => number): void {
  let left = most;
  for (const [set, size] of sizes) {
    const taken = Math.min(left, Math.max(0, of(set, size)));
    if (taken <= 0) continue;
    sizes.set(set, size - taken);
    left -= taken;
  }
}

function hasOldPods(client: Client, { deployment, old }: Family): boolean {
  const owners = new Set(old.map(uidOf));
  const namespace = objectAt(deployment, 'metadata').namespace;
  return client.list(PODS, String(namespace)).some((pod) => {
    const { phase } = objectAt(pod, 'status');
    const owner = controllerOf(pod)?.uid;
    return typeof owner === 'string' && owners.has(owner) && phase !== 'Failed' && phase !== 'Succeeded';
  });
}

/** After a rollout: more old ReplicaSets than may be kept go, the oldest revisions first. */
export function cleanUp(client: Client, family: Family): void {
  const { deployment, old } = family;
  if (!isComplete(family, objectAt(deployment, 'status')) && objectAt(deployment, 'spec').paused !== true) return;
  const limit = numberAt(deployment, 'spec', 'revisionHistoryLimit') ?? Number.POSITIVE_INFINITY;
  const kept = old.filter((set) => !isTerminating(set)).toSorted((one, other) => revisionOf(one) - revisionOf(other));
  for (const set of kept.slice(0, Math.max(0, kept.length - limit))) {
    const isSeen = (numberAt(set, 'status', 'observedGeneration') ?? 0) >= (numberAt(set, 'metadata', 'generation') ?? 0);
    if (counted(set, 'replicas') === 0 && wantedReplicas(set) === 0 && isSeen)
      client.delete(REPLICA_SETS, set, { propagationPolicy: 'Background' });
  }
}
