import PQueue from 'p-queue';
import { backOffMs } from './back-off.ts';
import type { QueueObserver } from './queue-observer.ts';
import { LONGEST_TIMER_MS } from './timer.ts';
import { DEFAULT_RETRY_BUDGET, fullBucket, refund, reserve, type TokenBucket, type TokenBucketLimits } from './token-bucket.ts';

/**
 * What a run came to, and what the queue then does with its key:
 *
 * | outcome | failure count | next run |
 * | --- | --- | --- |
 * | success | reset | when added |
 * | terminal | reset | after `afterMs`, if it has one, or when added |
 * | again | reset | after `afterMs`, or when added |
 * | retry, or the run rejected | + 1 | after the longest of back-off, retry budget and `minimumDelayMs`, or when added |
 *
 * Whatever the outcome, a key that was added while it ran runs again at once.
 */
export type Outcome =
  | { readonly kind: 'success' }
  /** `afterMs`: when to look again, for what refused it may be lifted without any event. */
  | { readonly kind: 'terminal'; readonly afterMs?: number }
  | { readonly kind: 'again'; readonly afterMs: number }
  /** `minimumDelayMs`: what the server asked for with Retry-After. */
  | { readonly kind: 'retry'; readonly minimumDelayMs?: number };

export interface KeyedQueueOptions<Key extends string> {
  /** Runs at a time, 1 or more. */
  readonly concurrency: number;
  /** Runs that start in each `intervalMs`, over all keys; no limit where either is absent. */
  readonly intervalCap?: number;
  readonly intervalMs?: number;
  readonly run: (key: Key) => Promise<Outcome>;
  /** Milliseconds, of any clock. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly observer?: QueueObserver<Key>;
  /** Limits retries of all keys together, and nothing else. */
  readonly retryBudget?: TokenBucketLimits;
}

/**
 * The work queue: which key runs when. A key is in at most one row of this table, but for *dirty and processing*:
 *
 * | set | meaning | `add` |
 * | --- | --- | --- |
 * | – | nothing to do | → dirty |
 * | waiting | a timer runs (back-off, or `again`) | timer cancelled, → dirty |
 * | dirty | to be run as soon as concurrency and rate allow | nothing: one run is enough |
 * | processing | runs now | → dirty and processing |
 * | dirty and processing | runs now, and goes in again when it ends | nothing |
 *
 * Guarantees: a key never runs twice at once; every `add` is followed by a run that starts after it; a key that fails delays no
 * other; all maps are empty when there is nothing to do. Not guaranteed: order among keys.
 *
 * p-queue holds one task per key that is dirty and not processing, and decides on concurrency and rate. It knows no keys, so the
 * sets are beside it. Timers are the global ones, as p-queue's are: simulation replaces both together.
 */
export class KeyedQueue<Key extends string> {
  readonly #options: KeyedQueueOptions<Key>;
  readonly #retryBudget: TokenBucketLimits;
  readonly #waiting = new Map<Key, { readonly timer: NodeJS.Timeout; readonly isRetry: boolean }>();
  /** With the time at which each went in. */
  readonly #dirty = new Map<Key, number>();
  /** With the time at which each began. */
  readonly #processing = new Map<Key, number>();
  readonly #failures = new Map<Key, number>();
  #tokens: TokenBucket;
  #tasks: PQueue;
  #latestWallClock = 0;
  #lastStartedAt = 0;
  #stopping: PromiseWithResolvers<void> | undefined;

  constructor(options: KeyedQueueOptions<Key>) {
    this.#options = options;
    this.#retryBudget = options.retryBudget ?? DEFAULT_RETRY_BUDGET;
    this.#tokens = fullBucket(this.#retryBudget, options.now());
    this.#tasks = this.#newTasks();
  }

  /** Has `key` run once more, starting after this call returned. Ignored once the queue is stopping. */
  add(key: Key): void {
    if (this.#stopping !== undefined || this.#dirty.has(key)) return;
    this.#cancelTimer(key);
    this.#dirty.set(key, this.#options.now());
    if (!this.#processing.has(key)) this.#enqueue(key);
    this.#options.observer?.added?.(key);
  }

  /**
   * Refuses new keys, drops those that wait, and resolves when what runs has ended. It sets no limit of its own: a caller that will
   * not wait longer stops waiting.
   */
  stop(): Promise<void> {
    if (this.#stopping === undefined) {
      this.#stopping = Promise.withResolvers<void>();
      for (const { timer } of this.#waiting.values()) clearTimeout(timer);
      this.#waiting.clear();
      this.#dirty.clear();
      this.#failures.clear();
      this.#tasks.clear();
      if (this.#processing.size === 0) this.#stopping.resolve();
    }
    return this.#stopping.promise;
  }

  get concurrency(): number {
    return this.#options.concurrency;
  }

  /** Keys to be run as soon as possible: neither those that run, nor those that wait for a timer. */
  get depth(): number {
    let alsoProcessing = 0;
    for (const key of this.#processing.keys()) if (this.#dirty.has(key)) alsoProcessing += 1;
    return this.#dirty.size - alsoProcessing;
  }

  get processing(): number {
    return this.#processing.size;
  }

  /** Keys that wait for a timer after a failure. */
  get retrying(): number {
    let count = 0;
    for (const { isRetry } of this.#waiting.values()) if (isRetry) count += 1;
    return count;
  }

  /** The ages of all present runs together, in seconds. A sum that grows for long tells of stuck runs. */
  unfinishedSeconds(): number {
    let sum = 0;
    for (const startedAt of this.#processing.values()) sum += this.#secondsSince(startedAt);
    return sum;
  }

  longestRunningSeconds(): number {
    let longest = 0;
    for (const startedAt of this.#processing.values()) longest = Math.max(longest, this.#secondsSince(startedAt));
    return longest;
  }

  /** For how long keys have been ready while none began, though places are free; 0 where that is not so. */
  stalledSeconds(): number {
    if (this.#processing.size >= this.#options.concurrency) return 0;
    // They went in in the order of their times: the first is the oldest.
    for (const [key, addedAt] of this.#dirty)
      if (!this.#processing.has(key)) return this.#secondsSince(Math.max(addedAt, this.#lastStartedAt));
    return 0;
  }

  /** True when the queue remembers nothing of any key. */
  get isEmpty(): boolean {
    return this.#waiting.size + this.#dirty.size + this.#processing.size + this.#failures.size === 0;
  }

  #enqueue(key: Key): void {
    if (this.#hasClockGoneBack()) this.#renewTasks();
    else this.#startSoon(key);
  }

  #startSoon(key: Key): void {
    // No rejection is left to handle: a task catches that of its run, and p-queue that of a cleared task.
    void this.#tasks.add(() => this.#process(key));
  }

  async #process(key: Key): Promise<void> {
    // p-queue may start this task within `add`, before the caller is done with the event that led to it. The run starts a microtask
    // later, and the key stays dirty until then, so that an `add` in between still precedes the run that it counts on.
    await null;
    const addedAt = this.#dirty.get(key);
    // Gone: the queue was stopped. Processing: a task from before a clock step overlaps with its successor; the run goes in again.
    if (addedAt === undefined || this.#processing.has(key)) return;
    this.#dirty.delete(key);
    const startedAt = this.#options.now();
    this.#processing.set(key, startedAt);
    this.#lastStartedAt = startedAt;
    const { observer } = this.#options;
    observer?.started?.(key, Math.max(0, startedAt - addedAt) / 1000);

    let outcome: Outcome;
    let crash: { readonly error: unknown } | undefined;
    try {
      outcome = await this.#options.run(key);
    } catch (error) {
      outcome = { kind: 'retry' };
      crash = { error };
    }

    const took = this.#secondsSince(startedAt);
    this.#processing.delete(key);
    this.#settle(key, outcome);
    observer?.finished?.(key, took);
    if (crash !== undefined) observer?.crashed?.(key, crash.error, took);
  }

  #settle(key: Key, outcome: Outcome): void {
    if (this.#stopping !== undefined) {
      if (this.#processing.size === 0) this.#stopping.resolve();
      return;
    }
    const failures = outcome.kind === 'retry' ? (this.#failures.get(key) ?? 0) + 1 : 0;
    if (failures > 0) this.#failures.set(key, failures);
    else this.#failures.delete(key);

    if (this.#dirty.has(key)) {
      this.#enqueue(key);
      return;
    }
    switch (outcome.kind) {
      case 'success':
        return;
      case 'terminal':
        if (outcome.afterMs !== undefined) this.#wait(key, outcome.afterMs, failures);
        return;
      case 'again':
        this.#wait(key, outcome.afterMs, failures);
        return;
      case 'retry': {
        const { bucket, delayMs } = reserve(this.#tokens, this.#retryBudget, this.#options.now());
        this.#tokens = bucket;
        this.#wait(key, Math.max(backOffMs(failures, this.#options.random()), delayMs, outcome.minimumDelayMs ?? 0), failures);
        return;
      }
    }
  }

  #wait(key: Key, delayMs: number, failures: number): void {
    const timer = setTimeout(
      () => {
        this.#waiting.delete(key);
        this.add(key);
      },
      Math.min(Math.max(0, delayMs), LONGEST_TIMER_MS),
    );
    this.#waiting.set(key, { timer, isRetry: failures > 0 });
    this.#options.observer?.delayed?.(key, delayMs / 1000, failures);
  }

  /** A retry that an event forestalls needs its token no more. */
  #cancelTimer(key: Key): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    this.#waiting.delete(key);
    if (waiting.isRetry) this.#tokens = refund(this.#tokens, this.#retryBudget, this.#options.now());
  }

  #newTasks(): PQueue {
    const { concurrency, intervalCap, intervalMs } = this.#options;
    return new PQueue({ concurrency, intervalCap, interval: intervalMs });
  }

  /**
   * p-queue keeps the end of its rate window as a time of `Date.now()`: when that clock goes back by an hour, it would hold every key
   * for an hour. So all that is dirty moves to a new p-queue then. What runs in the former one ends there, and for so long the
   * concurrency may be exceeded, which is the lesser harm.
   */
  #renewTasks(): void {
    const former = this.#tasks;
    this.#tasks = this.#newTasks();
    former.clear();
    for (const key of this.#dirty.keys()) if (!this.#processing.has(key)) this.#startSoon(key);
  }

  /** Steps within one window are left alone: they hold a key for as long as the rate limit may anyway. */
  #hasClockGoneBack(): boolean {
    const { intervalCap, intervalMs } = this.#options;
    if (intervalCap === undefined || intervalMs === undefined) return false;
    const wallClock = Date.now();
    const hasGoneBack = wallClock < this.#latestWallClock - intervalMs;
    this.#latestWallClock = hasGoneBack ? wallClock : Math.max(wallClock, this.#latestWallClock);
    return hasGoneBack;
  }

  #secondsSince(startMs: number): number {
    return Math.max(0, this.#options.now() - startMs) / 1000;
  }
}
