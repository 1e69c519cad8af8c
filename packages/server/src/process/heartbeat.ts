const BEAT_MS = 1_000;

/**
 * Tells for how long the event loop has not turned. After a long stall requests are answered before timers run, so that the first one sees it;
 * whoever asks seldom sees a stall that is over by its next beat no more.
 */
export class Heartbeat {
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #lastBeat: number;

  /** Begins to beat; does not keep the process alive. @param now milliseconds since any fixed moment */
  constructor(now: () => number) {
    this.#now = now;
    this.#lastBeat = now();
    this.#timer = setInterval(() => {
      this.#lastBeat = now();
    }, BEAT_MS).unref();
  }

  get silentSeconds(): number {
    return Math.max(0, this.#now() - this.#lastBeat - BEAT_MS) / 1000;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
