/**
 * Scenarios that need the control plane to themselves (its users, its audit log, its API server to kill) are in files of their own,
 * `*.own.e2e.ts`. An existing cluster (`E2E_KUBECONFIG`) cannot give them that, so these files are not run there, and the run says so.
 */
import type { ClusterFacts, OwnClusterFacts } from '@ddprofiler-rc/control-plane/cluster';

/** Relative to e2e/. */
export const OWN_CLUSTER_FILES = '{scenarios,helm,node}/**/*.own.e2e.ts';

/** The same question as in cluster.ts: an empty value is none. */
export const runsOnExistingCluster = (env: NodeJS.ProcessEnv = process.env): boolean => (env.E2E_KUBECONFIG ?? '') !== '';

/** For the top of such a file. */
export function ownCluster(facts: ClusterFacts): OwnClusterFacts {
  if (facts.kind === 'own') return facts;
  throw new Error('this file needs a control plane of our own, and vitest.config.ts should have left it out');
}
