import type { ResourceInfo } from '../kinds/index.ts';
import type { Answer, Request, WatchEvent } from '../request.ts';
import type { ClusterState } from '../state.ts';
import { type Address, apiVersionOf } from './address.ts';
import { matcherOf } from './list.ts';
import { checkListOptions } from './list-options.ts';
import { integer, isTrue, revision } from './query.ts';
import { tooLarge } from './status-error.ts';
import { objectsOf, sortedEntries } from './store.ts';
import { bookmarkObject } from './watch.ts';

/** The real server draws it from here up to twice as much. */
const LONGEST_WATCH_S = 1_800;

/**
 * Where a watch begins.
 *
 * | query | it tells first |
 * | --- | --- |
 * | no `resourceVersion`, or 0 | ADDED for everything that is there |
 * | `sendInitialEvents=true` | the same, and then, if bookmarks are allowed, the one that says that this was all |
 * | `resourceVersion`, `sendInitialEvents=false` | what came after it, or after now |
 *
 * A revision that is yet to come is waited for; what happens before it is not told.
 */
export function watch(state: ClusterState, address: Address, { query, accept }: Request, now: number): Answer {
  const { info, namespace } = address;
  checkListOptions(query, true);
  const fits = matcherOf(info, query);
  const seconds = integer(query.timeoutSeconds) ?? 0;
  const asked = revision(query.resourceVersion);
  const bookmarks = isTrue(query.allowWatchBookmarks);
  const isStreamingList = isTrue(query.sendInitialEvents);
  const isFromNow = isStreamingList || asked === 0;
  const tellsPresent = isStreamingList || (asked === 0 && query.sendInitialEvents === undefined);
  const prefix = namespace === undefined ? '' : `${namespace}/`;
  const initial: WatchEvent[] = [];
  const isTooEarly = isStreamingList && asked > state.revision;
  if (isTooEarly) {
    initial.push({ type: 'ERROR', object: tooLarge(asked, state.revision).toStatus() });
  } else if (tellsPresent) {
    for (const [key, object] of sortedEntries(objectsOf(state, info.name)))
      if (key.startsWith(prefix) && fits(object)) initial.push({ type: 'ADDED', object });
    if (isStreamingList && bookmarks) initial.push(lastOfInitial(state, info));
  }
  return {
    kind: 'watch',
    cursor: {
      resource: info.name,
      kind: info.kind,
      apiVersion: apiVersionOf(info),
      namespace,
      labelSelector: query.labelSelector ?? '',
      fieldSelector: query.fieldSelector ?? '',
      revision: isFromNow ? state.revision : asked,
      initial,
      bookmarks,
      asTable: accept?.includes('as=Table') === true,
      endsAt: isTooEarly ? now : now + (seconds > 0 ? seconds : LONGEST_WATCH_S) * 1_000,
      ended: false,
    },
  };
}

function lastOfInitial(state: ClusterState, info: ResourceInfo): WatchEvent {
  const annotations = { 'k8s.io/initial-events-end': 'true' };
  return { type: 'BOOKMARK', object: bookmarkObject(info.kind, apiVersionOf(info), state.revision, annotations) };
}
