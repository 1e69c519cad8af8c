import { createHash } from 'node:crypto';
import type { Announcement } from '@ddprofiler-rc/core';
import { ApiFailure, createEvent, microTime, repeatEvent, type Telling, type Transport } from '@ddprofiler-rc/k8s-adapter';
import { Complaints } from '../log/complaints.ts';
import type { Logger } from '../log/log.ts';
import type { Outcome } from '../queue/queue.ts';

export interface EventRecorderParts {
  readonly transport: Transport;
  readonly clock: () => number;
  readonly log: Logger;
  /** Which operator tells: the host's name, or the pod's. */
  readonly instance: string;
  /** Asks for a run of this name. */
  readonly enqueue: (name: string) => void;
}

/** Announcements that wait to be told: more are not kept, for the same is in the log, in metrics and in the status. */
const WAITING = 500;
/** Names of Events told, with how often: what is forgotten here is asked of the API server. */
const REMEMBERED = 1_000;
/** The API server takes 1,024 bytes: fewer characters, where those are not plain ASCII. */
const NOTE_BYTES = 1_000;

/**
 * Tells people what happened, by Kubernetes Events. The same announcement is one Event whose series counts, before and after a restart too: its
 * name says what is told.
 */
export class EventRecorder {
  readonly #parts: EventRecorderParts;
  readonly #waiting = new Map<string, Announcement>();
  /** By name, how often an Event was told. */
  readonly #counts = new Map<string, number>();
  readonly #complaints = new Complaints();

  constructor(parts: EventRecorderParts) {
    this.#parts = parts;
  }

  tell(announcement: Announcement): void {
    const name = nameOf(announcement);
    if (this.#waiting.size >= WAITING && !this.#waiting.has(name)) return;
    this.#waiting.set(name, announcement);
    this.#parts.enqueue(name);
  }

  /** Tells the announcement of that name, if it still waits. */
  async run(name: string): Promise<Outcome> {
    const announcement = this.#waiting.get(name);
    if (announcement === undefined) return { kind: 'success' };
    const { clock, instance } = this.#parts;
    const told = { ...announcement, note: shortened(announcement.note) };
    const time = microTime(clock());
    try {
      const outcome = await this.#tell(told, { name, time, instance });
      this.#complaints.over();
      return outcome;
    } catch (error) {
      return this.#failed(name, error);
    }
  }

  /** One call at a time: what is to be asked next is asked by the next run, which may never come. */
  async #tell(announcement: Announcement, telling: Telling): Promise<Outcome> {
    const { transport } = this.#parts;
    const { name } = telling;
    const told = this.#counts.get(name) ?? 0;
    try {
      if (told === 0) await createEvent(transport, announcement, telling);
      else await repeatEvent(transport, announcement, telling, told + 1);
    } catch (error) {
      const isStale = error instanceof ApiFailure && error.code === (told === 0 ? 'Conflict' : 'NotFound');
      if (!isStale) throw error;
      // Told before this operator's life, or forgotten since by the cluster.
      if (told === 0) this.#remember(name, 1);
      else this.#counts.delete(name);
      return { kind: 'again', afterMs: 0 };
    }
    this.#remember(name, told + 1);
    this.#waiting.delete(name);
    return { kind: 'success' };
  }

  #remember(name: string, count: number): void {
    this.#counts.delete(name);
    this.#counts.set(name, count);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > REMEMBERED && oldest !== undefined) this.#counts.delete(oldest);
  }

  #failed(name: string, error: unknown): Outcome {
    if (!(error instanceof ApiFailure)) throw error;
    // The leader tells it.
    if (error.code === 'NotLeading') {
      this.#waiting.delete(name);
      return { kind: 'success' };
    }
    if (this.#complaints.isNews(error.code))
      this.#parts.log.warn({ reason: error.code }, `an Event is not told: ${error.message}`);
    // Forbidden, or in a namespace that is going or gone: nobody can be told.
    if (error.code === 'Forbidden' || error.code === 'Invalid' || error.code === 'NotFound') {
      this.#waiting.delete(name);
      return { kind: 'terminal' };
    }
    return error.retryAfterMs === undefined ? { kind: 'retry' } : { kind: 'retry', minimumDelayMs: error.retryAfterMs };
  }
}

/** Of the object that it is about, and of what is told. */
function nameOf({ regarding, type, reason, note }: Announcement): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([regarding.uid, type, reason, note]))
    .digest('hex')
    .slice(0, 16);
  return `${regarding.name.slice(0, 200).replace(/[^a-z0-9]+$/, '')}.${hash}`;
}

/** As much of it as fits, in whole characters. */
function shortened(note: string): string {
  const bytes = new Uint8Array(NOTE_BYTES);
  const { written } = new TextEncoder().encodeInto(note, bytes);
  return new TextDecoder().decode(bytes.subarray(0, written));
}
