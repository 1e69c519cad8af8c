/** The same kubectl commands against the real control plane and the embedded cluster, in a namespace of the same name in each. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { expect, onTestFinished, vi } from 'vitest';
import { normalized } from './embedded-output.ts';

export interface Side {
  readonly kubectl: string;
  readonly kubeconfig: string;
}

/** What one run of kubectl came to. */
export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface RunOptions {
  readonly input?: string;
  /** Where what differs is told apart: what is compared instead of all that was printed. */
  readonly of?: (run: Run) => unknown;
  /** False: the command is not about the namespace of the test. */
  readonly namespaced?: boolean;
}

export interface Pair {
  readonly namespace: string;
  /** Runs the command on both sides once; fails unless both printed the same and ended the same. Gives the real side's run. */
  same(args: readonly string[], options?: RunOptions): Promise<Run>;
  /** The same, asked again until it holds: for what controllers bring about. */
  comesToTheSame(args: readonly string[], options?: RunOptions): Promise<void>;
  /** Runs it on both sides and compares nothing but success. */
  both(args: readonly string[], options?: Pick<RunOptions, 'input'>): Promise<void>;
  /** Waits on both sides until the Deployment rolled out and its old pods are gone. */
  rolledOut(name: string): Promise<void>;
  /** Starts the command on both sides, which goes on until it is ended. */
  start(args: readonly string[]): readonly [real: Running, embedded: Running];
}

interface Running {
  /** What it printed so far. */
  readonly out: string;
  stop(): Promise<void>;
}

const SETTLED_WITHIN = { timeout: 6_000, interval: 200 };

/** All of what was printed, normalised. */
const printed = ({ code, out, err }: Run): unknown => ({ code, out: normalized(out), err: normalized(err) });

function begin({ kubectl, kubeconfig }: Side, args: readonly string[]) {
  return spawn(kubectl, ['--kubeconfig', kubeconfig, ...args], { env: { ...process.env, KUBECONFIG: kubeconfig } });
}

function run(side: Side, args: readonly string[], input = ''): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = begin(side, args);
    const texts = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      texts.out += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      texts.err += chunk;
    });
    child.stdin.on('error', () => {}); // it ended without reading; its exit code says why
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...texts }));
    child.stdin.end(input);
  });
}

function running(side: Side, args: readonly string[]): Running {
  const child = begin(side, args);
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    get out() {
      return out;
    },
    stop: () => {
      child.kill();
      return ended;
    },
  };
}

/** A pair for the running test, whose namespaces go when it ends. */
export async function pairOfTest(purpose: string, real: Side, embedded: Side): Promise<Pair> {
  const namespace = `kubectl-${purpose}-${randomBytes(3).toString('hex')}`;
  const commandOf = (args: readonly string[], namespaced = true): readonly string[] =>
    namespaced ? [...args, '--namespace', namespace] : args;
  const onBoth = async (args: readonly string[], { input, namespaced }: RunOptions): Promise<readonly [Run, Run]> =>
    Promise.all([run(real, commandOf(args, namespaced), input), run(embedded, commandOf(args, namespaced), input)]);

  const pair: Pair = {
    namespace,
    same: async (args, options = {}) => {
      const { of = printed } = options;
      const [realRun, embeddedRun] = await onBoth(args, options);
      expect(of(embeddedRun), `kubectl ${args.join(' ')}`).toEqual(of(realRun));
      return realRun;
    },
    comesToTheSame: async (args, options = {}) => {
      const { of = printed } = options;
      await vi.waitFor(async () => {
        const [realRun, embeddedRun] = await onBoth(args, options);
        expect(of(embeddedRun), `kubectl ${args.join(' ')}`).toEqual(of(realRun));
      }, SETTLED_WITHIN);
    },
    both: async (args, options = {}) => {
      for (const { code, out, err } of await onBoth(args, options))
        expect(code, `kubectl ${args.join(' ')}\n${out}${err}`).toBe(0);
    },
    rolledOut: async (name) => {
      await pair.both(['rollout', 'status', `deployment/${name}`, '--timeout=60s']);
      const counts = '{.spec.replicas},{.status.replicas},{.status.terminatingReplicas}';
      const settled = (out: string): boolean => {
        const [wanted, present, terminating] = out.split(',').map(Number);
        return wanted === present && terminating === 0;
      };
      await expect
        .poll(async () => {
          const runs = await onBoth(['get', 'deployment', name, '-o', `jsonpath=${counts}`], {});
          return runs.map(({ out }) => settled(out) || out);
        }, SETTLED_WITHIN)
        .toEqual([true, true]);
    },
    start: (args) => {
      const both = [running(real, commandOf(args)), running(embedded, commandOf(args))] as const;
      onTestFinished(async () => {
        await Promise.all(both.map((one) => one.stop()));
      });
      return both;
    },
  };
  await pair.both(['create', 'namespace', namespace]);
  onTestFinished(async () => {
    await onBoth(['delete', 'namespace', namespace, '--wait=false'], { namespaced: false });
  });
  return pair;
}
