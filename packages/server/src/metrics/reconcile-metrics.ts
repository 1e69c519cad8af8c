import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { RECONCILE } from './buckets.ts';

/** How the run of one key ended. All but `terminal` are values of controller-runtime's label. */
export type ReconcileResult = 'success' | 'error' | 'requeue' | 'requeue_after' | 'terminal';

const RESULT_LABELS = ['success', 'error', 'requeue', 'requeue_after'] as const;
const LABELS = { controller: 'clone' } as const;

/**
 * controller_runtime_*, with the names, labels and meaning of controller-runtime:
 *
 * | result | reconcile_total{result} | reconcile_errors_total | terminal_reconcile_errors_total |
 * | --- | --- | --- | --- |
 * | success, requeue, requeue_after | itself | – | – |
 * | error | error | + 1 | – |
 * | terminal | error | + 1 | + 1 |
 */
export class ReconcileMetrics {
  readonly #total: Counter<'controller' | 'result'>;
  readonly #errors: Counter<'controller'>;
  readonly #terminalErrors: Counter<'controller'>;
  readonly #seconds: Histogram<'controller'>;
  readonly #activeWorkers: Gauge<'controller'>;
  readonly #maxConcurrent: Gauge<'controller'>;

  constructor(register: Registry) {
    const registers = [register];
    const labelNames = ['controller'] as const;
    this.#total = new Counter({
      name: 'controller_runtime_reconcile_total',
      help: 'Runs of keys, by how they ended.',
      labelNames: ['controller', 'result'],
      registers,
    });
    this.#errors = new Counter({
      name: 'controller_runtime_reconcile_errors_total',
      help: 'Runs of keys that failed, terminally or not.',
      labelNames,
      registers,
    });
    this.#terminalErrors = new Counter({
      name: 'controller_runtime_terminal_reconcile_errors_total',
      help: 'Runs of keys that failed and are not tried again soon: when something changes, or after minutes.',
      labelNames,
      registers,
    });
    this.#seconds = new Histogram({
      name: 'controller_runtime_reconcile_time_seconds',
      help: 'Duration of the run of a key.',
      labelNames,
      buckets: [...RECONCILE],
      registers,
    });
    this.#activeWorkers = new Gauge({
      name: 'controller_runtime_active_workers',
      help: 'Keys that run now.',
      labelNames,
      registers,
    });
    this.#maxConcurrent = new Gauge({
      name: 'controller_runtime_max_concurrent_reconciles',
      help: 'Keys that may run at a time.',
      labelNames,
      registers,
    });
    for (const result of RESULT_LABELS) this.#total.inc({ ...LABELS, result }, 0);
    this.#errors.inc(LABELS, 0);
    this.#terminalErrors.inc(LABELS, 0);
    this.#seconds.zero(LABELS);
    this.setWorkers({ activeWorkers: 0, maxConcurrent: 0 });
  }

  reconciled(result: ReconcileResult, seconds: number): void {
    const isTerminal = result === 'terminal';
    this.#total.inc({ ...LABELS, result: isTerminal ? 'error' : result });
    if (isTerminal || result === 'error') this.#errors.inc(LABELS);
    if (isTerminal) this.#terminalErrors.inc(LABELS);
    this.#seconds.observe(LABELS, seconds);
  }

  setWorkers({ activeWorkers, maxConcurrent }: { readonly activeWorkers: number; readonly maxConcurrent: number }): void {
    this.#activeWorkers.set(LABELS, activeWorkers);
    this.#maxConcurrent.set(LABELS, maxConcurrent);
  }
}
