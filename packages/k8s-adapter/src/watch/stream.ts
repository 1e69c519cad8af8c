import type { StreamEvent, StreamId } from '@ddprofiler-rc/core';
import { Observable, type Subscriber } from 'rxjs';
import { TimeLimit } from '../connection/time-limit.ts';
import { asApiFailure } from '../failure.ts';
import { failureOf } from '../json-answer.ts';
import type { WatchTarget } from '../resources.ts';
import type { ApiRequest, Transport } from '../transport.ts';
import type { AuditPeriod } from './audit.ts';
import { EVERYTHING, type WatchFilter } from './filter.ts';
import { linesOf } from './lines.ts';
import { type Page, type PageRequest, readPage, selector } from './list.ts';
import { emptyStream, type Order, type RestartReason, step, type WatchInput, type WatchState } from './machine.ts';
import { readWatchEvent } from './watch-event.ts';

export interface WatchOptions<Stream extends string = StreamId> {
  /** Milliseconds since any fixed moment. */
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** What of the target matters at present; everything, where absent. */
  readonly filter?: (target: WatchTarget<Stream>) => WatchFilter;
  /** How often everything is listed once more, to find what was missed; every 20 to 30 minutes, where absent. */
  readonly audits?: AuditPeriod;
  readonly onRestart?: (target: WatchTarget<Stream>, reason: RestartReason) => void;
  /** Called for everything that arrives, bookmarks and what does not matter included; audits aside. */
  readonly onActivity?: (target: WatchTarget<Stream>) => void;
}

const MINUTE_MS = 60_000;
const AUDITS: AuditPeriod = { least: 20 * MINUTE_MS, most: 30 * MINUTE_MS };

const CONNECT_TIMEOUT_MS = 30_000;

/**
 * List, then watch from there, for good: what one target of the cluster tells, as events. What follows what is said in machine.ts; here it
 * is carried out.
 *
 * Guarantees: the first event but `streamFailed` is `listed`; no change is left out between a list and the next; events of one object
 * come in order. Not guaranteed: an event may come twice, and states between two lists may be left out. Never errors, never completes;
 * nothing stays open after unsubscribing.
 */
export function watchStream<Stream extends string>(
  transport: Transport,
  target: WatchTarget<Stream>,
  options: WatchOptions<Stream>,
): Observable<StreamEvent<Stream>> {
  return new Observable((subscriber) => {
    const stream = new WatchStream(transport, target, options, subscriber);
    stream.take({ type: 'started' });
    return () => stream.end();
  });
}

type WatchOrder = Extract<Order, { readonly do: 'watch' }>;

class WatchStream<Stream extends string> {
  readonly #transport: Transport;
  readonly #target: WatchTarget<Stream>;
  readonly #options: WatchOptions<Stream>;
  readonly #subscriber: Subscriber<StreamEvent<Stream>>;
  readonly #ended = new AbortController();
  #audit = new AbortController();
  #state: WatchState;

  constructor(
    transport: Transport,
    target: WatchTarget<Stream>,
    options: WatchOptions<Stream>,
    subscriber: Subscriber<StreamEvent<Stream>>,
  ) {
    this.#transport = transport;
    this.#target = target;
    this.#options = options;
    this.#subscriber = subscriber;
    this.#state = emptyStream(options.audits ?? AUDITS);
  }

  end(): void {
    this.#ended.abort();
    this.#audit.abort();
  }

  take(input: WatchInput): void {
    if (this.#hasEnded) return;
    const { now, random } = this.#options;
    const { state, orders } = step(this.#target, this.#state, input, { now: now(), random: random() });
    this.#state = state;
    // Who is told of an event may leave at once.
    for (const order of orders) if (!this.#hasEnded) this.#carryOut(order);
  }

  get #hasEnded(): boolean {
    return this.#ended.signal.aborted;
  }

  #carryOut(order: Order<Stream>): void {
    switch (order.do) {
      case 'list':
        this.#start(this.#list(order));
        return;
      case 'watch':
        this.#start(this.#watch(order));
        return;
      case 'wait':
        this.#start(wait(order.ms, this.#ended.signal).then(() => this.take({ type: 'waited' })));
        return;
      case 'emit':
        this.#subscriber.next(order.event);
        return;
      case 'countRestart':
        this.#options.onRestart?.(this.#target, order.reason);
        return;
      case 'audit':
        this.#audit = new AbortController();
        this.#start(this.#listOnceMore(order, this.#audit.signal));
        return;
      case 'giveUpAudit':
        this.#audit.abort();
        return;
    }
  }

  #start(work: Promise<void>): void {
    work.catch((error: unknown) => this.#subscriber.error(error));
  }

  async #list(request: PageRequest): Promise<void> {
    this.take(await this.#page(request));
  }

  async #page(request: PageRequest): Promise<WatchInput> {
    try {
      const page = await this.#read(request, this.#ended.signal);
      if (!this.#hasEnded) this.#options.onActivity?.(this.#target);
      return { type: 'page', page };
    } catch (error) {
      return { type: 'failed', failure: asApiFailure(error) };
    }
  }

  async #listOnceMore(request: PageRequest, signal: AbortSignal): Promise<void> {
    const input = await this.#read(request, signal).then(
      (page): WatchInput => ({ type: 'auditPage', page }),
      (): WatchInput => ({ type: 'auditFailed' }),
    );
    if (!signal.aborted) this.take(input);
  }

  #read(request: PageRequest, signal: AbortSignal): Promise<Page> {
    return readPage(this.#transport, this.#target, request, () => this.#filter, signal);
  }

  get #filter(): WatchFilter {
    return this.#options.filter?.(this.#target) ?? EVERYTHING;
  }

  async #watch(order: WatchOrder): Promise<void> {
    this.take(await this.#follow(order));
  }

  /** @returns how the watch ended */
  async #follow(order: WatchOrder): Promise<WatchInput> {
    const silence = new TimeLimit(order.silenceMs, this.#ended.signal);
    const request = this.#watchRequest(order, silence.signal);
    try {
      const answer = await this.#transport(request);
      if (answer.status !== 200) throw await failureOf(answer, request);
      silence.restart();
      this.take({ type: 'opened' });
      for await (const text of linesOf(answer.body)) {
        if (this.#hasEnded) break;
        silence.restart();
        this.#options.onActivity?.(this.#target);
        const line = readWatchEvent(text, request.what);
        const isWanted = line.type === 'bookmark' || this.#filter.keep(line.object);
        this.take({ type: 'line', line, isWanted });
      }
      return { type: 'ended' };
    } catch (error) {
      return silence.isUp ? { type: 'silent' } : { type: 'failed', failure: asApiFailure(error) };
    } finally {
      silence.release();
    }
  }

  #watchRequest({ from, timeoutSeconds }: WatchOrder, signal: AbortSignal): ApiRequest {
    const { path, what } = this.#target;
    return {
      verb: 'watch',
      method: 'GET',
      path,
      query: {
        ...selector(this.#target),
        watch: 'true',
        allowWatchBookmarks: 'true',
        resourceVersion: from,
        timeoutSeconds: String(timeoutSeconds),
      },
      what: `watch ${what}`,
      signal,
      timeoutMs: CONNECT_TIMEOUT_MS,
    };
  }
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
