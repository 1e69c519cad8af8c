import type { RefusalReason, WriteKind } from '@ddprofiler-rc/core';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { QueueObserver } from '../queue/queue-observer.ts';
import { CloneMetrics, type ClonesView } from './clone-metrics.ts';
import { LeadershipMetrics, type LeadershipView } from './leadership-metrics.ts';
import { ReconcileMetrics, type ReconcileResult } from './reconcile-metrics.ts';
import { RequestMetrics, type RequestSample } from './request-metrics.ts';
import { WorkqueueMetrics, type WorkqueueView } from './workqueue-metrics.ts';

/** What the gauges show. */
export interface MetricsView extends ClonesView {
  /** Absent without leader election. */
  readonly leadership?: LeadershipView;
  readonly queue: WorkqueueView & { readonly activeWorkers: number; readonly maxConcurrent: number };
}

/**
 * All metrics, in a registry of their own. No function needs its `this`: each may be handed on alone.
 * Counters are told by events; gauges are read from one view per scrape, so that they fit one another and cost nothing between.
 */
export interface Metrics {
  readonly queueObserver: QueueObserver;
  readonly reconciled: (result: ReconcileResult, seconds: number) => void;
  readonly request: (sample: RequestSample) => void;
  readonly wrote: (kind: WriteKind) => void;
  readonly noop: () => void;
  readonly refused: (reason: RefusalReason) => void;
  readonly propagated: (seconds: number) => void;
  readonly watchRestarted: (reason: string) => void;
  /** @param objects so many were found by an audit to be other than the watch had told */
  readonly missed: (objects: number) => void;
  /** Where gauges come from. Until it is called they are 0; a later call replaces the view. */
  readonly observe: (view: () => MetricsView) => void;
  readonly contentType: string;
  /** The text of one scrape. Rejects where the view throws. */
  readonly render: () => Promise<string>;
}

export interface MetricsOptions {
  /** prom-client's metrics of the process and of Node. They install observers that live as long as the process: true by default. */
  readonly processMetrics?: boolean;
}

export function createMetrics({ processMetrics = true }: MetricsOptions = {}): Metrics {
  const register = new Registry();
  if (processMetrics) collectDefaultMetrics({ register });
  const reconcile = new ReconcileMetrics(register);
  const workqueue = new WorkqueueMetrics(register);
  const requests = new RequestMetrics(register);
  const clones = new CloneMetrics(register);
  const leadership = new LeadershipMetrics(register);
  let view: (() => MetricsView) | undefined;

  return {
    queueObserver: workqueue.observer,
    reconciled: (result, seconds) => reconcile.reconciled(result, seconds),
    request: (sample) => requests.request(sample),
    wrote: (kind) => clones.wrote(kind),
    noop: () => clones.noop(),
    refused: (reason) => clones.refused(reason),
    propagated: (seconds) => clones.propagated(seconds),
    watchRestarted: (reason) => clones.watchRestarted(reason),
    missed: (objects) => clones.missed(objects),
    observe: (supplied) => {
      view = supplied;
    },
    contentType: register.contentType,
    render: async () => {
      if (view !== undefined) {
        const present = view();
        clones.set(present);
        workqueue.set(present.queue);
        reconcile.setWorkers(present.queue);
        if (present.leadership !== undefined) leadership.set(present.leadership);
      }
      return register.metrics();
    },
  };
}
