/** For the top of a file that compares the embedded cluster with the real one: gives each test a pair to run kubectl on. */
import { afterAll, beforeAll, inject } from 'vitest';
import { type EmbeddedControlPlane, startEmbeddedControlPlane } from './embedded-control-plane.ts';
import { type Pair, pairOfTest } from './embedded-pair.ts';
import { ownCluster } from './own-cluster.ts';

/** `purpose` goes into the name of the test's namespace. */
export function besideReal(): (purpose: string) => Promise<Pair> {
  const { kubectl, kubeconfig } = ownCluster(inject('cluster'));
  let embedded: EmbeddedControlPlane | undefined;
  beforeAll(async () => {
    embedded = await startEmbeddedControlPlane(kubectl);
  });
  afterAll(() => embedded?.stop());
  return (purpose) => {
    if (embedded === undefined) throw new Error('the embedded cluster is started before the tests');
    return pairOfTest(purpose, { kubectl, kubeconfig }, { kubectl, kubeconfig: embedded.kubeconfig });
  };
}
