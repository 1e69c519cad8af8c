/** The built operator at its default settings, and what can be learned of its process from outside. */
import type { GuardedProcess } from '@ddprofiler-rc/control-plane/guarded-process';
import { startOperator } from '@ddprofiler-rc/control-plane/operator-process';
import { freePorts } from '@ddprofiler-rc/control-plane/ports';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { OPERATOR_USER, type Stage } from './cluster/stage.ts';
import { BINDING } from './cluster/workload.ts';

const STOP_WITHIN_MS = 25_000;
const READY_POLL_MS = 5;

export interface MeasuredOperator {
  readonly process: GuardedProcess;
  /** `performance.now()` just before its process was made. */
  readonly startedAt: number;
  /** Resolves with the time at which `/readyz` answered 200. */
  ready(): Promise<number>;
  /** A figure of `/metrics`, all its label sets together. */
  metric(name: string): Promise<number>;
  /** Waits until `fits` says so of the metric. */
  eventually(name: string, fits: (value: number) => boolean): Promise<void>;
  /** SIGTERM; waits for its end. */
  stop(): Promise<void>;
}

export interface MeasuredOperatorOptions {
  readonly stage: Stage;
  /** For the folder of CPU profiles; none are taken where absent. */
  readonly profiles?: string;
  readonly nodeOptions?: readonly string[];
}

let started = 0;

export async function startMeasuredOperator(options: MeasuredOperatorOptions): Promise<MeasuredOperator> {
  const { stage, profiles, nodeOptions = [] } = options;
  // Chosen here: to find the port in its log would take time that is measured.
  const [port = 0] = await freePorts(1);
  const flags = [...nodeOptions, ...(profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`])];
  started += 1;
  const startedAt = performance.now();
  const operator = await startOperator(
    {
      ...(flags.length === 0 ? {} : { NODE_OPTIONS: flags.join(' ') }),
      CLIENT: 'local',
      KUBECONFIG: stage.controlPlane.kubeconfigFor(OPERATOR_USER),
      CRD_NAMESPACE: BINDING.namespace,
      CRD_NAME: BINDING.name,
      LOGLEVEL: 'INFO',
      PORT: String(port),
    },
    { directory: stage.directory, logName: `operator-${started}.log` },
  );
  const metric = async (name: string): Promise<number> => sumOf((await operator.get('/metrics')).body, name);
  return {
    process: operator.process,
    startedAt,
    ready: async () => {
      await operator.answers('/readyz', READY_POLL_MS);
      return performance.now();
    },
    metric,
    eventually: (name, fits) =>
      waitFor(
        `${name} of the operator`,
        async () => {
          const value = await metric(name);
          return fits(value) || `it is ${value}`;
        },
        { program: operator.process, deadlineMs: 300_000 },
      ),
    stop: async () => {
      await operator.process.stop(STOP_WITHIN_MS);
    },
  };
}

/** @param text in the Prometheus format */
function sumOf(text: string, name: string): number {
  let sum = 0;
  for (const line of text.split('\n')) {
    const rest = line.startsWith(name) ? line.slice(name.length) : '';
    if (rest.startsWith('{') || rest.startsWith(' ')) sum += Number(rest.slice(rest.lastIndexOf(' ') + 1));
  }
  return sum;
}
