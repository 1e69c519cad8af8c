import FakeTimers, { type Clock } from '@sinonjs/fake-timers';

/** Taken before any clock is replaced. */
const realSetImmediate = globalThis.setImmediate;

/** Simulated time begins here: a whole second, so that times in traces read well. */
export const EPOCH_MS = Date.UTC(2026, 0, 1);

/** `setImmediate` and `process.nextTick` stay real: they carry promises to their end, not time. */
const REPLACED = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] as const;

/**
 * The clock of a simulated history: replaces the global timers, `Date` and `performance` of this thread until it is taken away. Time
 * stands still while anything can still happen at the present moment, then jumps to the next timer.
 *
 * So a history is a function of its plan: between two timers only promises run, and those run in one order.
 */
export class SimulatedClock {
  readonly #clock: Clock;
  readonly #start: number;

  constructor() {
    this.#clock = FakeTimers.install({ now: EPOCH_MS, toFake: [...REPLACED], loopLimit: Number.MAX_SAFE_INTEGER });
    this.#start = performance.now();
  }

  /** Milliseconds since the history began. Jumps of `Date` do not touch it. */
  readonly now = (): number => performance.now() - this.#start;

  /** The time that the cluster has: its machine's clock does not jump when the operator's does. */
  readonly clusterTime = (): number => EPOCH_MS + this.now();

  /** `Date` jumps; timers go on as they were. */
  jumpDate(byMs: number): void {
    this.#clock.setSystemTime(Date.now() + byMs);
  }

  /** Runs everything that is due up to `untilMs` since the beginning. */
  async runUntil(untilMs: number): Promise<void> {
    let isReached = false;
    setTimeout(() => {
      isReached = true;
    }, untilMs - this.now());
    await settled();
    while (!isReached) {
      this.#clock.next();
      await settled();
    }
  }

  /** Timers that are armed at present. */
  get armed(): number {
    return this.#clock.countTimers();
  }

  /** Gives the real clock back. @returns how long the history was, in simulated milliseconds */
  uninstall(): number {
    const length = this.now();
    this.#clock.uninstall();
    return length;
  }
}

/** Resolves when no promise has anything left to do: Node runs all of them before it comes to an immediate. */
function settled(): Promise<void> {
  return new Promise((resolve) => realSetImmediate(resolve));
}
