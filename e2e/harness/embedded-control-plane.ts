/** The embedded cluster behind its HTTP face. Without tokens, since kubectl sends none over plain HTTP: everybody is its administrator. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EmbeddedCluster } from '@ddprofiler-rc/cluster-sim';
import { kubeconfigFor, serveCluster } from '@ddprofiler-rc/cluster-sim/http';
import { makeKubectl } from '@ddprofiler-rc/control-plane/kubectl';

const CRD = fileURLToPath(new URL('../../charts/ddprofiler-rc/files/crd.yaml', import.meta.url));

export interface EmbeddedControlPlane {
  /** Path. */
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

/** Starts one with the CRD in it, as the real one has it. */
export async function startEmbeddedControlPlane(kubectl: string): Promise<EmbeddedControlPlane> {
  const directory = await mkdtemp(join(tmpdir(), 'ddprofiler-rc-embedded-'));
  const cluster = new EmbeddedCluster();
  const face = await serveCluster(cluster);
  const kubeconfig = join(directory, 'kubeconfig.yaml');
  const stop = async (): Promise<void> => {
    cluster.stop();
    await face.close();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await writeFile(kubeconfig, kubeconfigFor(face.url), { mode: 0o600 });
    await makeKubectl({ program: kubectl, kubeconfig }).withInput(await readFile(CRD, 'utf8'), 'apply', '-f', '-');
    return { kubeconfig, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}
