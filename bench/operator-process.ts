/** The built operator at its default settings, in a process of its own, and what can be learned of that process from outside. */

import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type GuardedProcess, lastLines, startGuarded } from '@ddprofiler-rc/control-plane/guarded-process';
import { freePorts } from '@ddprofiler-rc/control-plane/ports';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { OPERATOR_USER, type Stage } from './cluster/stage.ts';
import { BINDING } from './cluster/workload.ts';

const PROGRAM = fileURLToPath(new URL('../bin/ddprofiler-rc', import.meta.url));
const STOP_WITHIN_MS = 25_000;

export interface OperatorProcess {
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

export interface OperatorOptions {
  readonly stage: Stage;
  /** For the folder of CPU profiles; none are taken where absent. */
  readonly profiles?: string;
  readonly nodeOptions?: readonly string[];
}

let started = 0;

export async function startOperator({ stage, profiles, nodeOptions = [] }: OperatorOptions): Promise<OperatorProcess> {
  const [port = 0] = await freePorts(1);
  const options = [...nodeOptions, ...(profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`])];
  started += 1;
  const startedAt = performance.now();
  const process = await startGuarded({
    name: 'ddprofiler-rc',
    program: PROGRAM,
    args: [],
    logFile: join(stage.directory, `operator-${started}.log`),
    env: {
      PATH: globalThis.process.env.PATH,
      HOME: stage.directory,
      ...(options.length === 0 ? {} : { NODE_OPTIONS: options.join(' ') }),
      CLIENT: 'local',
      KUBECONFIG: stage.controlPlane.kubeconfigFor(OPERATOR_USER),
      CRD_NAMESPACE: BINDING.namespace,
      CRD_NAME: BINDING.name,
      LOGLEVEL: 'INFO',
      PORT: String(port),
    },
  });
  const url = `http://127.0.0.1:${port}`;
  const metric = async (name: string): Promise<number> => sumOf(await (await fetch(`${url}/metrics`)).text(), name);
  return {
    process,
    startedAt,
    ready: async () => {
      for (;;) {
        const status = await fetch(`${url}/readyz`).then(
          (answer) => answer.status,
          () => 0,
        );
        const at = performance.now();
        if (status === 200) return at;
        if (process.exit() !== undefined) throw new Error(`the operator ended:\n${lastLines(process.output())}`);
        await delay(5);
      }
    },
    metric,
    eventually: (name, fits) =>
      waitFor(
        `${name} of the operator`,
        async () => {
          const value = await metric(name);
          return fits(value) || `it is ${value}`;
        },
        { program: process, deadlineMs: 300_000 },
      ),
    stop: async () => {
      await process.stop(STOP_WITHIN_MS);
    },
  };
}

/** @param text in the Prometheus format */
export function sumOf(text: string, name: string): number {
  let sum = 0;
  for (const line of text.split('\n')) {
    const rest = line.startsWith(name) ? line.slice(name.length) : '';
    if (rest.startsWith('{') || rest.startsWith(' ')) sum += Number(rest.slice(rest.lastIndexOf(' ') + 1));
  }
  return sum;
}
