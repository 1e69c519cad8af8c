import type { Event, Json } from '@ddprofiler-rc/core';
import { Observable, type Subscriber } from 'rxjs';
import { ApiFailure, asApiFailure, type FailureCode } from '../failure.ts';
import { failureOf } from '../json-answer.ts';
import type { WatchTarget } from '../resources.ts';
import { TimeLimit } from '../time-limit.ts';
import type { ApiRequest, Transport } from '../transport.ts';
import { linesOf } from './lines.ts';
import { listAll, selector } from './list.ts';
import { RetryDelay } from './retry-delay.ts';
import { readWatchEvent } from './watch-event.ts';

/** Why a watch was begun anew; a metric's label. */
export type RestartReason = 'closed' | 'expired' | 'stalled' | 'failed';

/** What of a stream matters; the same one for as long as that did not change. */
export interface Interest {
  keep(object: Json): boolean;
}

export interface WatchOptions {
  /** Milliseconds since any fixed moment. */
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** What of the target matters at present: all of it, where absent. */
  readonly interest?: (target: WatchTarget) => Interest;
  readonly onRestart?: (target: WatchTarget, reason: RestartReason) => void;
  /** Called for everything that arrives, bookmarks included. */
  readonly onActivity?: (target: WatchTarget) => void;
}

/** The server ends a watch after a time drawn from here, so that watches of many clients do not end together. */
const WATCH_MIN_S = 300;
const WATCH_MAX_S = 600;
/** Bookmarks come about once a minute: a watch that is silent for longer is dead, though its connection may look alive. */
const SILENCE_MS = 100_000;
const CONNECT_TIMEOUT_MS = 30_000;
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

/**
 * List, then watch from there, for good: what one target of the cluster tells, as events.
 *
 * | what happens | then |
 * | --- | --- |
 * | the server ends the watch, in time | watch from the last resourceVersion |
 * | silence for 100 s | list again: the connection is dead, or the position is ahead of a server that was restored from a backup |
 * | 410, as an answer or within the stream | list again at once; a second time within a minute: after a wait |
 * | refused, cut, ended at once, 429, 5xx, 401, 403 | after a wait (800 ms to 30 s, or Retry-After), watch from the last resourceVersion |
 * | anything else: a line that is no event, 400, 404 | after such a wait, list again |
 *
 * Guarantees: the first event but `streamFailed` is `listed`; no change is left out between a list and the next; events of one object
 * come in order. Not guaranteed: an event may come twice, and states between two lists may be left out. Never errors, never completes;
 * nothing stays open after unsubscribing.
 */
export function watchStream(transport: Transport, target: WatchTarget, options: WatchOptions): Observable<Event> {
  return new Observable((subscriber) => {
    const ended = new AbortController();
    follow(transport, target, options, subscriber, ended.signal).catch((error: unknown) => subscriber.error(error));
    return () => ended.abort();
  });
}

async function follow(
  transport: Transport,
  target: WatchTarget,
  options: WatchOptions,
  subscriber: Subscriber<Event>,
  ended: AbortSignal,
): Promise<void> {
  const delay = new RetryDelay(options.now, options.random);
  const position: Position = { resourceVersion: '', hasFailed: false };
  let lastExpired = Number.NEGATIVE_INFINITY;
  while (!ended.aborted) {
    try {
      if (position.resourceVersion === '') {
        const interest = options.interest?.(target);
        const keep = (object: Json) => interest?.keep(object) ?? true;
        const { resourceVersion, objects } = await listAll(transport, target, ended, keep);
        if (ended.aborted) return;
        position.resourceVersion = resourceVersion;
        options.onActivity?.(target);
        const partial = interest === options.interest?.(target) ? {} : ({ isPartial: true } as const);
        subscriber.next({ type: 'listed', stream: target.stream, resourceVersion, objects, ...partial });
      }
      const reason = await watchOnce(transport, target, options, subscriber, ended, position);
      if (ended.aborted) return;
      options.onRestart?.(target, reason);
      if (reason === 'stalled') position.resourceVersion = '';
    } catch (error) {
      if (ended.aborted) return;
      const failure = asApiFailure(error);
      const isExpired = failure.code === 'Gone';
      options.onRestart?.(target, isExpired ? 'expired' : 'failed');
      if (!KEEPS_PLACE.has(failure.code)) position.resourceVersion = '';
      if (isExpired) {
        const isFirst = options.now() - lastExpired > EXPIRES_AGAIN_MS;
        lastExpired = options.now();
        if (isFirst) continue;
      }
      position.hasFailed = true;
      subscriber.next({ type: 'streamFailed', stream: target.stream, failure: withHint(failure, target) });
      await wait(delay.next(failure.retryAfterMs), ended);
    }
  }
}

/** How far a stream has come. */
interface Position {
  /** Where the next watch starts; empty where only a new list tells. */
  resourceVersion: string;
  /** Whether `streamFailed` was the last that was told of the stream. */
  hasFailed: boolean;
}

async function watchOnce(
  transport: Transport,
  target: WatchTarget,
  options: WatchOptions,
  subscriber: Subscriber<Event>,
  ended: AbortSignal,
  position: Position,
): Promise<RestartReason> {
  const what = `watch ${target.what}`;
  const from = position.resourceVersion;
  const silence = new TimeLimit(SILENCE_MS, ended);
  const request: ApiRequest = {
    verb: 'watch',
    method: 'GET',
    path: target.path,
    query: {
      ...selector(target),
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: from,
      timeoutSeconds: String(Math.floor(WATCH_MIN_S + options.random() * (WATCH_MAX_S - WATCH_MIN_S))),
    },
    what,
    signal: silence.signal,
    timeoutMs: CONNECT_TIMEOUT_MS,
  };
  const started = options.now();
  try {
    const answer = await transport(request);
    if (answer.status !== 200) throw await failureOf(answer, request);
    silence.restart();
    if (position.hasFailed) subscriber.next({ type: 'streamOpened', stream: target.stream });
    position.hasFailed = false;
    for await (const line of linesOf(answer.body)) {
      if (ended.aborted) return 'closed';
      silence.restart();
      options.onActivity?.(target);
      const event = readWatchEvent(line, what);
      position.resourceVersion = event.resourceVersion;
      if (event.type !== 'bookmark' && (options.interest?.(target).keep(event.object) ?? true))
        subscriber.next({ type: event.type, stream: target.stream, object: event.object });
    }
  } catch (error) {
    if (silence.isUp) return 'stalled';
    throw error;
  } finally {
    silence.release();
  }
  if (position.resourceVersion === from && options.now() - started < SHORT_MS) {
    throw new ApiFailure('Unreachable', `${what}: the API server, or a proxy before it, ended the watch at once`);
  }
  return 'closed';
}

function withHint(failure: ApiFailure, target: WatchTarget): ReturnType<ApiFailure['toFailure']> {
  const plain = failure.toFailure();
  if (failure.code === 'NotFound') return { ...plain, message: `${plain.message}; ${target.hint.notFound}` };
  if (failure.code === 'Forbidden') return { ...plain, message: `${plain.message}; ${target.hint.forbidden}` };
  return plain;
}

function wait(ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ended.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      ended.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    ended.addEventListener('abort', done);
  });
}
