import { type Event, type Failure, memoryDue, type State, writeMemory } from '@ddprofiler-rc/core';
import { storeMemory, type Transport } from '@ddprofiler-rc/k8s-adapter';
import type { Logger } from './log.ts';
import type { Outcome } from './queue.ts';
import { Repeats } from './repeats.ts';

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

/** Keeps the memory of the last good rules as it must be: one call each run, until nothing is due. */
export class MemoryKeeper {
  readonly #parts: MemoryKeeperParts;
  readonly #repeats: Repeats<'memory', string>;
  /** The code of the last failure that was told in the log. */
  #told: string | undefined;

  constructor(parts: MemoryKeeperParts) {
    this.#parts = parts;
    this.#repeats = new Repeats((one, other) => one === other, parts.random);
  }

  async run(): Promise<Outcome> {
    const { transport, now, clock, state, emit } = this.#parts;
    const { memory, scope } = state();
    const due = memoryDue(state(), clock());
    if (due === undefined) return { kind: 'success' };
    const [kind, cause] = memory === undefined ? ['create', ''] : ['write', writeMemory(due).hash ?? ''];
    const { ms } = this.#repeats.waitFor('memory', kind, cause, now());
    if (ms > 0) return { kind: 'again', afterMs: ms };
    const event = await storeMemory(transport, scope.binding, memory, due, clock());
    // The leader keeps it.
    if (event.type === 'rememberFailed' && event.failure.code === 'NotLeading') return { kind: 'success' };
    emit(event);
    if (event.type === 'rememberFailed') return this.#failed(event.failure);
    this.#repeats.made('memory', kind, cause, now());
    this.#told = undefined;
    return { kind: 'again', afterMs: 0 };
  }

  #failed({ code, message, retryAfterMs }: Failure): Outcome {
    const { log } = this.#parts;
    // Another operator was faster, or somebody deleted it: the watch tells.
    const isOutdated = code === 'Conflict' || code === 'NotFound';
    if (isOutdated) log.debug({ reason: code }, message);
    else if (this.#told !== code) {
      this.#told = code;
      log.error(
        { reason: code },
        `cannot save the last good rules: clones whose rules are new, changed or removed stay as they are until it can: ${message}`,
      );
    }
    if (code === 'Invalid') return { kind: 'terminal', afterMs: REFUSED_AGAIN_MS };
    return retryAfterMs === undefined ? { kind: 'retry' } : { kind: 'retry', minimumDelayMs: retryAfterMs };
  }
}
