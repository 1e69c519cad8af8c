import type { Announcement, Event, Snapshot, State } from '@ddprofiler-rc/core';
import type { Transport } from '@ddprofiler-rc/k8s-adapter';
import { auditTime, map, type Observable, Subject, type Subscription } from 'rxjs';
import type { Logger } from '../log/log.ts';
import { KeyedQueue } from '../queue/queue.ts';
import { EventRecorder } from '../report/event-recorder.ts';
import { StatusWriter } from '../report/status-writer.ts';
import { debouncePerKey } from './debounce.ts';
import { MemoryKeeper } from './memory-keeper.ts';

export interface SideWorkParts {
  readonly transport: Transport;
  readonly now: () => number;
  readonly clock: () => number;
  readonly instance: string;
  readonly random: () => number;
  readonly log: Logger;
  /** The present state. */
  readonly state: () => State;
  readonly snapshot: () => Snapshot;
  /** Takes the result of a call. */
  readonly emit: (event: Event) => void;
  readonly onDefect: (error: unknown) => void;
}

/** The status is for people: a second late is soon enough. */
const STATUS_DEBOUNCE = { quietMs: 500, maxWaitMs: 2_000 };

/** What people are told must never stand in the way of the work itself. */
const TELLING = { concurrency: 1, intervalCap: 20, intervalMs: 1_000 };

/** One call at a time: each goes on from the version that the one before it made. */
const REMEMBERING = { concurrency: 1, intervalCap: 20, intervalMs: 1_000 };
/** That a clone is gone need not be remembered at once: many may go. */
const TIDY_MS = 1_000;

/** What is done beside the clones: the memory, the binding's status and Kubernetes Events. Each has a queue of its own. */
export class SideWork {
  readonly queues: {
    readonly memory: KeyedQueue<'memory'>;
    readonly status: KeyedQueue<'status'>;
    readonly events: KeyedQueue<string>;
  };
  readonly #parts: SideWorkParts;
  readonly #recorder: EventRecorder;
  readonly #statusWriter: StatusWriter;
  readonly #tidying = new Subject<void>();

  constructor(parts: SideWorkParts) {
    this.#parts = parts;
    const { now, random } = parts;
    const keeper = new MemoryKeeper(parts);
    const statusWriter = new StatusWriter(parts);
    const recorder = new EventRecorder({ ...parts, enqueue: (name) => this.queues.events.add(name) });
    this.queues = {
      memory: new KeyedQueue({ ...REMEMBERING, run: () => keeper.run(), now, random }),
      status: new KeyedQueue({ ...TELLING, run: () => statusWriter.run(), now, random }),
      events: new KeyedQueue({ ...TELLING, run: (name) => recorder.run(name), now, random }),
    };
    this.#recorder = recorder;
    this.#statusWriter = statusWriter;
  }

  /** @param changes after which the status may be another */
  start(changes: Observable<unknown>): Subscription {
    const { onDefect } = this.#parts;
    const { memory, status } = this.queues;
    const due = changes.pipe(
      map(() => 'status' as const),
      debouncePerKey(STATUS_DEBOUNCE),
    );
    const running = due.subscribe({ next: (key) => status.add(key), error: onDefect });
    running.add(this.#tidying.pipe(auditTime(TIDY_MS)).subscribe({ next: () => memory.add('memory'), error: onDefect }));
    return running;
  }

  /** Tells people, by a Kubernetes Event. */
  readonly tell = (announcement: Announcement): void => this.#recorder.tell(announcement);

  /** Asks for a write of the memory; `isUrgent`: a clone waits for it. */
  readonly remember = (isUrgent: boolean): void => (isUrgent ? this.queues.memory.add('memory') : this.#tidying.next());

  get isIdle(): boolean {
    return Object.values(this.queues).every((queue) => queue.isEmpty);
  }

  /** From now on its writes go through, and others may have written before. */
  lead(): void {
    this.queues.memory.add('memory');
    this.#statusWriter.forget();
    this.queues.status.add('status');
  }

  /** Resolves when what runs has ended. */
  async stop(): Promise<void> {
    const { memory, status, events } = this.queues;
    await Promise.all([memory.stop(), status.stop(), events.stop()]);
  }
}
