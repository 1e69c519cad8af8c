export { type KubeconfigOptions, kubeconfigFor } from './kubeconfig.ts';
export { type Face, type ServeOptions, serveCluster } from './serve.ts';
export type { ServedCluster } from './served-cluster.ts';
