import { startControlPlane } from '@ddprofiler-rc/e2e/controlplane/control-plane.ts';
import { locatePrograms } from '@ddprofiler-rc/e2e/controlplane/locate.ts';
import type { OpenCluster } from './demo-cluster.ts';

/** `CLUSTER=real`: a control plane as in `make cluster`, started for the demo alone. */
export const openRealCluster: OpenCluster = async (progress) => {
  const { kubeconfig, stop } = await startControlPlane({ programs: await locatePrograms(progress), progress });
  return { kubeconfig, stop };
};
