/**
 * The cluster that the tests run against: the one that `E2E_KUBECONFIG` (and `E2E_CONTEXT`) names, or a control plane started
 * for the purpose. What tests learn about it is plain data (`ClusterFacts`), since vitest's workers get it by structured clone.
 */
import { stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { isExecutable } from './build.ts';
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from './control-plane.ts';
import { Failure, messageOf } from './failure.ts';
import { type Kubectl, makeKubectl } from './kubectl.ts';
import { type LocateOptions, locateProgram, locatePrograms } from './locate.ts';
import type { Programs } from './programs.ts';
import { type Progress, silent } from './progress.ts';
import type { TestUser } from './users.ts';

export type OpenOptions = LocateOptions & Pick<ControlPlaneOptions, 'failureLogs'>;

type Connection = {
  /** Path; with `context` it grants all rights. */
  readonly kubeconfig: string;
  readonly context: string;
  /** Path of a kubectl that works with this cluster. */
  readonly kubectl: string;
};

/** Somebody's cluster: it may hold other things, cannot be restarted, and only its administrator is known. */
type ExistingClusterFacts = Connection & { readonly kind: 'existing' };

/** Ours alone: its users, its audit log and its programs are at hand (`startControlPlane({ programs })` starts another). */
export type OwnClusterFacts = Connection & {
  readonly kind: 'own';
  readonly server: string;
  readonly caFile: string;
  readonly auditLog: string;
  /** Path per user; see users.ts. */
  readonly kubeconfigs: Readonly<Record<TestUser, string>>;
  readonly programs: Programs;
};

export type ClusterFacts = ExistingClusterFacts | OwnClusterFacts;

export type Cluster = {
  readonly facts: ClusterFacts;
  readonly kubectl: Kubectl;
  /** Copies the programs' logs there; nothing for an existing cluster. */
  collectLogs(toDirectory: string): Promise<void>;
  /** Ends a cluster of our own; leaves an existing one as it is. */
  stop(): Promise<void>;
};

export const kubectlFor = ({ kubectl, kubeconfig, context }: ClusterFacts): Kubectl =>
  makeKubectl({ program: kubectl, kubeconfig, context });

const factsOf = (controlPlane: ControlPlane): OwnClusterFacts => ({
  kind: 'own',
  kubeconfig: controlPlane.kubeconfig,
  context: controlPlane.context,
  kubectl: controlPlane.programs.kubectl,
  server: controlPlane.server,
  caFile: controlPlane.caFile,
  auditLog: controlPlane.auditLog,
  kubeconfigs: {
    admin: controlPlane.kubeconfigFor('admin'),
    'operator-a': controlPlane.kubeconfigFor('operator-a'),
    'operator-b': controlPlane.kubeconfigFor('operator-b'),
    outsider: controlPlane.kubeconfigFor('outsider'),
  },
  programs: controlPlane.programs,
});

const kubectlOnPath = async (env: NodeJS.ProcessEnv): Promise<string | undefined> => {
  for (const directory of (env.PATH ?? '').split(delimiter)) {
    const path = join(directory, 'kubectl');
    if (directory !== '' && (await isExecutable(path))) return path;
  }
  return undefined;
};

const unusable = (reason: string, cause?: unknown): Failure =>
  new Failure('CLUSTER_UNUSABLE', `${reason}\nUnset E2E_KUBECONFIG to run against a control plane of our own.`, { cause });

const openExisting = async (path: string, progress: Progress, options: OpenOptions): Promise<Cluster> => {
  const env = options.env ?? process.env;
  const kubeconfig = resolve(path);
  const isFile = (await stat(kubeconfig).catch(() => undefined))?.isFile() ?? false;
  if (!isFile)
    throw unusable(`E2E_KUBECONFIG is ${JSON.stringify(path)}, which is not a file. Accepted: the path of one kubeconfig.`);
  const program = (await kubectlOnPath(env)) ?? (await locateProgram('kubectl', progress, options));
  let context = env.E2E_CONTEXT ?? '';
  try {
    if (context === '') context = (await makeKubectl({ program, kubeconfig })('config', 'current-context')).trim();
  } catch (cause) {
    throw unusable(`E2E_KUBECONFIG ${kubeconfig} has no current context; set E2E_CONTEXT.\n${messageOf(cause)}`, cause);
  }
  const kubectl = makeKubectl({ program, kubeconfig, context });
  try {
    await kubectl('get', '--raw', '/version', '--request-timeout=20s');
  } catch (cause) {
    throw unusable(
      `The cluster of E2E_KUBECONFIG ${kubeconfig}, context ${context}, does not answer.\n${messageOf(cause)}`,
      cause,
    );
  }
  progress(`running against the existing cluster of ${kubeconfig}, context ${context}`);
  return {
    facts: { kind: 'existing', kubeconfig, context, kubectl: program },
    kubectl,
    collectLogs: async () => {},
    stop: async () => {},
  };
};

const startOwn = async (progress: Progress, options: OpenOptions): Promise<Cluster> => {
  const { failureLogs } = options;
  const controlPlane = await startControlPlane({
    programs: await locatePrograms(progress, options),
    progress,
    ...(failureLogs === undefined ? {} : { failureLogs }),
  });
  return {
    facts: factsOf(controlPlane),
    kubectl: controlPlane.kubectl,
    collectLogs: controlPlane.collectLogs,
    stop: controlPlane.stop,
  };
};

/** Opens the cluster that the environment asks for. Throws a Failure whose text is for the screen. */
export const openCluster = (progress: Progress = silent, options: OpenOptions = {}): Promise<Cluster> => {
  const existing = (options.env ?? process.env).E2E_KUBECONFIG;
  return existing === undefined || existing === '' ? startOwn(progress, options) : openExisting(existing, progress, options);
};
