import type { Json, JsonObject } from '@ddprofiler-rc/core';
import { stringAt } from '../json.ts';
import type { Answer, Request, WatchEvent } from '../request.ts';
import type { ClusterState } from '../state.ts';
import { type Address, apiVersionOf, subjectOf } from './address.ts';
import { scaleOf } from './scale.ts';
import { fieldMatcher, labelMatcher } from './selectors.ts';
import { badRequest, expired, invalid, notFound, tooLarge } from './status-error.ts';
import { type Entry, find, type Objects, objectsAt, objectsOf, sortedEntries } from './store.ts';
import { bookmarkObject } from './watch.ts';

/** One object, or a part of it. @throws Refusal 404 */
export function get(state: ClusterState, address: Address): Answer {
  const object = existing(state, address);
  return { kind: 'whole', status: 200, body: address.subresource === 'scale' ? scaleOf(object) : object };
}

/** @throws Refusal 404 where there is none */
export function existing(state: ClusterState, address: Address): JsonObject {
  const object = find(state, address.info.name, address.namespace, address.name ?? '');
  if (object === undefined) throw notFound(subjectOf(address));
  return object;
}

/**
 * The objects of a collection at one revision, sorted by key, page by page.
 *
 * | query | the objects are those of |
 * | --- | --- |
 * | none; `resourceVersion` with `NotOlderThan`, or 0 | now |
 * | `resourceVersion` with `Exact`; `continue` | that revision; 410 where its history was let go |
 *
 * A continue token holds the revision of the first page and the last key of the page before.
 */
export function list(state: ClusterState, address: Address, { query }: Request): Answer {
  const { info, namespace } = address;
  const limit = wholeNumber(query.limit, 'limit');
  const token = query.continue === undefined || query.continue === '' ? undefined : readToken(query.continue);
  const revision = token?.revision ?? revisionFor(state, query);
  const hasLabels = labelMatcher(query.labelSelector ?? '');
  const hasFields = fieldMatcher(query.fieldSelector ?? '', info.kind);
  const isSelective = (query.labelSelector ?? '') !== '' || (query.fieldSelector ?? '') !== '';
  const prefix = namespace === undefined ? '' : `${namespace}/`;
  const fitting: Entry[] = [];
  let left = 0;
  for (const entry of sortedEntries(snapshot(state, info.name, revision))) {
    const [key, object] = entry;
    if (!key.startsWith(prefix) || (token !== undefined && key <= token.after)) continue;
    if (!hasLabels(object) || !hasFields(object)) continue;
    if (limit > 0 && fitting.length === limit) left += 1;
    else fitting.push(entry);
  }
  const last = fitting.at(-1);
  const hasMore = left > 0 && last !== undefined;
  const metadata: JsonObject = {
    resourceVersion: String(revision),
    ...(hasMore ? { continue: writeToken({ revision, after: last[0] }) } : {}),
    ...(hasMore && !isSelective ? { remainingItemCount: left } : {}),
  };
  // Items of built-in kinds come without kind and apiVersion; those of custom ones with them, as they are stored.
  const items: readonly Json[] = fitting.map(([, object]) => object);
  return { kind: 'whole', status: 200, body: { kind: info.listKind, apiVersion: apiVersionOf(info), metadata, items } };
}

function snapshot(state: ClusterState, resource: string, revision: number): Objects {
  if (revision === state.revision) return objectsOf(state, resource);
  if (revision < state.compactedTo) {
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    );
  }
  return objectsAt(state, resource, revision);
}

function revisionFor(state: ClusterState, query: Request['query']): number {
  const { resourceVersion = '', resourceVersionMatch: match = '' } = query;
  if (match !== '' && resourceVersion === '') {
    throw invalid({ kind: 'ListOptions', group: 'meta.k8s.io' }, [
      {
        reason: 'FieldValueForbidden',
        field: 'resourceVersionMatch',
        message: 'Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
      },
    ]);
  }
  const asked = wholeNumber(resourceVersion, 'resourceVersion');
  if (asked > state.revision) throw tooLarge(asked, state.revision);
  return match === 'Exact' ? asked : state.revision;
}

interface Token {
  readonly revision: number;
  readonly after: string;
}

function writeToken({ revision, after }: Token): string {
  return btoa(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: after }));
}

function readToken(text: string): Token {
  try {
    const { rv, start } = JSON.parse(atob(text));
    if (typeof rv === 'number' && typeof start === 'string') return { revision: rv, after: start };
  } catch {
    // Whatever it is, it is no token of ours.
  }
  throw badRequest('continue key is not valid: illegal base64 or encoding');
}

function wholeNumber(text: string | undefined, name: string): number {
  if (text === undefined || text === '') return 0;
  if (!/^\d+$/.test(text)) throw badRequest(`Invalid value: ${JSON.stringify(text)}: ${name} must be a whole number`);
  return Number(text);
}

const LONGEST_WATCH_S = 3_600;

/**
 * Where a watch begins.
 *
 * | query | it tells first |
 * | --- | --- |
 * | no `resourceVersion`, or 0 | ADDED for everything that is there |
 * | `sendInitialEvents=true` | the same, and then the bookmark that says that this was all |
 * | `resourceVersion` | what came after it |
 */
export function watch(state: ClusterState, address: Address, { query, accept }: Request, now: number): Answer {
  const { info, namespace, name } = address;
  const { labelSelector = '', resourceVersion = '', timeoutSeconds } = query;
  const fieldSelector = name === undefined ? (query.fieldSelector ?? '') : `metadata.name=${name}`;
  const hasLabels = labelMatcher(labelSelector);
  const hasFields = fieldMatcher(fieldSelector, info.kind);
  const asked = wholeNumber(resourceVersion, 'resourceVersion');
  if (asked > state.revision) throw tooLarge(asked, state.revision);
  const bookmarks = isTrue(query.allowWatchBookmarks);
  const isStreamingList = isTrue(query.sendInitialEvents);
  if (isStreamingList && query.resourceVersionMatch !== 'NotOlderThan') {
    throw invalid({ kind: 'ListOptions', group: 'meta.k8s.io' }, [
      {
        reason: 'FieldValueForbidden',
        field: 'resourceVersionMatch',
        message: 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      },
    ]);
  }
  const isFromNow = isStreamingList || asked === 0;
  const prefix = namespace === undefined ? '' : `${namespace}/`;
  const present: WatchEvent[] = isFromNow
    ? sortedEntries(objectsOf(state, info.name)).flatMap(([key, object]) =>
        key.startsWith(prefix) && hasLabels(object) && hasFields(object) ? [{ type: 'ADDED', object }] : [],
      )
    : [];
  const end = { 'k8s.io/initial-events-end': 'true' };
  const complete: WatchEvent[] =
    isStreamingList && bookmarks ? [{ type: 'BOOKMARK', object: bookmarkObject(state, info.name, state.revision, end) }] : [];
  const seconds = wholeNumber(timeoutSeconds, 'timeoutSeconds') || LONGEST_WATCH_S;
  return {
    kind: 'watch',
    cursor: {
      resource: info.name,
      namespace,
      labelSelector,
      fieldSelector,
      revision: isFromNow ? state.revision : asked,
      initial: [...present, ...complete],
      bookmarks,
      asTable: accept?.includes('as=Table') === true,
      endsAt: now + seconds * 1_000,
      ended: false,
    },
  };
}

export function isTrue(text: string | undefined): boolean {
  return text === 'true' || text === '1';
}

/** `metadata.resourceVersion`, as a number. */
export function revisionOf(object: JsonObject): number {
  return Number(stringAt(object, 'metadata', 'resourceVersion') ?? '0');
}
