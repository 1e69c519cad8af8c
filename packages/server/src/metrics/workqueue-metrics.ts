import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { QueueObserver } from '../queue/queue-observer.ts';
import { WORKQUEUE } from './buckets.ts';

const LABELS = { name: 'clone' } as const;

export interface WorkqueueView {
  readonly depth: number;
  readonly unfinishedSeconds: number;
  readonly longestRunningSeconds: number;
}

/** workqueue_*, with the names and the meaning of client-go: an add that coalesces is none, and each delayed return is a retry. */
export class WorkqueueMetrics {
  readonly observer: QueueObserver;
  readonly #depth: Gauge<'name'>;
  readonly #unfinished: Gauge<'name'>;
  readonly #longestRunning: Gauge<'name'>;

  constructor(register: Registry) {
    const common = { labelNames: ['name'] as const, registers: [register] };
    const adds = new Counter({ ...common, name: 'workqueue_adds_total', help: 'Keys that went into the queue.' });
    const retries = new Counter({
      ...common,
      name: 'workqueue_retries_total',
      help: 'Keys put back to come again later, after a failure or by their own wish.',
    });
    const queueSeconds = new Histogram({
      ...common,
      name: 'workqueue_queue_duration_seconds',
      help: 'Time from when a key went in until its run started.',
      buckets: [...WORKQUEUE],
    });
    const workSeconds = new Histogram({
      ...common,
      name: 'workqueue_work_duration_seconds',
      help: 'Duration of the run of a key.',
      buckets: [...WORKQUEUE],
    });
    this.#depth = new Gauge({ ...common, name: 'workqueue_depth', help: 'Keys that are to run as soon as possible.' });
    this.#unfinished = new Gauge({
      ...common,
      name: 'workqueue_unfinished_work_seconds',
      help: 'Ages of all present runs together. One that grows for long tells of stuck runs.',
    });
    this.#longestRunning = new Gauge({
      ...common,
      name: 'workqueue_longest_running_processor_seconds',
      help: 'Age of the oldest present run.',
    });
    adds.inc(LABELS, 0);
    retries.inc(LABELS, 0);
    queueSeconds.zero(LABELS);
    workSeconds.zero(LABELS);
    this.set({ depth: 0, unfinishedSeconds: 0, longestRunningSeconds: 0 });
    this.observer = {
      added: () => adds.inc(LABELS),
      started: (_, waited) => queueSeconds.observe(LABELS, waited),
      finished: (_, took) => workSeconds.observe(LABELS, took),
      delayed: () => retries.inc(LABELS),
    };
  }

  set({ depth, unfinishedSeconds, longestRunningSeconds }: WorkqueueView): void {
    this.#depth.set(LABELS, depth);
    this.#unfinished.set(LABELS, unfinishedSeconds);
    this.#longestRunning.set(LABELS, longestRunningSeconds);
  }
}
