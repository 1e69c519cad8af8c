import { countClones, recountClones } from './decide/guardrails/mass-deletion.ts';
import type { Event, StreamId } from './events.ts';
import { claim, deploymentDeleted, deploymentLooked, deploymentWritten } from './evolve/deployments.ts';
import { withInterest } from './evolve/interest.ts';
import { watchedKindOf } from './evolve/kinds.ts';
import { memoryWriteFailed, memoryWritten } from './evolve/rules.ts';
import { syncOf } from './evolve/sync.ts';
import type { Json } from './kube/json.ts';
import type { Key } from './kube/keys.ts';
import { type KubeObject, keyOfObject, readKubeObject } from './kube/kube-object.ts';
import { compareResourceVersions } from './kube/resource-version.ts';
import { type ReadRules, readRules } from './rules/read-rules.ts';
import type { RuleBook } from './rules/rule-book.ts';
import { type CloneCounts, knownSourceOf, type State, type StreamState, streamState } from './state.ts';

/**
 * State is a fold over events.
 *
 * Laws: events of the binding's and the Deployments' streams commute; an event that arrives twice, or after a newer one about
 * the same object, changes nothing; a stream that nobody follows any more changes nothing.
 * @param read how rules are read from a text; a replay has them as they were read
 */
export function evolve(state: State, event: Event, read: ReadRules = readRules): State {
  const taken = take(state, event, read);
  const { rules, removals } = taken.book;
  const isSame = rules === state.book.rules && removals === state.book.removals && taken.memory === state.memory;
  const next = isSame ? taken : withRules(state, taken);
  const counts = isSame ? countsAfter(state, next, event) : countClones(next);
  const counted = counts === next.counts ? next : { ...next, counts };
  const sync = syncOf(counted);
  return sync === counted.sync ? counted : { ...counted, sync };
}

function take(state: State, event: Event, read: ReadRules): State {
  switch (event.type) {
    case 'listed':
      return onListed(state, event, read);
    case 'audited':
      return onAudited(state, event, read);
    case 'seen':
    case 'vanished':
      return onObject(state, event, read);
    case 'streamOpened':
      return withStream(state, event.stream, { failure: undefined });
    case 'streamFailed':
      return withStream(state, event.stream, { failure: event.failure });
    case 'written':
      return deploymentWritten(state, event.key, event.object, event.unmet);
    case 'deleteAccepted':
      return deploymentDeleted(state, event.key, event.uid);
    case 'looked':
      return deploymentLooked(state, event);
    case 'writeFailed':
    case 'lookFailed':
      // The rule, and with it the key, may be gone by the time that the answer is in: nothing would ever clear its failure.
      return state.book.rules.has(event.key) || state.ours.has(event.key)
        ? { ...state, writeFailures: state.writeFailures.set(event.key, event.failure) }
        : state;
    case 'remembered':
      return memoryWritten(state, event.object);
    case 'rememberFailed':
      return memoryWriteFailed(state, event.failure);
  }
}

/** An event of one Deployment costs the same however many clones there are. */
function countsAfter(before: State, after: State, event: Event): CloneCounts {
  const isSame = before.deployments === after.deployments && before.unseen === after.unseen && before.ours === after.ours;
  if (isSame) return before.counts;
  if (event.type === 'listed' || event.type === 'audited') return countClones(after);
  const object = 'object' in event ? readKubeObject(event.object) : undefined;
  const named = object === undefined ? [] : [keyOfObject(object)];
  const keys = [...named, ...('key' in event ? [event.key] : []), ...('target' in event ? [event.target] : [])];
  const sources = keys.map((key) => knownSourceOf(after, key)).filter((source) => source !== undefined);
  return recountClones(before, after, [...keys, ...sources]);
}

/** `after` with what hangs on the rules and the memory put right. */
function withRules(before: State, after: State): State {
  const names = namesIn(before.book, after.book);
  return claim(withInterest(before, after, names), names);
}

/** Sources and clones that any of these books names. */
function namesIn(...books: readonly RuleBook[]): ReadonlySet<Key> {
  return new Set(books.flatMap(({ rules, clonesOf, removals }) => [...rules.keys(), ...clonesOf.keys(), ...removals.keys()]));
}

function onListed(state: State, event: Extract<Event, { type: 'listed' }>, read: ReadRules): State {
  const { stream, resourceVersion } = event;
  if (!isFollowed(state, stream)) return state;
  // A list older than what the watch has passed (from a server that lags behind) must not overwrite anything.
  if (compareResourceVersions(resourceVersion, streamState(state, stream).resourceVersion) < 0) {
    return withStream(state, stream, { failure: undefined });
  }
  const listed = withStream(state, stream, { listed: true, resourceVersion, failure: undefined });
  return watchedKindOf(stream).listed(listed, { ...event, objects: objectsIn(event) }, read);
}

/**
 * Law: an audit that finds all as it is known gives the very state that it was given. The stream stays where it is, for its watch went on
 * past the audit: what is known from after `resourceVersion` stays.
 */
function onAudited(state: State, event: Extract<Event, { type: 'audited' }>, read: ReadRules): State {
  const { stream } = event;
  if (!isFollowed(state, stream) || !streamState(state, stream).listed) return state;
  return watchedKindOf(stream).audited(state, { ...event, objects: objectsIn(event) }, read);
}

function objectsIn({ objects }: { readonly objects: readonly Json[] }): readonly KubeObject[] {
  return objects.map(readKubeObject).filter((object) => object !== undefined);
}

function onObject(
  state: State,
  { stream, type, object: raw }: Extract<Event, { object: Json; stream: StreamId }>,
  read: ReadRules,
): State {
  const object = readKubeObject(raw);
  if (object === undefined || !isFollowed(state, stream)) return state;
  // Each stream arrives in order, so that what is not newer than the last one was seen before: it may have vanished since.
  const isRepeated = compareResourceVersions(object.resourceVersion, streamState(state, stream).resourceVersion) <= 0;
  if (isRepeated) return state;
  const advanced = withStream(state, stream, { resourceVersion: object.resourceVersion });
  const { seen, vanished } = watchedKindOf(stream);
  return type === 'seen' ? seen(advanced, object, read) : vanished(advanced, object);
}

function isFollowed(state: State, stream: StreamId): boolean {
  return watchedKindOf(stream).isFollowed?.(state, stream) ?? true;
}

function withStream(state: State, stream: StreamId, change: Partial<StreamState>): State {
  if (!isFollowed(state, stream)) return state;
  return { ...state, streams: state.streams.set(stream, { ...streamState(state, stream), ...change }) };
}
