import type { JsonObject } from '@ddprofiler-rc/core';
import { resourceOf } from '../kinds/index.ts';
import type { WatchCursor, WatchEvent } from '../request.ts';
import type { Change, ClusterState } from '../state.ts';
import { fieldMatcher, labelMatcher, type Matcher } from './selectors.ts';
import { Refusal } from './status-error.ts';
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
  if (cursor.revision < state.compactedTo) {
    const refusal = new Refusal(410, 'Expired', `too old resource version: ${cursor.revision} (${state.compactedTo})`);
    const answer = refusal.toAnswer();
    const object = answer.kind === 'whole' ? answer.body : {};
    return { cursor: { ...cursor, ended: true }, events: [{ type: 'ERROR', object: asObject(object) }] };
  }
  const isInSight = sightOf(state, cursor);
  const events: WatchEvent[] = [...cursor.initial];
  for (const change of changesAfter(state, cursor.revision)) {
    if (change.resource !== cursor.resource) continue;
    const event = eventOf(change, isInSight);
    if (event !== undefined) events.push(event);
  }
  return { cursor: { ...cursor, initial: [], revision: state.revision, ended: now >= cursor.endsAt }, events };
}

/** Says how far the watch has come, though nothing in its sight happened. */
export function bookmark(state: ClusterState, cursor: WatchCursor): WatchEvent {
  return { type: 'BOOKMARK', object: bookmarkObject(state, cursor.resource, cursor.revision) };
}

export function bookmarkObject(state: ClusterState, resource: string, revision: number, annotations?: JsonObject): JsonObject {
  const [plural = '', ...group] = resource.split('.');
  const { group: name, version, kind } = kindOf(state, group.join('.'), plural);
  return {
    kind,
    apiVersion: name === '' ? version : `${name}/${version}`,
    metadata: {
      resourceVersion: String(revision),
      creationTimestamp: null,
      ...(annotations === undefined ? {} : { annotations }),
    },
  };
}

const VERSIONS = ['v1', 'v2'];

function kindOf(state: ClusterState, group: string, plural: string): { group: string; version: string; kind: string } {
  for (const version of VERSIONS) {
    const info = resourceOf(state, group, version, plural);
    if (info !== undefined) return info;
  }
  return { group, version: 'v1', kind: plural };
}

function sightOf(state: ClusterState, { resource, namespace, labelSelector, fieldSelector }: WatchCursor): Matcher {
  const hasLabels = labelMatcher(labelSelector);
  const [plural = '', ...group] = resource.split('.');
  const hasFields =
    fieldSelector === '' ? labelMatcher('') : fieldMatcher(fieldSelector, kindOf(state, group.join('.'), plural).kind);
  return (object) => {
    const { metadata } = object;
    const isHere = namespace === undefined || asObject(metadata).namespace === namespace;
    return isHere && hasLabels(object) && hasFields(object);
  };
}

function eventOf({ type, object, former, revision }: Change, isInSight: Matcher): WatchEvent | undefined {
  const wasSeen = former !== undefined && isInSight(former);
  const isSeen = type !== 'DELETED' && isInSight(object);
  if (isSeen) return { type: wasSeen ? 'MODIFIED' : 'ADDED', object };
  if (!wasSeen) return undefined;
  if (type === 'DELETED') return { type: 'DELETED', object };
  // It left the watch's sight: told as it was seen last, at the revision of the change.
  return {
    type: 'DELETED',
    object: { ...former, metadata: { ...asObject(former?.metadata), resourceVersion: String(revision) } },
  };
}

function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
