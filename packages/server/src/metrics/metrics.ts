import { collectDefaultMetrics, Registry } from 'prom-client';
import { type CloneMetrics, type ClonesView, cloneMetrics } from './clone-metrics.ts';
import { type LeadershipView, leadershipMetrics } from './leadership-metrics.ts';
import { type ReconcileMetrics, reconcileMetrics, type WorkersView } from './reconcile-metrics.ts';
import { type RequestMetrics, requestMetrics } from './request-metrics.ts';
import { type WorkqueueMetrics, type WorkqueueView, workqueueMetrics } from './workqueue-metrics.ts';

/** What the gauges show. */
export interface MetricsView extends ClonesView {
  /** Absent without leader election. */
  readonly leadership?: LeadershipView;
  readonly queue: WorkqueueView & WorkersView;
}

/**
 * All metrics, in a registry of their own: each group is defined and counted in one file, and whoever counts asks for the groups that it needs.
 * Counters are told by events; gauges are read from one view per scrape, so that they fit one another and cost nothing between.
 */
export interface Metrics {
  readonly reconcile: ReconcileMetrics;
  readonly workqueue: WorkqueueMetrics;
  readonly requests: RequestMetrics;
  readonly clones: CloneMetrics;
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
  const reconcile = reconcileMetrics(register);
  const workqueue = workqueueMetrics(register);
  const requests = requestMetrics(register);
  const clones = cloneMetrics(register);
  const leadership = leadershipMetrics(register);
  let view: (() => MetricsView) | undefined;

  return {
    reconcile,
    workqueue,
    requests,
    clones,
    observe: (supplied) => {
      view = supplied;
    },
    contentType: register.contentType,
    render: async () => {
      if (view !== undefined) {
        const present = view();
        clones.show(present);
        workqueue.show(present.queue);
        reconcile.show(present.queue);
        if (present.leadership !== undefined) leadership.show(present.leadership);
      }
      return register.metrics();
    },
  };
}
