/** The operator as its users run it, `bin/ddprofiler-rc` in a process of its own, and what it says of itself. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type GuardedProcess, startGuarded } from '@ddprofiler-rc/control-plane/guarded-process';
import { isRecord } from '@ddprofiler-rc/control-plane/json';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import type { RulesStanding } from './expectation.ts';

export const PROGRAM = fileURLToPath(new URL('../bin/ddprofiler-rc', import.meta.url));

const STOP_WITHIN_MS = 25_000;

export interface OperatorOptions {
  readonly program: string;
  /** Its log, its journal and its home. */
  readonly directory: string;
  readonly kubeconfig: string;
  readonly binding: { readonly namespace: string; readonly name: string };
  /** Called as soon as there is a process that must be ended. */
  readonly started: (process: GuardedProcess) => void;
}

export interface OperatorProcess {
  readonly process: GuardedProcess;
  /** Of its health, readiness and metrics. */
  readonly url: string;
  /** Paths. */
  readonly log: string;
  readonly journal: string;
  /** What `/health` says of the rules; undefined where it does not answer. */
  rules(): Promise<RulesStanding | undefined>;
  /** Waits until every clone has the replicas that it should. */
  healthy(): Promise<void>;
  /** SIGTERM; waits for its end. */
  stop(): Promise<void>;
}

/** Starts it on a free port and waits until it is in sync with the cluster. */
export async function startOperator(options: OperatorOptions): Promise<OperatorProcess> {
  const { program, directory, kubeconfig, binding, started } = options;
  const log = join(directory, 'operator.log');
  const journal = join(directory, 'journal.ndjson');
  const process = await startGuarded({
    name: 'ddprofiler-rc',
    program,
    args: [],
    logFile: log,
    env: {
      PATH: globalThis.process.env.PATH,
      HOME: directory,
      CLIENT: 'local',
      KUBECONFIG: kubeconfig,
      CRD_NAMESPACE: binding.namespace,
      CRD_NAME: binding.name,
      LOGLEVEL: 'INFO',
      PORT: '0',
      JOURNAL_FILE: journal,
    },
  });
  started(process);

  let url = '';
  const findPort = async () => {
    const port = portIn(process.output());
    if (port === undefined) return 'its log names no port yet';
    url = `http://127.0.0.1:${port}`;
    return true as const;
  };
  await waitFor('the operator to listen', findPort, { program: process, pollMs: 10 });
  const answersOk = (path: string) => async () => {
    const response = await fetch(`${url}${path}`);
    return response.ok || (await response.text());
  };
  await waitFor('the operator to be ready', answersOk('/readyz'), { program: process, pollMs: 10 });

  return {
    process,
    url,
    log,
    journal,
    rules: async () => {
      try {
        const health: unknown = await (await fetch(`${url}/health`)).json();
        const standing = isRecord(health) && isRecord(health.rules) ? health.rules.standing : undefined;
        return standing === 'read' || standing === 'unknown' ? standing : undefined;
      } catch {
        return undefined;
      }
    },
    healthy: () => waitFor('every clone to have its replicas', answersOk('/health'), { program: process, pollMs: 10 }),
    stop: async () => {
      await process.stop(STOP_WITHIN_MS);
    },
  };
}

function portIn(log: string): number | undefined {
  for (const line of log.split('\n')) {
    const port = /^\{.*"port":(\d+)[,}]/.exec(line)?.[1];
    if (port !== undefined) return Number(port);
  }
  return undefined;
}
