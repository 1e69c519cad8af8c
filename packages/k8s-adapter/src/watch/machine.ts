import { compareResourceVersions, type Failure, type FailureCode, type StreamEvent, type StreamId } from '@ddprofiler-rc/core';
import { ApiFailure } from '../failure.ts';
import type { WatchTarget } from '../resources.ts';
import {
  type Audit,
  type Audited,
  type AuditPeriod,
  auditAfterLine,
  auditAfterList,
  auditAfterPage,
  noAudit,
  type Occasion,
  putOff,
} from './audit.ts';
import { afterFailure, type BackOff, NO_BACK_OFF } from './back-off.ts';
import type { Page } from './list.ts';
import type { WatchEvent } from './watch-event.ts';

/** Why a watch was begun anew; a metric's label. */
export type RestartReason = 'closed' | 'expired' | 'stalled' | 'failed';

/** How far one stream has come. */
export interface WatchState {
  readonly phase: Phase;
  /** Where the next watch starts; empty where only a new list tells. */
  readonly position: string;
  /** Whether `streamFailed` was the last that was told of the stream. */
  readonly hasFailed: boolean;
  readonly backOff: BackOff;
  /** When the server last let go of the position. */
  readonly expiredAt: number;
  readonly audit: Audit;
}

/**
 * | phase | waits for |
 * | --- | --- |
 * | empty | its start |
 * | listing | a page |
 * | listed | the answer to a watch |
 * | watching | a line, or the end of the watch |
 * | waiting | the end of its wait |
 */
type Phase =
  | { readonly name: 'empty' | 'waiting' }
  | { readonly name: 'listing'; readonly pages: readonly Page[] }
  | { readonly name: 'listed' | 'watching'; readonly from: string; readonly since: number };

/** What happens to a stream. */
export type WatchInput =
  | { readonly type: 'started' | 'opened' | 'ended' | 'silent' | 'waited' }
  | { readonly type: 'page'; readonly page: Page }
  /** `isWanted`: false where its object does not matter. */
  | { readonly type: 'line'; readonly line: WatchEvent; readonly isWanted: boolean }
  | { readonly type: 'failed'; readonly failure: ApiFailure }
  | { readonly type: 'auditPage'; readonly page: Page }
  | { readonly type: 'auditFailed' };

/** What is to be done. Of `list`, `watch` and `wait` one is always under way; beside it at most one `audit`. */
export type Order<Stream extends string = StreamId> =
  | { readonly do: 'list'; readonly next: string }
  /** Gives up when nothing comes for `silenceMs`. */
  | { readonly do: 'watch'; readonly from: string; readonly timeoutSeconds: number; readonly silenceMs: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'emit'; readonly event: StreamEvent<Stream> }
  | { readonly do: 'countRestart'; readonly reason: RestartReason }
  | { readonly do: 'audit'; readonly at: string; readonly next: string }
  | { readonly do: 'giveUpAudit' };

export interface Transition<Stream extends string = StreamId> {
  readonly state: WatchState;
  readonly orders: readonly Order<Stream>[];
}

/** The server ends a watch after a time drawn from here, so that watches of many clients do not end together. */
const WATCH_MIN_S = 300;
const WATCH_MAX_S = 600;
/** Bookmarks come about once a minute: a watch that is silent for longer is dead, though its connection may look alive. */
const SILENCE_MS = 100_000;
/** A watch that ends sooner, and came no further, counts as failed: else an eager server would be asked in a tight loop. */
const SHORT_MS = 1_000;
/** A second 410 within this time is a failing server, not an old position: else it would be asked for everything in a tight loop. */
const EXPIRES_AGAIN_MS = 60_000;

/** Failures that say nothing against the resourceVersion: the next watch goes on from it. */
const KEEPS_PLACE: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'Unreachable',
  'Timeout',
  'Credentials',
  'Unauthorized',
  'Forbidden',
  'TooManyRequests',
  'ServerError',
]);

/** A stream of which nothing is known. */
export function emptyStream(audits: AuditPeriod): WatchState {
  return {
    phase: { name: 'empty' },
    position: '',
    hasFailed: false,
    backOff: NO_BACK_OFF,
    expiredAt: Number.NEGATIVE_INFINITY,
    audit: noAudit(audits),
  };
}

/**
 * One step of one stream: empty → listing → listed → watching, and so on for good. Pure.
 *
 * | phase | what happens | then |
 * | --- | --- | --- |
 * | empty | started | the first page |
 * | listing | a page, and more are to come | the next page |
 * | listing | the last page | `listed`, and a watch from there |
 * | listed | the watch opens | its lines |
 * | watching | a line | told, if it is wanted; the position moves on, if it is not, too |
 * | watching | the server ends the watch, in time | a watch from the last position |
 * | listed, watching | silence for 100 s | a list: the connection is dead |
 * | any | 410, as an answer or within the stream | a list at once; a second time within a minute: after a wait |
 * | any | refused, cut, timed out, 429, 5xx, 401, 403; ended within 1 s, having come no further | after a wait (800 ms to 30 s, or Retry-After), a watch from the last position, if there is one |
 * | any | anything else: a line that is no event, 400, 404 | after such a wait, a list |
 * | waiting | the wait is over | the watch, or the list |
 *
 * Laws: whatever ends a request leads to another, or to a wait; between two requests after failures there is a wait, but for the first 410;
 * absence is told of after a complete list only; the position goes back by a list only.
 */
export function step<Stream extends string>(
  target: WatchTarget<Stream>,
  state: WatchState,
  input: WatchInput,
  occasion: Occasion,
): Transition<Stream> {
  const { phase } = state;
  switch (input.type) {
    case 'started':
    case 'waited':
      return state.position === '' ? list(state) : watch(state, occasion);
    case 'page':
      return phase.name === 'listing' ? onPage(target, state, [...phase.pages, input.page], occasion) : { state, orders: [] };
    case 'opened': {
      const isWatching = phase.name === 'listed' ? { ...phase, name: 'watching' as const } : phase;
      const event: StreamEvent<Stream> = { type: 'streamOpened', stream: target.stream };
      return { state: { ...state, phase: isWatching, hasFailed: false }, orders: state.hasFailed ? [emit(event)] : [] };
    }
    case 'line':
      return onLine(target, state, input.line, input.isWanted, occasion);
    case 'ended':
      return isTooShort(state, occasion)
        ? onFailure(target, state, endedAtOnce(target), occasion)
        : restarted('closed', watch(state, occasion));
    case 'silent':
      return restarted('stalled', list(state));
    case 'failed':
      return onFailure(target, state, input.failure, occasion);
    case 'auditPage':
      return withAudit(target, state, auditAfterPage(state.audit, input.page, occasion));
    case 'auditFailed':
      return { state: { ...state, audit: putOff(state.audit, occasion) }, orders: [] };
  }
}

function list(state: WatchState): Transition<never> {
  return { state: { ...state, position: '', phase: { name: 'listing', pages: [] } }, orders: [{ do: 'list', next: '' }] };
}

function watch(state: WatchState, { now, random }: Occasion): Transition<never> {
  const from = state.position;
  const timeoutSeconds = Math.floor(WATCH_MIN_S + random * (WATCH_MAX_S - WATCH_MIN_S));
  return {
    state: { ...state, phase: { name: 'listed', from, since: now } },
    orders: [{ do: 'watch', from, timeoutSeconds, silenceMs: SILENCE_MS }],
  };
}

function onPage<Stream extends string>(
  { stream }: WatchTarget<Stream>,
  state: WatchState,
  pages: readonly Page[],
  occasion: Occasion,
): Transition<Stream> {
  const last = pages.at(-1);
  if (last === undefined) return { state, orders: [] };
  const { resourceVersion, next, filter } = last;
  if (next !== '') return { state: { ...state, phase: { name: 'listing', pages } }, orders: [{ do: 'list', next }] };
  const objects = pages.flatMap((page) => page.objects);
  // The last page was chosen by what matters now.
  const isPartial = pages.some((page) => page.filter !== filter);
  const listed: StreamEvent<Stream> = { type: 'listed', stream, resourceVersion, objects, ...(isPartial ? { isPartial } : {}) };
  const giveUp: Order<Stream>[] = state.audit.run === undefined ? [] : [{ do: 'giveUpAudit' }];
  const audit = auditAfterList(state.audit, resourceVersion, occasion);
  return preceded([...giveUp, emit(listed)], watch({ ...state, position: resourceVersion, audit }, occasion));
}

function onLine<Stream extends string>(
  target: WatchTarget<Stream>,
  state: WatchState,
  line: WatchEvent,
  isWanted: boolean,
  occasion: Occasion,
): Transition<Stream> {
  const isAhead = compareResourceVersions(line.resourceVersion, state.position) > 0;
  const position = isAhead ? line.resourceVersion : state.position;
  const told: Order<Stream>[] =
    line.type === 'bookmark' || !isWanted ? [] : [emit({ type: line.type, stream: target.stream, object: line.object })];
  const audited = auditAfterLine(state.audit, line, position, occasion);
  return preceded(told, withAudit(target, { ...state, position }, audited));
}

function onFailure<Stream extends string>(
  target: WatchTarget<Stream>,
  former: WatchState,
  failure: ApiFailure,
  occasion: Occasion,
): Transition<Stream> {
  const isExpired = failure.code === 'Gone';
  const reason = isExpired ? 'expired' : 'failed';
  const state = { ...former, position: KEEPS_PLACE.has(failure.code) ? former.position : '' };
  if (isExpired && occasion.now - former.expiredAt > EXPIRES_AGAIN_MS) {
    return restarted(reason, list({ ...state, expiredAt: occasion.now }));
  }
  const { backOff, waitMs } = afterFailure(former.backOff, occasion, failure.retryAfterMs);
  const expiredAt = isExpired ? occasion.now : former.expiredAt;
  const event: StreamEvent<Stream> = { type: 'streamFailed', stream: target.stream, failure: withHint(failure, target) };
  return restarted(reason, {
    state: { ...state, phase: { name: 'waiting' }, hasFailed: true, backOff, expiredAt },
    orders: [emit(event), { do: 'wait', ms: waitMs }],
  });
}

function isTooShort({ phase, position }: WatchState, { now }: Occasion): boolean {
  const isWatch = phase.name === 'listed' || phase.name === 'watching';
  return isWatch && position === phase.from && now - phase.since < SHORT_MS;
}

function endedAtOnce({ what }: WatchTarget<string>): ApiFailure {
  return new ApiFailure('Unreachable', `watch ${what}: the API server, or a proxy before it, ended the watch at once`);
}

function withAudit<Stream extends string>(
  { stream }: WatchTarget<Stream>,
  state: WatchState,
  { audit, ask, found }: Audited,
): Transition<Stream> {
  const orders: Order<Stream>[] = [];
  if (found !== undefined) orders.push(emit({ type: 'audited', stream, ...found }));
  if (ask !== undefined) orders.push({ do: 'audit', ...ask });
  return { state: { ...state, audit }, orders };
}

function restarted<Stream extends string>(reason: RestartReason, next: Transition<Stream>): Transition<Stream> {
  return preceded([{ do: 'countRestart', reason }], next);
}

function preceded<Stream extends string>(orders: readonly Order<Stream>[], next: Transition<Stream>): Transition<Stream> {
  return { state: next.state, orders: [...orders, ...next.orders] };
}

function emit<Stream extends string>(event: StreamEvent<Stream>): Order<Stream> {
  return { do: 'emit', event };
}

function withHint(failure: ApiFailure, { hint }: WatchTarget<string>): Failure {
  const plain = failure.toFailure();
  if (failure.code === 'NotFound') return { ...plain, message: `${plain.message}; ${hint.notFound}` };
  if (failure.code === 'Forbidden') return { ...plain, message: `${plain.message}; ${hint.forbidden}` };
  return plain;
}
