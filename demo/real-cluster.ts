import { startControlPlane } from '@ddprofiler-rc/control-plane/control-plane';
import { locatePrograms } from '@ddprofiler-rc/control-plane/locate';
import type { OpenCluster } from './demo-cluster.ts';

/** `CLUSTER=real`: a control plane as in `make cluster`, started for the demo alone. */
export const openRealCluster: OpenCluster = async (progress) => {
  const { kubeconfig, stop } = await startControlPlane({ programs: await locatePrograms(progress), progress });
  return { kubeconfig, stop };
};
