import { backOffMs } from './back-off.ts';

/** A write that was not repeated for so long is a new one: more than the longest back-off. */
const FORGET_MS = 600_000;

/** From this delay on people are told: what was undone once or twice was a hand on kubectl. */
const TELLING_DELAY_MS = 1_000;

interface Series {
  readonly times: number;
  readonly lastAt: number;
  readonly delayMs: number;
}

/**
 * No call is repeated without back-off, whatever its answer says: the same kind of write, for the same cause, waits after each time twice as long
 * as before. The queue's own back-off is for writes that fail; this one is for those that succeed and come to nothing, as where a policy strips
 * what we write, or a controller puts back what we change.
 *
 * It also keeps how long the server wants to be left alone about a key (Retry-After), whatever happens meanwhile: the queue's delay of a retry
 * ends with the next event.
 */
export class Repeats<Key, Cause> {
  readonly #random: () => number;
  #sweptAt = 0;
  readonly #series = new Map<Key, { readonly cause: Cause; readonly kinds: Map<string, Series> }>();
  /** By key, before when no write is to be tried. */
  readonly #notBefore = new Map<Key, number>();

  /** @param random uniform in [0, 1) */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Milliseconds until this write may be made; 0: now. `isTold`: it was undone so often that people should know. */
  waitFor(key: Key, kind: string, cause: Cause, now: number): { readonly ms: number; readonly isTold: boolean } {
    const series = this.#seriesOf(key, cause, now)?.get(kind);
    const backOffEnd = series === undefined ? now : series.lastAt + series.delayMs;
    const ms = wholeMsUntil(Math.max(backOffEnd, this.#notBefore.get(key) ?? now), now);
    if (ms === 0) this.#notBefore.delete(key);
    return { ms, isTold: series !== undefined && series.delayMs >= TELLING_DELAY_MS };
  }

  /** The server asked to be left alone about this key. */
  pause(key: Key, ms: number, now: number): void {
    this.#notBefore.set(key, now + ms);
  }

  /** Nothing is to be written any more: what the server asked for was about a write that is off. */
  endPause(key: Key): void {
    this.#notBefore.delete(key);
  }

  /** The write was answered, whatever the answer is. Causes are told apart by identity. */
  made(key: Key, kind: string, cause: Cause, now: number): void {
    const kinds = this.#seriesOf(key, cause, now) ?? new Map<string, Series>();
    const times = (kinds.get(kind)?.times ?? 0) + 1;
    kinds.set(kind, { times, lastAt: now, delayMs: backOffMs(times, this.#random()) });
    this.#series.set(key, { cause, kinds });
    this.#sweep(now);
  }

  /** Lets go of keys that may be no more. That one is gone is no reason to: whoever makes it anew each time is slowed down too. */
  #sweep(now: number): void {
    if (now - this.#sweptAt < FORGET_MS) return;
    this.#sweptAt = now;
    for (const [key, { kinds }] of this.#series) if (isQuiet(kinds, now)) this.#series.delete(key);
  }

  #seriesOf(key: Key, cause: Cause, now: number): Map<string, Series> | undefined {
    const known = this.#series.get(key);
    if (known === undefined) return undefined;
    if (known.cause === cause && !isQuiet(known.kinds, now)) return known.kinds;
    this.#series.delete(key);
    return undefined;
  }
}

/** Timers know whole milliseconds: one that is over a fraction too early would be set again and again. 0 once it is time. */
export function wholeMsUntil(time: number, now: number): number {
  return Math.max(0, Math.ceil(time - now));
}

function isQuiet(kinds: ReadonlyMap<string, Series>, now: number): boolean {
  return [...kinds.values()].every(({ lastAt }) => now - lastAt > FORGET_MS);
}
