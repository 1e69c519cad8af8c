/**
 * A real control plane of one's own: etcd, API server with RBAC, controller manager, scheduler, and KWOK in place of kubelets.
 *
 * Guarantees
 * - `startControlPlane` returns when a Deployment made next would roll out: every program is healthy, the nodes are Ready and
 *   free of taints, the `default` namespace has its service account and root CA. If it throws, nothing is left running.
 * - All listeners are on loopback, on ports nobody else had; several control planes can run beside each other.
 * - `stop` always ends every program and removes the temporary directory; so does the end of this process, even by kill -9.
 * - Users other than `admin` have no rights but those that every authenticated user has.
 * Not guaranteed: durability. etcd syncs nothing; a machine that crashes loses it, a killed program does not.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { apiServerFlags, controllerManagerFlags, etcdFlags, kwokFlags, schedulerFlags } from './flags.ts';
import { makeGuardedDirectory } from './guarded-directory.ts';
import { describeExit, type GuardedProcess, lastLines } from './guarded-process.ts';
import { answersOk, ask } from './http.ts';
import { CONTEXT, kubeconfigText } from './kubeconfig.ts';
import { type Kubectl, makeKubectl } from './kubectl.ts';
import { type Launch, type Launched, launch } from './launch.ts';
import { type Layout, layoutOf } from './layout.ts';
import { nodesManifest, nodesReady } from './nodes.ts';
import type { ProgramName, Programs } from './programs.ts';
import { elapsed, type Progress, silent } from './progress.ts';
import { mintTokens, PROGRAM_USERS, TEST_USERS, type TestUser, type Tokens, tokenFile, tokenOf } from './users.ts';
import { waitFor } from './wait.ts';

export type ControlPlaneOptions = {
  readonly programs: Programs;
  /** An existing directory to keep everything in; it is left behind. Default: a temporary one, removed by `stop`. */
  readonly directory?: string;
  /**
   * Only etcd and API server: Deployments are stored and nothing comes of them, nor has a namespace a service account. Default: all programs.
   */
  readonly alone?: boolean;
  /** Where the logs are copied when the start fails; default: nowhere, the error quotes the last lines of the guilty one. */
  readonly failureLogs?: string;
  readonly progress?: Progress;
};

export type ControlPlane = {
  readonly programs: Programs;
  /** Path of the admin's kubeconfig. */
  readonly kubeconfig: string;
  readonly context: string;
  /** `https://127.0.0.1:port`; the same after the API server was killed and started again. */
  readonly server: string;
  /** PEM; the CA with which `server` validates. */
  readonly caFile: string;
  /** One JSON object per line and finished request, written before the request is answered. See audit-log.ts. */
  readonly auditLog: string;
  /** Paths of what the API server identifies itself with on 127.0.0.1: a proxy before it can do the same. */
  readonly serving: { readonly certificate: string; readonly key: string };
  /** `http://127.0.0.1:port`; the same after etcd was killed and started again. */
  readonly etcd: string;
  /** Directory with one log per program. */
  readonly logs: string;
  kubeconfigFor(user: TestUser): string;
  readonly kubectl: Kubectl;
  /** SIGKILL; resolves when the API server is gone. */
  killApiServer(): Promise<void>;
  /** Starts it again after `killApiServer`, on the same port and with the same flags; resolves when it is ready. */
  startApiServer(): Promise<void>;
  /** The same for etcd. Loses nothing that it had acknowledged; an API server that starts meanwhile ends again. */
  killEtcd(): Promise<void>;
  startEtcd(): Promise<void>;
  collectLogs(toDirectory: string): Promise<void>;
  /** May be called more than once. */
  stop(): Promise<void>;
};

const STOP_ORDER: readonly ProgramName[] = ['kwok', 'kube-scheduler', 'kube-controller-manager', 'kube-apiserver', 'etcd'];

const writeSecrets = async (layout: Layout, tokens: Tokens): Promise<void> => {
  await mkdir(layout.logs, { recursive: true });
  await mkdir(layout.certificates, { recursive: true });
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const mode = 0o600;
  await writeFile(layout.serviceAccountPrivateKey, privateKey, { mode });
  await writeFile(layout.serviceAccountPublicKey, publicKey);
  await writeFile(layout.tokenFile, tokenFile(tokens), { mode });
};

/** A server sends its own certificate first and the one that signed all others last. */
const lastCertificate = (chain: string): string => chain.slice(chain.lastIndexOf('-----BEGIN CERTIFICATE-----'));

const writeKubeconfigs = async (layout: Layout, tokens: Tokens, server: string, ca: string): Promise<void> => {
  for (const user of [...TEST_USERS, ...PROGRAM_USERS]) {
    const text = kubeconfigText({ server, ca, user, token: tokenOf(tokens, user) });
    await writeFile(layout.kubeconfig(user), text, { mode: 0o600 });
  }
};

export const startControlPlane = async ({
  programs,
  directory,
  alone = false,
  failureLogs,
  progress = silent,
}: ControlPlaneOptions): Promise<ControlPlane> => {
  const startedAt = Date.now();
  const temporary = directory === undefined ? await makeGuardedDirectory('ddprofiler-rc-') : undefined;
  const layout = layoutOf(directory ?? temporary?.path ?? '');
  const running = new Map<string, GuardedProcess>();
  let stopping: Promise<void> | undefined;

  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      // Clients first: each of them, and the API server too, waits for its server's last word when that went before it.
      for (const name of STOP_ORDER) await running.get(name)?.stop();
      await temporary?.remove();
    })();
    return stopping;
  };

  const expectedToEnd = new WeakSet<GuardedProcess>();
  const watch = (process: GuardedProcess): void => {
    running.set(process.name, process);
    // Race: programs start side by side, so one may still be starting when the failure of another has us stop.
    if (stopping !== undefined) void process.kill();
  };
  /** From now on, ending without being asked to is worth a line: every test after it fails for that reason. */
  const reportEnd = ({ process }: Launched): void => {
    void process.exited.then((exit) => {
      if (stopping !== undefined || expectedToEnd.has(process)) return;
      progress(`${process.name} ended by itself (${describeExit(exit)}):\n${lastLines(process.output())}`);
    });
  };

  const start = async (name: ProgramName, spec: Pick<Launch, 'ports' | 'flags' | 'ready'>): Promise<Launched> => {
    const paths = { program: programs[name], logFile: layout.log(name), directory: layout.directory };
    const launched = await launch({ name, ...paths, ...spec }, watch);
    progress(`${name} is ready (${elapsed(startedAt)})`);
    reportEnd(launched);
    return launched;
  };

  try {
    const tokens = mintTokens();
    await writeSecrets(layout, tokens);

    const member = `e2e-${randomBytes(6).toString('hex')}`;
    const startEtcd = (ports: Launch['ports']): Promise<Launched> =>
      start('etcd', {
        ports,
        flags: ([client = 0, peer = 0]) => etcdFlags(layout, member, client, peer),
        ready:
          ([client]) =>
          async () => {
            const url = `http://127.0.0.1:${client}`;
            // Another etcd may have got our port a moment before ours; its member is called otherwise.
            const members = await ask(`${url}/v3/cluster/member/list`, { method: 'POST', body: '{}' });
            if (!members.body.includes(member)) return `${url} answers ${members.status}: ${members.body.slice(0, 300)}`;
            return answersOk(`${url}/readyz`);
          },
      });

    let etcd = await startEtcd(2);
    const etcdUrl = `http://127.0.0.1:${etcd.ports[0]}`;

    const apiServer = (ports: Launch['ports']): Promise<Launched> =>
      start('kube-apiserver', {
        ports,
        flags: ([port = 0]) => apiServerFlags(layout, etcdUrl, port),
        ready:
          ([port]) =>
          async () =>
            answersOk(`https://127.0.0.1:${port}/readyz`, {
              ca: await readFile(layout.servingCertificate),
              token: tokenOf(tokens, 'admin'),
            }),
      });

    let api = await apiServer(1);
    const server = `https://127.0.0.1:${api.ports[0]}`;
    const ca = lastCertificate(await readFile(layout.servingCertificate, 'utf8'));
    await writeFile(layout.caFile, ca);
    await writeKubeconfigs(layout, tokens, server, ca);
    const kubeconfig = layout.kubeconfig('admin');
    const kubectl = makeKubectl({ program: programs.kubectl, kubeconfig });

    const healthy: Launch['ready'] =
      ([port]) =>
      () =>
        answersOk(`https://127.0.0.1:${port}/healthz`, { ca });
    const get = async (path: string): Promise<string> => {
      const { status, body } = await ask(`${server}${path}`, { ca, token: tokenOf(tokens, 'admin') });
      if (status !== 200) throw new Error(`${path} answers ${status}`);
      return body;
    };

    const startControllers = async (): Promise<void> => {
      const nodes = kubectl.withInput(nodesManifest(), 'create', '-f', '-');
      const [controllerManager] = await Promise.all([
        start('kube-controller-manager', {
          ports: 1,
          flags: ([port = 0]) => controllerManagerFlags(layout, port),
          ready: healthy,
        }),
        start('kube-scheduler', { ports: 1, flags: ([port = 0]) => schedulerFlags(layout, port), ready: healthy }),
        start('kwok', {
          ports: 0,
          flags: () => kwokFlags(layout),
          ready: () => async () => {
            await nodes;
            return nodesReady(await get('/api/v1/nodes'));
          },
        }),
        nodes,
      ]);
      await waitFor(
        'the default namespace to have its service account and root CA',
        async () => {
          await get('/api/v1/namespaces/default/serviceaccounts/default');
          await get('/api/v1/namespaces/default/configmaps/kube-root-ca.crt');
          return true;
        },
        { program: controllerManager.process },
      );
    };
    if (!alone) await startControllers();
    progress(`control plane is ready at ${server} (${elapsed(startedAt)})`);

    return {
      programs,
      kubeconfig,
      context: CONTEXT,
      server,
      caFile: layout.caFile,
      auditLog: layout.auditLog,
      serving: { certificate: layout.servingCertificate, key: layout.servingKey },
      etcd: etcdUrl,
      logs: layout.logs,
      kubectl,
      kubeconfigFor: (user) => layout.kubeconfig(user),
      killApiServer: async () => {
        expectedToEnd.add(api.process);
        await api.process.kill();
      },
      startApiServer: async () => {
        if (api.process.exit() === undefined) throw new Error('the API server is running; call killApiServer first');
        api = await apiServer(api.ports);
      },
      killEtcd: async () => {
        expectedToEnd.add(etcd.process);
        await etcd.process.kill();
      },
      startEtcd: async () => {
        if (etcd.process.exit() === undefined) throw new Error('etcd is running; call killEtcd first');
        etcd = await startEtcd(etcd.ports);
      },
      collectLogs: (toDirectory) => cp(layout.logs, toDirectory, { recursive: true }),
      stop,
    };
  } catch (thrown) {
    if (failureLogs !== undefined) await cp(layout.logs, failureLogs, { recursive: true }).catch(() => {});
    await stop();
    throw thrown;
  }
};
