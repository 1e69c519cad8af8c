import { isMarked, isOurs } from '../clone/mark.ts';
import type { Event, StreamId } from '../events.ts';
import { type Json, stringMapAt } from '../kube/json.ts';
import { type Key, keyOf, splitKey } from '../kube/keys.ts';
import { generationOf, type KubeObject, keyOfObject, readKubeObject } from '../kube/kube-object.ts';
import { compareResourceVersions } from '../kube/resource-version.ts';
import { type Deployment, readDeployment, sharingWith } from '../objects/deployment.ts';
import type { Intent } from '../objects/intent.ts';
import { knownSourceOf, type State, streamOf, streamState } from '../state.ts';
import { isMade, matters, noLongerUnseen, unseen } from './interest.ts';
import type { List } from './watched-kind.ts';

/**
 * What is known of Deployments that matter. Three sources of facts, the watch, the answers to our own writes and to our looks, may overtake
 * one another: the newer resourceVersion wins, and what the watch has passed over is gone for good.
 */
function deploymentSeen(state: State, object: KubeObject): State {
  const key = keyOfObject(object);
  if (!matters(state, key)) return withUnclaimed(state, object);
  const known = state.deployments.get(key);
  if (known !== undefined && compareResourceVersions(object.resourceVersion, known.resourceVersion) <= 0) return state;
  return put(state, readDeployment(object, known?.uid === object.uid ? known.accepted : undefined));
}

/** Of what does not matter no more is kept than that it bears our mark. */
function withUnclaimed(state: State, { namespace, name, uid, resourceVersion, raw }: KubeObject): State {
  const key = keyOf(namespace, name);
  const known = state.unclaimed.get(key);
  if (known !== undefined && compareResourceVersions(resourceVersion, known.resourceVersion) <= 0) return state;
  const bearsMark = isMarked(name, stringMapAt(raw, 'metadata', 'labels'), state.scope.binding);
  if (!bearsMark && known === undefined) return state;
  return { ...state, unclaimed: bearsMark ? state.unclaimed.set(key, { uid, resourceVersion }) : state.unclaimed.delete(key) };
}

/**
 * What a watch tells. Whoever made a clone saw its source: where none is known, its absence may be older news, so that it is looked for before
 * the clone counts as one whose source is gone.
 */
export function deploymentTold(state: State, object: KubeObject): State {
  const key = keyOfObject(object);
  const next = deploymentSeen(state, object);
  if (state.ours.has(key) || !next.ours.has(key) || !next.book.rules.has(key)) return next;
  const source = knownSourceOf(next, key);
  return source === undefined || next.deployments.has(source) || next.unseen.has(source) ? next : unseen(next, source);
}

/** `object` is the last state, with the resourceVersion of its deletion: an object that was made anew since is newer. */
export function deploymentVanished(state: State, object: KubeObject): State {
  const key = keyOfObject(object);
  const known = state.deployments.get(key);
  if (known === undefined) return noLongerUnseen({ ...state, unclaimed: state.unclaimed.delete(key) }, key);
  if (known.uid !== object.uid && compareResourceVersions(object.resourceVersion, known.resourceVersion) <= 0) return state;
  return remove(state, known);
}

/**
 * Whatever the list lacks is gone, but for what was written after the list was made. Of a partial list, that is not known: it may have been
 * left out as it did not matter yet when its page came.
 */
export function deploymentsListed(state: State, { stream, resourceVersion, objects, isPartial }: List): State {
  const isOfStream = (key: Key) => streamOf(state.scope, 'deployments', splitKey(key).namespace) === stream;
  const listed = new Set(objects.map(keyOfObject));
  const gone = lackedBy(listed, state, stream, resourceVersion);
  let next = gone.reduce((before, known) => (isPartial ? unseen(before, known.key) : remove(before, known)), state);
  for (const key of next.unseen.keys()) if (listed.has(key) || (!isPartial && isOfStream(key))) next = noLongerUnseen(next, key);
  return objects.reduce(deploymentSeen, isPartial ? next : withoutUnclaimed(next, listed, stream, resourceVersion));
}

/** As of a moment that the watch has passed. What it lacks is gone; of what is unseen it tells only where it has it. */
export function deploymentsAudited(state: State, { stream, resourceVersion, objects }: List): State {
  const listed = new Set(objects.map(keyOfObject));
  const next = lackedBy(listed, state, stream, resourceVersion).reduce(remove, state);
  return objects.reduce(deploymentSeen, withoutUnclaimed(next, listed, stream, resourceVersion));
}

function withoutUnclaimed(state: State, listed: ReadonlySet<Key>, stream: StreamId, resourceVersion: string): State {
  const unclaimed = state.unclaimed.filterNot(
    (known, key) =>
      !listed.has(key) &&
      streamOf(state.scope, 'deployments', splitKey(key).namespace) === stream &&
      compareResourceVersions(known.resourceVersion, resourceVersion) <= 0,
  );
  return unclaimed.size === state.unclaimed.size ? state : { ...state, unclaimed };
}

/** Deployments that are known from that moment or before it, and were not `listed` as of it. */
function lackedBy(listed: ReadonlySet<Key>, state: State, stream: StreamId, resourceVersion: string): readonly Deployment[] {
  return [...state.deployments.values()].filter(
    (known) =>
      !listed.has(known.key) &&
      streamOf(state.scope, 'deployments', known.namespace) === stream &&
      compareResourceVersions(known.resourceVersion, resourceVersion) <= 0,
  );
}

/**
 * The answer to a look; without `answer` there is no such Deployment. Where something else told of it since, that is right: it came from the
 * watch, in order, or is an own write.
 */
export function deploymentLooked(
  state: State,
  { key, target, question, object: answer }: Extract<Event, { type: 'looked' }>,
): State {
  const succeeded = { ...state, writeFailures: state.writeFailures.delete(key) };
  if (state.unseen.get(target) !== question) return succeeded;
  const told = noLongerUnseen(succeeded, target);
  const object = readKubeObject(answer);
  if (object !== undefined) return deploymentSeen(told, object);
  const known = state.deployments.get(target);
  return known === undefined ? told : remove(told, known);
}

/** The answer to a write of ours. An answer that the watch has overtaken tells nothing new: its object may be gone since. */
export function deploymentWritten(state: State, key: Key, answer: Json, unmet: Intent | undefined): State {
  const object = readKubeObject(answer);
  const succeeded = { ...state, writeFailures: state.writeFailures.delete(key) };
  if (object === undefined || !matters(state, key)) return succeeded;
  const known = state.deployments.get(key);
  const passed =
    known?.resourceVersion ?? streamState(state, streamOf(state.scope, 'deployments', object.namespace)).resourceVersion;
  const isNewer = compareResourceVersions(object.resourceVersion, passed) > 0;
  if (isNewer) return put(succeeded, read(object, unmet));
  // The watch was faster: keep what it brought, and learn what admission made of our intent, if that is still what is there.
  const isSameSpec = known?.uid === object.uid && known.generation === generationOf(object);
  if (known === undefined || !isSameSpec || (unmet === undefined && known.accepted === undefined)) return succeeded;
  return put(succeeded, { ...known, accepted: read(object, unmet).accepted });
}

function read(object: KubeObject, unmet: Intent | undefined): Deployment {
  const answered = readDeployment(object);
  return unmet === undefined ? answered : { ...answered, accepted: { intent: unmet, answer: answered } };
}

/** From here on the object counts as terminating, whatever older version of it still arrives. */
export function deploymentDeleted(state: State, key: Key, uid: string): State {
  const known = state.deployments.get(key);
  if (known?.uid !== uid) return state;
  return { ...state, deleting: state.deleting.set(key, uid), writeFailures: state.writeFailures.delete(key) };
}

/** `state` with these Deployments known, all of which matter. */
export function restoreDeployments(state: State, deployments: readonly Deployment[]): State {
  return deployments.reduce(keep, state);
}

/** Which of these Deployments are clones of ours, once the rules or the memory are others. */
export function claim(state: State, keys: Iterable<Key>): State {
  const ours = state.ours.withMutations((set) => {
    for (const key of keys) {
      const deployment = state.deployments.get(key);
      if (deployment !== undefined && isClaimed(state, deployment)) set.add(key);
      else set.delete(key);
    }
  });
  return { ...state, ours };
}

function isClaimed({ book, scope }: State, deployment: Deployment): boolean {
  return isMade(book, deployment.key) && isOurs(deployment, scope.binding);
}

function put(state: State, deployment: Deployment): State {
  return noLongerUnseen(keep(state, deployment), deployment.key);
}

function keep(state: State, deployment: Deployment): State {
  const { key, uid } = deployment;
  const isClone = isClaimed(state, deployment);
  const former = state.deployments.get(key);
  const version = former === undefined ? deployment : sharingWith(deployment, former);
  const source = isClone ? knownSourceOf(state, key) : undefined;
  const followed = source === undefined || version.spec === former?.spec ? undefined : state.deployments.get(source);
  return {
    ...state,
    ours: isClone ? state.ours.add(key) : state.ours.delete(key),
    deployments: state.deployments.set(key, followed === undefined ? version : sharingWith(version, followed)),
    deleting: state.deleting.get(key) === uid ? state.deleting : state.deleting.delete(key),
  };
}

function remove(state: State, { key }: Deployment): State {
  const next = {
    ...state,
    ours: state.ours.delete(key),
    deployments: state.deployments.delete(key),
    deleting: state.deleting.delete(key),
    writeFailures: state.writeFailures.delete(key),
  };
  return noLongerUnseen(next, key);
}
