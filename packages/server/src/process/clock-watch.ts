import type { Logger } from '../log/log.ts';

/** Whole seconds, and the time that an answer takes, are no error of a clock. In seconds. */
const TOLERATED = 60;

/**
 * Compares the clock of this machine with the API server's, as its answers tell it: by a clock that runs ahead, rules with `active_until` end
 * too early.
 */
export class ClockWatch {
  readonly #clock: () => number;
  readonly #log: Logger;
  #skewSeconds = 0;

  /** @param clock milliseconds since 1970 */
  constructor(clock: () => number, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  /** By how much our clock is ahead of the API server's, in seconds; below 0 where it is behind. 0 before the first answer. */
  get skewSeconds(): number {
    return this.#skewSeconds;
  }

  /** @param serverTime of an answer that has just come: milliseconds since 1970; absent where it did not say */
  heard(serverTime: number | undefined): void {
    if (serverTime === undefined) return;
    const former = this.#skewSeconds;
    this.#skewSeconds = Math.round((this.#clock() - serverTime) / 1_000);
    if (isTolerated(former) === isTolerated(this.#skewSeconds)) return;
    const about = { skewSeconds: this.#skewSeconds };
    if (isTolerated(this.#skewSeconds)) {
      this.#log.info(about, 'the clock of this machine agrees with the API server again');
      return;
    }
    const [direction, effect] = this.#skewSeconds > 0 ? ['ahead of', 'early'] : ['behind', 'late'];
    this.#log.warn(
      about,
      `the clock of this machine is ${Math.abs(this.#skewSeconds)} s ${direction} the API server's: rules with active_until end too ${effect}; correct the clock`,
    );
  }
}

function isTolerated(seconds: number): boolean {
  return Math.abs(seconds) <= TOLERATED;
}
