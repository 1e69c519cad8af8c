import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedCluster } from '@ddprofiler-rc/cluster-sim';
import { kubeconfigFor, serveCluster } from '@ddprofiler-rc/cluster-sim/http';
import type { OpenCluster } from './demo-cluster.ts';

/**
 * The embedded cluster in this process, over HTTP on a free port of this machine alone. Without a token, for kubectl sends one over
 * TLS only: there is nothing in this cluster that anybody could want.
 */
export const openEmbeddedCluster: OpenCluster = async (_progress, directory) => {
  const cluster = new EmbeddedCluster();
  const served = await serveCluster(cluster, { host: '127.0.0.1' });
  const kubeconfig = join(directory, 'kubeconfig.yaml');
  await writeFile(kubeconfig, kubeconfigFor(served.url), { mode: 0o600 });
  return {
    kubeconfig,
    stop: async () => {
      cluster.stop();
      await served.close();
    },
  };
};
