import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { RECONCILE } from './buckets.ts';

const RESULT_LABELS = ['success', 'error', 'requeue_after'] as const;

/** How the run of one key ended. All but `terminal` are values of controller-runtime's label. */
export type ReconcileResult = (typeof RESULT_LABELS)[number] | 'terminal';

export interface WorkersView {
  readonly activeWorkers: number;
  readonly maxConcurrent: number;
}

const LABELS = { controller: 'clone' } as const;

export type ReconcileMetrics = ReturnType<typeof reconcileMetrics>;

/**
 * controller_runtime_*, with the names, labels and meaning of controller-runtime:
 *
 * | result | reconcile_total{result} | reconcile_errors_total | terminal_reconcile_errors_total |
 * | --- | --- | --- | --- |
 * | success, requeue_after | itself | – | – |
 * | error | error | + 1 | – |
 * | terminal | error | + 1 | + 1 |
 */
export function reconcileMetrics(register: Registry) {
  const registers = [register];
  const labelNames = ['controller'] as const;
  const total = new Counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Runs of keys, by how they ended.',
    labelNames: ['controller', 'result'],
    registers,
  });
  const errors = new Counter({
    name: 'controller_runtime_reconcile_errors_total',
    help: 'Runs of keys that failed, terminally or not.',
    labelNames,
    registers,
  });
  const terminalErrors = new Counter({
    name: 'controller_runtime_terminal_reconcile_errors_total',
    help: 'Runs of keys that failed and are not tried again soon: when something changes, or after minutes.',
    labelNames,
    registers,
  });
  const durations = new Histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'Duration of the run of a key.',
    labelNames,
    buckets: [...RECONCILE],
    registers,
  });
  const active = new Gauge({
    name: 'controller_runtime_active_workers',
    help: 'Keys that run now.',
    labelNames,
    registers,
  });
  const most = new Gauge({
    name: 'controller_runtime_max_concurrent_reconciles',
    help: 'Keys that may run at a time.',
    labelNames,
    registers,
  });
  for (const result of RESULT_LABELS) total.inc({ ...LABELS, result }, 0);
  errors.inc(LABELS, 0);
  terminalErrors.inc(LABELS, 0);
  durations.zero(LABELS);
  const show = ({ activeWorkers, maxConcurrent }: WorkersView): void => {
    active.set(LABELS, activeWorkers);
    most.set(LABELS, maxConcurrent);
  };
  show({ activeWorkers: 0, maxConcurrent: 0 });

  return {
    reconciled: (result: ReconcileResult, seconds: number): void => {
      const isTerminal = result === 'terminal';
      total.inc({ ...LABELS, result: isTerminal ? 'error' : result });
      if (isTerminal || result === 'error') errors.inc(LABELS);
      if (isTerminal) terminalErrors.inc(LABELS);
      durations.observe(LABELS, seconds);
    },
    show,
  };
}
