/** kube-proxy, whose rules are in the enclosure's network alone. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuardedProcess } from '@ddprofiler-rc/control-plane/guarded-process';
import type { Enclosure } from './enclosure.ts';

export interface KubeProxyOptions {
  readonly program: string;
  readonly kubeconfig: string;
  readonly nodeName: string;
  /** Addresses of pods, e.g. `198.18.7.0/24`. */
  readonly pods: string;
  readonly folder: string;
  readonly logFile: string;
}

const configuration = ({ kubeconfig, nodeName, pods }: KubeProxyOptions): object => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  clientConnection: { kubeconfig },
  hostnameOverride: nodeName,
  mode: 'iptables',
  clusterCIDR: pods,
  // These limits are the whole machine's, and are left as they are.
  conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  healthzBindAddress: '127.0.0.1:10256',
  metricsBindAddress: '127.0.0.1:10249',
});

export async function startKubeProxy(enclosure: Enclosure, options: KubeProxyOptions): Promise<GuardedProcess> {
  const config = join(options.folder, 'kube-proxy.json');
  await writeFile(config, JSON.stringify(configuration(options)));
  const { program, logFile } = options;
  return enclosure.start({ name: 'kube-proxy', program, args: [`--config=${config}`], logFile });
}
