/**
 * Upper bounds of histogram buckets, in seconds. Those of metrics that others define are theirs, so that their dashboards and
 * quantiles fit:
 *
 * | buckets | source |
 * | --- | --- |
 * | RECONCILE | controller-runtime, pkg/internal/controller/metrics/metrics.go |
 * | WORKQUEUE | controller-runtime, pkg/metrics/workqueue.go: ten-fold steps from 10 ns |
 * | REQUEST | Kubernetes, component-base/metrics/prometheus/restclient/metrics.go |
 * | PROPAGATION | ours: fine around the second that users notice, up to the minutes of an outage |
 */
export const RECONCILE: readonly number[] = [
  ...[0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  ...[1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60],
];

// Written out: powers in floating point would give bounds like 0.000009999999999999999, and so other series than dashboards ask for.
export const WORKQUEUE: readonly number[] = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1000];

export const REQUEST: readonly number[] = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

export const PROPAGATION: readonly number[] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
