/** The operator of the demo: on its binding, with a journal, and what it says of the rules and of its clones. */
import { join } from 'node:path';
import type { GuardedProcess } from '@ddprofiler-rc/control-plane/guarded-process';
import { isRecord } from '@ddprofiler-rc/control-plane/json';
import { startOperator } from '@ddprofiler-rc/control-plane/operator-process';
import type { RulesStanding } from './expectation.ts';

const STOP_WITHIN_MS = 25_000;
const POLL_MS = 10;

export interface DemoOperatorOptions {
  readonly program: string;
  /** Its log, its journal and its home. */
  readonly directory: string;
  readonly kubeconfig: string;
  readonly binding: { readonly namespace: string; readonly name: string };
  /** Told as soon as there is a process that must be ended. */
  readonly onStart: (process: GuardedProcess) => void;
}

export interface DemoOperator {
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
export async function startDemoOperator(options: DemoOperatorOptions): Promise<DemoOperator> {
  const { program, directory, kubeconfig, binding, onStart } = options;
  const journal = join(directory, 'journal.ndjson');
  const operator = await startOperator(
    {
      CLIENT: 'local',
      KUBECONFIG: kubeconfig,
      CRD_NAMESPACE: binding.namespace,
      CRD_NAME: binding.name,
      LOGLEVEL: 'INFO',
      JOURNAL_FILE: journal,
    },
    { command: [program], directory, onStart },
  );
  await operator.answers('/readyz', POLL_MS);
  return {
    process: operator.process,
    url: await operator.url(),
    log: operator.logFile,
    journal,
    rules: async () => {
      try {
        const health: unknown = JSON.parse((await operator.get('/health')).body);
        const standing = isRecord(health) && isRecord(health.rules) ? health.rules.standing : undefined;
        return standing === 'read' || standing === 'unknown' ? standing : undefined;
      } catch {
        return undefined;
      }
    },
    healthy: () => operator.answers('/health', POLL_MS),
    stop: async () => {
      await operator.process.stop(STOP_WITHIN_MS);
    },
  };
}
