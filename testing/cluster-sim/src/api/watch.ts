import type { JsonObject } from '@ddprofiler-rc/core';
import { stringAt, withValueAt } from '../json.ts';
import type { WatchCursor, WatchEvent } from '../request.ts';
import type { Change, ClusterState } from '../state.ts';
import { checkedFieldMatcher } from './field-selector.ts';
import { labelMatcher } from './label-selector.ts';
import type { Matcher } from './matcher.ts';
import { expired } from './status-error.ts';
import { changesAfter } from './store.ts';

/**
 * What a watch tells next, and how far it has come then.
 *
 * | the object before | after | is told as |
 * | --- | --- | --- |
 * | not in sight | in sight | ADDED |
 * | in sight | in sight | MODIFIED |
 * | in sight | not in sight, or deleted | DELETED, with the resourceVersion of that change |
 *
 * A cursor from before what is still known gets one ERROR with a `Status` 410, and has ended.
 */
export function readWatch(
  state: ClusterState,
  cursor: WatchCursor,
  now: number,
): { readonly cursor: WatchCursor; readonly events: readonly WatchEvent[] } {
  if (cursor.ended) return { cursor, events: [] };
  const ended = now >= cursor.endsAt;
  if (cursor.revision >= state.revision) {
    if (cursor.initial.length === 0 && !ended) return { cursor, events: [] };
    return { cursor: { ...cursor, initial: [], ended }, events: cursor.initial };
  }
  if (cursor.revision < state.compactedTo) {
    const status = expired(`too old resource version: ${cursor.revision} (${state.compactedTo})`).toStatus();
    return { cursor: { ...cursor, initial: [], ended: true }, events: [...cursor.initial, { type: 'ERROR', object: status }] };
  }
  const isInSight = sightOf(cursor);
  const events: WatchEvent[] = [...cursor.initial];
  for (const change of changesAfter(state, cursor.revision)) {
    if (change.resource !== cursor.resource) continue;
    const event = eventOf(change, isInSight);
    if (event !== undefined) events.push(event);
  }
  return { cursor: { ...cursor, initial: [], revision: state.revision, ended }, events };
}

/** Says how far the watch has come, though nothing in its sight happened. */
export function bookmark(_state: ClusterState, { kind, apiVersion, revision }: WatchCursor): WatchEvent {
  return { type: 'BOOKMARK', object: bookmarkObject(kind, apiVersion, revision) };
}

export function bookmarkObject(kind: string, apiVersion: string, revision: number, annotations?: JsonObject): JsonObject {
  const resourceVersion = String(revision);
  return { kind, apiVersion, metadata: { resourceVersion, ...(annotations === undefined ? {} : { annotations }) } };
}

function sightOf({ resource, namespace, labelSelector, fieldSelector }: WatchCursor): Matcher {
  const hasLabels = labelMatcher(labelSelector);
  const hasFields = checkedFieldMatcher(fieldSelector, resource);
  const isHere: Matcher = (object) => namespace === undefined || stringAt(object, 'metadata', 'namespace') === namespace;
  return (object) => isHere(object) && hasLabels(object) && hasFields(object);
}

function eventOf({ type, object, former, revision }: Change, isInSight: Matcher): WatchEvent | undefined {
  const isSeen = type !== 'DELETED' && isInSight(object);
  if (former === undefined || !isInSight(former)) return isSeen ? { type: 'ADDED', object } : undefined;
  if (isSeen) return { type: 'MODIFIED', object };
  if (type === 'DELETED') return { type: 'DELETED', object };
  // It left the watch's sight: told as it was seen last, at the revision of the change.
  return { type: 'DELETED', object: withValueAt(former, ['metadata', 'resourceVersion'], String(revision)) };
}
