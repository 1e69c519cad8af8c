/** The cluster that the story is told on. All that the demo and the operator know of it is its kubeconfig. */
import type { Progress } from '@ddprofiler-rc/control-plane/progress';

export interface DemoCluster {
  /** Path. */
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

export type OpenCluster = (progress: Progress, directory: string) => Promise<DemoCluster>;
