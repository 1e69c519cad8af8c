/** The first wait is 800 ms at least, after jitter. */
const FIRST_MS = 1_600;
const MOST_MS = 30_000;
const HEALTHY_AFTER_MS = 120_000;

/**
 * Back-off of one watch stream: doubles with each failure up to 30 s, and starts again after 2 minutes without one. With jitter, `[0.5, 1)`
 * of the wait, so that many operators do not come back at once.
 */
export class RetryDelay {
  readonly #now: () => number;
  readonly #random: () => number;
  #failures = 0;
  #lastFailure = 0;

  constructor(now: () => number, random: () => number) {
    this.#now = now;
    this.#random = random;
  }

  /** The wait after one more failure; at least `atLeastMs` (a server's Retry-After). */
  next(atLeastMs = 0): number {
    const now = this.#now();
    if (now - this.#lastFailure > HEALTHY_AFTER_MS) this.#failures = 0;
    this.#lastFailure = now;
    const wait = Math.min(FIRST_MS * 2 ** this.#failures, MOST_MS);
    if (wait < MOST_MS) this.#failures += 1;
    return Math.max(atLeastMs, wait * (0.5 + this.#random() / 2));
  }
}
