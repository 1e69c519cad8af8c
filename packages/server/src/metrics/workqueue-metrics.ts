import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { QueueObserver } from '../queue/queue-observer.ts';
import { WORKQUEUE } from './buckets.ts';

const LABELS = { name: 'clone' } as const;

export interface WorkqueueView {
  readonly depth: number;
  readonly unfinishedSeconds: number;
  readonly longestRunningSeconds: number;
}

export type WorkqueueMetrics = ReturnType<typeof workqueueMetrics>;

/** workqueue_*, with the names and the meaning of client-go: an add that coalesces is none, and each delayed return is a retry. */
export function workqueueMetrics(register: Registry) {
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
  const keysReady = new Gauge({ ...common, name: 'workqueue_depth', help: 'Keys that are to run as soon as possible.' });
  const unfinished = new Gauge({
    ...common,
    name: 'workqueue_unfinished_work_seconds',
    help: 'Ages of all present runs together. One that grows for long tells of stuck runs.',
  });
  const longestRunning = new Gauge({
    ...common,
    name: 'workqueue_longest_running_processor_seconds',
    help: 'Age of the oldest present run.',
  });
  adds.inc(LABELS, 0);
  retries.inc(LABELS, 0);
  queueSeconds.zero(LABELS);
  workSeconds.zero(LABELS);
  const show = ({ depth, unfinishedSeconds, longestRunningSeconds }: WorkqueueView): void => {
    keysReady.set(LABELS, depth);
    unfinished.set(LABELS, unfinishedSeconds);
    longestRunning.set(LABELS, longestRunningSeconds);
  };
  show({ depth: 0, unfinishedSeconds: 0, longestRunningSeconds: 0 });
  const observer: QueueObserver = {
    added: () => adds.inc(LABELS),
    started: (_, waited) => queueSeconds.observe(LABELS, waited),
    finished: (_, took) => workSeconds.observe(LABELS, took),
    delayed: () => retries.inc(LABELS),
  };

  return { observer, show };
}
