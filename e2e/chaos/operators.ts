/** The operators of a run: each a user of its own behind a proxy of its own, with a log and a journal for each of its lives. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeExit, type GuardedProcess } from '@ddprofiler-rc/control-plane/guarded-process';
import { startOperator } from '@ddprofiler-rc/control-plane/operator-process';
import type { TestUser } from '@ddprofiler-rc/control-plane/users';
import type { FaultPlan } from '../faults/fault-plan.ts';
import { faultsOf } from '../faults/fault-plan.ts';
import { type FaultProxy, startFaultProxy } from '../faults/proxy.ts';
import type { ChaosCluster } from './cluster.ts';

export type OperatorUser = Extract<TestUser, 'operator-a' | 'operator-b'>;

export type ChaosOperator = {
  readonly user: OperatorUser;
  readonly proxy: FaultProxy;
  /** Journals of the lives so far. */
  readonly journals: readonly string[];
  /** What its present life printed so far. */
  readonly output: () => string;
  readonly start: () => Promise<void>;
  /** SIGKILL. */
  readonly kill: () => Promise<void>;
  /** SIGTERM. */
  readonly stop: () => Promise<void>;
  /** SIGSTOP and SIGCONT. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** Lives that ended otherwise than they were told to, one sentence each. */
  readonly misbehaved: () => readonly string[];
  readonly close: () => Promise<void>;
};

export type OperatorOptions = {
  readonly program: string;
  readonly cluster: ChaosCluster;
  readonly user: OperatorUser;
  readonly plan: FaultPlan | undefined;
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
};

const STOPS_WITHIN_MS = 30_000;

export const makeOperator = async ({ program, cluster, user, plan, directory, env }: OperatorOptions): Promise<ChaosOperator> => {
  const { controlPlane, ca } = cluster;
  const proxy = await startFaultProxy({
    target: controlPlane.server,
    ca,
    certificate: await readFile(controlPlane.serving.certificate, 'utf8'),
    key: await readFile(controlPlane.serving.key, 'utf8'),
    ...(plan === undefined ? {} : { faults: faultsOf(plan, user) }),
  });
  const kubeconfig = await cluster.kubeconfigThrough(proxy.url, user);
  const journals: string[] = [];
  const misbehaved: string[] = [];
  let process: GuardedProcess | undefined;
  /** The life that is to end. */
  let doomed: GuardedProcess | undefined;

  const signal = (which: NodeJS.Signals): void => {
    if (process !== undefined && process.exit() === undefined) globalThis.process.kill(process.pid, which);
  };
  const start = async (): Promise<void> => {
    const life = journals.length + 1;
    const journal = join(directory, `${user}-${life}.journal`);
    journals.push(journal);
    const { process: started } = await startOperator(
      { CLIENT: 'local', KUBECONFIG: kubeconfig, LOGLEVEL: 'DEBUG', JOURNAL_FILE: journal, ...env },
      { command: [program], name: `${user}, life ${life}`, directory, logName: `${user}-${life}.log` },
    );
    process = started;
    void started.exited.then((exit) => {
      if (doomed !== started) misbehaved.push(`${started.name} ended by itself: ${describeExit(exit)}`);
    });
  };
  return {
    user,
    proxy,
    journals,
    output: () => process?.output() ?? '',
    start,
    kill: async () => {
      doomed = process;
      await process?.kill();
    },
    stop: async () => {
      if (process === undefined || process.exit() !== undefined) return;
      doomed = process;
      signal('SIGCONT');
      // Before that line it is still a program that starts, and may end as any other.
      const hasStarted = process.output().includes('"msg":"started"');
      const exit = await process.stop(STOPS_WITHIN_MS);
      if (hasStarted && exit.code !== 0)
        misbehaved.push(`${process.name} was told to stop, and ended with ${describeExit(exit)}`);
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    misbehaved: () => misbehaved,
    close: async () => {
      doomed = process;
      await process?.kill();
      await proxy.close();
    },
  };
};
