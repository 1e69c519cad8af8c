import type { Event } from '@ddprofiler-rc/core';
import { Observable, type Subscriber } from 'rxjs';
import { type ApiFailure, asApiFailure } from '../failure.ts';
import { failureOf } from '../json-answer.ts';
import type { WatchTarget } from '../resources.ts';
import type { Transport } from '../transport.ts';
import { linesOf } from './lines.ts';
import { listAll, selector } from './list.ts';
import { RetryDelay } from './retry-delay.ts';
import { readWatchEvent } from './watch-event.ts';

/** Why a watch was begun anew; a metric's label. */
export type RestartReason = 'closed' | 'expired' | 'stalled' | 'failed';

export interface WatchOptions {
  /** Milliseconds since any fixed moment. */
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
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
/** A watch that ends sooner, and told nothing, counts as failed: else an eager server would be asked in a tight loop. */
const SHORT_MS = 1_000;

/**
 * List, then watch from there, for good: what one target of the cluster tells, as events.
 *
 * | what happens | then |
 * | --- | --- |
 * | the server ends the watch, in time | watch from the last resourceVersion |
 * | silence for 100 s | as above |
 * | 410, as an answer or within the stream | list again at once |
 * | a line that is no event | list again, after a wait |
 * | anything else: refused, cut, 429, 5xx, 401, 403, 404 | after a wait (800 ms to 30 s, or Retry-After), watch from the last resourceVersion |
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
  const position = new Position();
  while (!ended.aborted) {
    try {
      if (position.resourceVersion === '') {
        const { resourceVersion, objects } = await listAll(transport, target, ended);
        if (ended.aborted) return;
        position.reached(resourceVersion);
        options.onActivity?.(target);
        subscriber.next({ type: 'listed', stream: target.stream, resourceVersion, objects });
      }
      const reason = await watchOnce(transport, target, options, subscriber, ended, position);
      options.onRestart?.(target, reason);
    } catch (error) {
      if (ended.aborted) return;
      const failure = asApiFailure(error);
      options.onRestart?.(target, failure.code === 'Gone' ? 'expired' : 'failed');
      if (failure.code === 'Gone' || failure.code === 'Malformed') position.lost();
      if (failure.code === 'Gone' && position.progressed()) continue;
      position.failed();
      subscriber.next({ type: 'streamFailed', stream: target.stream, failure: withHint(failure, target) });
      await wait(delay.next(failure.retryAfterMs), ended);
    }
  }
}

/** How far a stream has come, and whether it has come any further since it was last asked. */
class Position {
  /** Where the next watch starts; empty where only a new list tells. */
  resourceVersion = '';
  hasFailed = false;
  #progress = false;

  reached(resourceVersion: string): void {
    this.resourceVersion = resourceVersion;
    this.#progress = true;
  }

  lost(): void {
    this.resourceVersion = '';
  }

  failed(): void {
    this.hasFailed = true;
  }

  /** True once for each stretch of progress: two 410 without anything between them are a failing server, not an old position. */
  progressed(): boolean {
    const progress = this.#progress;
    this.#progress = false;
    return progress;
  }
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
  const silence = new Watchdog(SILENCE_MS);
  const request = {
    verb: 'watch' as const,
    method: 'GET' as const,
    path: target.path,
    query: {
      ...selector(target),
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: position.resourceVersion,
      timeoutSeconds: String(Math.floor(WATCH_MIN_S + options.random() * (WATCH_MAX_S - WATCH_MIN_S))),
    },
    what,
    signal: AbortSignal.any([ended, silence.signal]),
    timeoutMs: CONNECT_TIMEOUT_MS,
  };
  const started = options.now();
  let events = 0;
  try {
    const answer = await transport(request);
    if (answer.status !== 200) throw await failureOf(answer, request);
    silence.reset();
    if (position.hasFailed) subscriber.next({ type: 'streamOpened', stream: target.stream });
    position.hasFailed = false;
    for await (const line of linesOf(answer.body)) {
      if (ended.aborted) return 'closed';
      silence.reset();
      options.onActivity?.(target);
      const event = readWatchEvent(line, what);
      events += 1;
      position.reached(event.resourceVersion);
      if (event.type !== 'bookmark') subscriber.next({ type: event.type, stream: target.stream, object: event.object });
    }
  } catch (error) {
    if (silence.barked && !ended.aborted) return 'stalled';
    throw error;
  } finally {
    silence.stop();
  }
  if (events === 0 && options.now() - started < SHORT_MS)
    throw asApiFailure(new Error(`${what}: the API server ended it at once`));
  return 'closed';
}

/** Aborts when it was not reset for `ms`. */
class Watchdog {
  readonly #ms: number;
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ms: number) {
    this.#ms = ms;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get barked(): boolean {
    return this.#controller.signal.aborted;
  }

  reset(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#controller.abort(), this.#ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
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
