/**
 * A real node beside those that KWOK plays: containerd, kubelet, kube-proxy and a network of pods, on the control plane of the tests. Its pods are
 * containers, and find the API server and each other as in any cluster: by Services, their names, and the token that kubelet mounts.
 *
 * Guarantees, on a machine that is fit for it (requirements.ts)
 * - `startRealNode` returns when a pod that asks for the node would run on it. If it throws, nothing is left.
 * - When it stops, and when this process ends in whatever way, the machine is as it was: no process, mount, interface, route, cgroup or file of it
 *   stays (enclosure.ts, cgroups.ts, guarded-directory.ts).
 * - Several can run beside each other on one machine, each with its own control plane.
 */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { kubectlFor, type OwnClusterFacts } from '@ddprofiler-rc/control-plane/cluster';
import { makeGuardedDirectory } from '@ddprofiler-rc/control-plane/guarded-directory';
import type { GuardedProcess } from '@ddprofiler-rc/control-plane/guarded-process';
import type { Kubectl } from '@ddprofiler-rc/control-plane/kubectl';
import { locateProgram } from '@ddprofiler-rc/control-plane/locate';
import { elapsed, type Progress } from '@ddprofiler-rc/control-plane/progress';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { ARTIFACTS } from '../harness/artifacts.ts';
import { makeBuildah } from './buildah.ts';
import { makeCgroups } from './cgroups.ts';
import { type Containerd, cniFolder, startContainerd } from './containerd.ts';
import { type Enclosure, makeEnclosure } from './enclosure.ts';
import { OPERATOR, operatorArchive, pauseArchive } from './images.ts';
import { startKubeProxy } from './kube-proxy.ts';
import { startKubelet } from './kubelet.ts';
import { connect, type NodeNetwork, writeCniConfig } from './network.ts';
import { provideServices } from './services.ts';

const NAME = 'real-node';
const TAINT = 'ddprofiler-rc.grove/real-node';

/** Chart values that put the pods of a release on the node, from the image that was built. */
export const VALUES_FOR_NODE = {
  image: { ...OPERATOR, pullPolicy: 'Never' },
  nodeSelector: { 'kubernetes.io/hostname': NAME },
  tolerations: [{ key: TAINT, operator: 'Exists', effect: 'NoSchedule' }],
};

export interface RealNode {
  readonly name: string;
  /** Everything of it that is a file. Goes with it. */
  readonly folder: string;
  readonly network: NodeNetwork;
  readonly enclosure: Enclosure;
  readonly containerd: Containerd;
  /** The operator's image as it was imported. */
  readonly archive: string;
  /** Copies the logs of its programs and of its pods to the artifacts. */
  collectLogs(): Promise<void>;
  stop(): Promise<void>;
}

export async function startRealNode(facts: OwnClusterFacts, progress: Progress): Promise<RealNode> {
  const kubelet = await locateProgram('kubelet', progress);
  const kubeProxy = await locateProgram('kube-proxy', progress);
  const startedAt = Date.now();
  const kubectl = kubectlFor(facts);
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (let last = undo.pop(); last !== undefined; last = undo.pop())
      await last().catch((thrown: unknown) => failures.push(thrown)); // what comes after it is undone all the same
    if (failures.length > 0) throw new AggregateError(failures, 'the node could not be undone as a whole');
  };

  const directory = await makeGuardedDirectory('ddprofiler-rc-node-');
  undo.push(directory.remove);
  const at = (...path: readonly string[]) => join(directory.path, ...path);
  const log = (program: string) => at('logs', `${program}.log`);
  const collectLogs = async (): Promise<void> => {
    const to = join(ARTIFACTS, 'node');
    await cp(at('logs'), to, { recursive: true });
    await cp(at('kubelet', 'pod-logs'), join(to, 'pods'), { recursive: true }).catch(() => {}); // there was no pod yet
  };
  try {
    await mkdir(at('logs'));
    const cgroups = await makeCgroups(basename(directory.path));
    undo.push(cgroups.remove);
    undo.push(() => kubectl('delete', 'node', NAME, '--ignore-not-found'));
    const enclosure = await makeEnclosure(directory.path);
    undo.push(enclosure.end);
    const network = await connect(enclosure);
    const services = await provideServices(kubectl, facts.server, network.machine);
    undo.push(services.stop);
    const kubeconfig = at('kubeconfig.json');
    await writeFile(kubeconfig, await kubeconfigFor(kubectl, services.apiServer), { mode: 0o600 });

    const builder = await makeBuildah(enclosure, at('buildah'));
    const pause = await pauseArchive(builder);
    const archive = await operatorArchive(builder);
    progress(`the images are built (${elapsed(startedAt)})`);
    const containerd = await startContainerd(enclosure, at('containerd'), log('containerd'));
    await writeCniConfig(join(cniFolder(at('containerd')), '10-pods.conflist'), network);
    for (const file of [pause, archive]) await containerd.ctr('images', 'import', file);

    const shared = { kubeconfig, folder: at('kubelet'), nodeName: NAME };
    const kubeletProcess = await startKubelet(enclosure, {
      ...shared,
      program: kubelet,
      taint: TAINT,
      address: network.node,
      cgroup: cgroups.name,
      logFile: log('kubelet'),
    });
    await waitFor('the node to be Ready', () => isReady(kubectl), { program: kubeletProcess });
    const proxy = await startKubeProxy(enclosure, {
      ...shared,
      program: kubeProxy,
      pods: network.pods,
      logFile: log('kube-proxy'),
    });
    await servicesAreRouted(enclosure, proxy);
    progress(`a real node is ready (${elapsed(startedAt)})`);
    return { name: NAME, folder: directory.path, network, enclosure, containerd, archive, collectLogs, stop };
  } catch (thrown) {
    await collectLogs().catch(() => {}); // what failed is the news
    await stop();
    throw thrown;
  }
}

/** The administrator's, by an address that the server's certificate does not have. */
async function kubeconfigFor(kubectl: Kubectl, server: string): Promise<string> {
  const config = JSON.parse(await kubectl('config', 'view', '--raw', '--minify', '--flatten', '-o', 'json'));
  Object.assign(config.clusters[0].cluster, { server, 'tls-server-name': 'kubernetes.default.svc' });
  return JSON.stringify(config);
}

async function isReady(kubectl: Kubectl): Promise<true | string> {
  const { status, spec } = JSON.parse(await kubectl('get', 'node', NAME, '-o', 'json'));
  const ready = status.conditions.find(({ type }: { type: string }) => type === 'Ready');
  if (ready?.status !== 'True') return String(ready?.message);
  const taints: readonly { readonly key: string }[] = spec.taints ?? [];
  return taints.every(({ key }) => key === TAINT) || JSON.stringify(taints);
}

/** The Services that every pod needs are there before the first pod is. */
function servicesAreRouted(enclosure: Enclosure, proxy: GuardedProcess): Promise<void> {
  return waitFor(
    'kube-proxy to know the Services',
    async () => {
      const rules = await enclosure.run('iptables', '-t', 'nat', '-S', 'KUBE-SERVICES');
      const wanted = ['default/kubernetes:https', 'kube-system/kube-dns:dns'];
      return wanted.every((name) => rules.includes(name)) || rules;
    },
    { program: proxy },
  );
}
