export { kubeconfigFor } from './kubeconfig.ts';
export { type ServeOptions, serveCluster } from './serve.ts';
