/** kubelet as a node of its own runs it, but for what a test machine cannot give it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuardedProcess } from '@ddprofiler-rc/control-plane/guarded-process';
import { SOCKET } from './containerd.ts';
import { CLUSTER_DOMAIN } from './dns.ts';
import type { Enclosure } from './enclosure.ts';
import { DNS_ADDRESS } from './services.ts';

export interface KubeletOptions {
  readonly program: string;
  readonly kubeconfig: string;
  readonly nodeName: string;
  /** Taint that keeps pods away that do not ask for this node. */
  readonly taint: string;
  /** IPv4 */
  readonly address: string;
  readonly cgroup: string;
  readonly folder: string;
  readonly logFile: string;
}

const configuration = ({ folder, address, cgroup, taint }: KubeletOptions, resolvConf: string): object => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  address,
  // Nobody but this machine reaches the address.
  authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
  authorization: { mode: 'AlwaysAllow' },
  registerWithTaints: [{ key: taint, effect: 'NoSchedule' }],
  containerRuntimeEndpoint: `unix://${SOCKET}`,
  clusterDNS: [DNS_ADDRESS],
  clusterDomain: CLUSTER_DOMAIN,
  resolvConf,
  podLogsDir: join(folder, 'pod-logs'),
  volumePluginDir: join(folder, 'volume-plugins'),
  cgroupDriver: 'cgroupfs',
  cgroupRoot: cgroup,
  // The machine is shared: it may have cgroups of version 1, swap, and disks that are almost full.
  failCgroupV1: false,
  failSwapOn: false,
  enforceNodeAllocatable: [],
  localStorageCapacityIsolation: false,
  evictionHard: { 'memory.available': '10Mi' },
  imageGCHighThresholdPercent: 100,
});

export async function startKubelet(enclosure: Enclosure, options: KubeletOptions): Promise<GuardedProcess> {
  const { program, kubeconfig, nodeName, address, folder, logFile } = options;
  await mkdir(folder, { recursive: true });
  const [config, resolvConf] = [join(folder, 'config.json'), join(folder, 'resolv.conf')];
  await writeFile(resolvConf, '');
  await writeFile(config, JSON.stringify(configuration(options, resolvConf)));
  const places = [`--root-dir=${join(folder, 'root')}`, `--cert-dir=${join(folder, 'certificates')}`];
  const identity = [`--hostname-override=${nodeName}`, `--node-ip=${address}`];
  const args = [`--config=${config}`, `--kubeconfig=${kubeconfig}`, ...identity, ...places];
  return enclosure.start({ name: 'kubelet', program, args, logFile });
}
