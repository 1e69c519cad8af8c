import { type Event, type Failure, goneIn, type Key, memoryDue, type RuleBook, type State } from '@ddprofiler-rc/core';
import { storeMemory, type Transport } from '@ddprofiler-rc/k8s-adapter';
import { Complaints } from '../log/complaints.ts';
import type { Logger } from '../log/log.ts';
import type { Outcome } from '../queue/queue.ts';
import { Repeats, wholeMsUntil } from '../queue/repeats.ts';

export interface MemoryKeeperParts {
  readonly transport: Transport;
  /** Milliseconds since any fixed moment. */
  readonly now: () => number;
  /** The time: milliseconds since 1970. */
  readonly clock: () => number;
  readonly random: () => number;
  readonly log: Logger;
  readonly state: () => State;
  /** Takes the result of a call, before {@link MemoryKeeper.run} ends. */
  readonly emit: (event: Event) => void;
}

/** A refusal may be lifted without any event. */
const REFUSED_AGAIN_MS = 300_000;
/**
 * A clone that is not there may yet come up: its create may be on its way, or its answer lost, or another operator makes it that has not heard yet.
 * Its removal is remembered for longer than a write, or a watch that died in silence, goes unnoticed.
 */
const FORGOTTEN_AFTER_MS = 120_000;

/** Keeps the memory of the last good rules as it must be: one call each run, until nothing is due. */
export class MemoryKeeper {
  readonly #parts: MemoryKeeperParts;
  readonly #repeats: Repeats<'memory', RuleBook['stated']>;
  /** Since when clones that are to be removed are known not to be there. */
  readonly #gone = new Map<Key, number>();
  readonly #complaints = new Complaints();

  constructor(parts: MemoryKeeperParts) {
    this.#parts = parts;
    this.#repeats = new Repeats(parts.random);
  }

  async run(): Promise<Outcome> {
    const { transport, now, clock, state, emit } = this.#parts;
    const { memory, scope, book } = state();
    const forgetAt = this.#noteGone(now());
    const due = memoryDue(state(), clock(), (key) => (this.#gone.get(key) ?? now()) + FORGOTTEN_AFTER_MS <= now());
    if (due === undefined)
      return forgetAt === undefined ? { kind: 'success' } : { kind: 'again', afterMs: wholeMsUntil(forgetAt, now()) };
    const kind = memory === undefined ? 'create' : 'write';
    // What the text says now: somebody who edits rules waits for nothing, and who undoes our write does.
    const cause = book.stated;
    const { ms } = this.#repeats.waitFor('memory', kind, cause, now());
    if (ms > 0) return { kind: 'again', afterMs: ms };
    const event = await storeMemory(transport, scope.binding, memory, due, clock());
    // The leader keeps it.
    if (event.type === 'rememberFailed' && event.failure.code === 'NotLeading') return { kind: 'success' };
    emit(event);
    this.#repeats.made('memory', kind, cause, now());
    if (event.type === 'rememberFailed') return this.#failed(event.failure);
    this.#complaints.over();
    return { kind: 'again', afterMs: 0 };
  }

  /** @returns when the first of them may be forgotten */
  #noteGone(now: number): number | undefined {
    const gone = new Set(goneIn(this.#parts.state()));
    for (const key of this.#gone.keys()) if (!gone.has(key)) this.#gone.delete(key);
    for (const key of gone) if (!this.#gone.has(key)) this.#gone.set(key, now);
    const [first] = this.#gone.values();
    return first === undefined ? undefined : first + FORGOTTEN_AFTER_MS;
  }

  #failed({ code, message, retryAfterMs }: Failure): Outcome {
    const { log } = this.#parts;
    // Another operator was faster, or somebody deleted it: the watch tells.
    const isOutdated = code === 'Conflict' || code === 'NotFound';
    if (isOutdated) log.debug({ reason: code }, message);
    else if (this.#complaints.isNews(code)) log.error({ reason: code }, message);
    if (code === 'Invalid') return { kind: 'terminal', afterMs: REFUSED_AGAIN_MS };
    if (retryAfterMs === undefined) return { kind: 'retry' };
    this.#repeats.pause('memory', retryAfterMs, this.#parts.now());
    return { kind: 'retry', minimumDelayMs: retryAfterMs };
  }
}
