import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedCluster } from '@ddprofiler-rc/cluster-sim';
import { kubeconfigFor, serveCluster } from '@ddprofiler-rc/cluster-sim/http';
import type { OpenCluster } from './demo-cluster.ts';

/** The embedded cluster in this process, over HTTP on a free port of this machine, for who has its kubeconfig. */
export const openEmbeddedCluster: OpenCluster = async (_progress, directory) => {
  const token = randomBytes(24).toString('base64url');
  const cluster = new EmbeddedCluster();
  const served = await serveCluster(cluster, { host: '127.0.0.1', port: 0, tokens: { [token]: 'admin' } });
  const kubeconfig = join(directory, 'kubeconfig.yaml');
  await writeFile(kubeconfig, kubeconfigFor(served.url, { token }), { mode: 0o600 });
  return {
    kubeconfig,
    stop: async () => {
      cluster.stop();
      await served.close();
    },
  };
};
