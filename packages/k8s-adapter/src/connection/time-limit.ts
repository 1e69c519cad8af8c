/**
 * An abort signal that fires when time is up, or when a parent signal fires; the parent keeps no trace of it once it is released.
 *
 * `AbortSignal.timeout` and `AbortSignal.any` are not used: no simulated clock drives the first, and a parent that lives as long as the
 * process collects what the second leaves on it.
 */
export class TimeLimit {
  readonly #ms: number;
  readonly #parent: AbortSignal | undefined;
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isUp = false;

  /** The time does not run before `restart`. */
  constructor(ms: number, parent?: AbortSignal) {
    this.#ms = ms;
    this.#parent = parent;
    if (parent?.aborted === true) this.#controller.abort();
    else parent?.addEventListener('abort', this.#abort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the time is up; false where the parent aborted first. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** The time runs anew from now. */
  restart(): void {
    clearTimeout(this.#timer);
    if (this.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#isUp = true;
      this.#abort();
    }, this.#ms);
  }

  /** Takes the limit away; the parent still aborts. */
  lift(): void {
    clearTimeout(this.#timer);
  }

  /** Lets go of timer and parent. */
  release(): void {
    this.lift();
    this.#parent?.removeEventListener('abort', this.#abort);
  }

  readonly #abort = (): void => {
    this.release();
    this.#controller.abort();
  };
}
