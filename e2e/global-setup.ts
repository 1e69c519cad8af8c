/**
 * Opens the cluster once for all test files and puts the CRD on it. Tests get `inject('cluster')`, plain facts. Logs are kept
 * in e2e/artifacts/ when anything failed, the start included; the cluster is stopped in any case.
 */
import { glob, readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Cluster, type ClusterFacts, openCluster } from '@ddprofiler-rc/control-plane/cluster';
import { onScreen } from '@ddprofiler-rc/control-plane/progress';
import type { TestProject } from 'vitest/node';
import { ARTIFACTS } from './harness/artifacts.ts';
import { OWN_CLUSTER_FILES } from './harness/own-cluster.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    cluster: ClusterFacts;
  }
}

const HERE = fileURLToPath(new URL('.', import.meta.url));
const CRD = fileURLToPath(new URL('../charts/ddprofiler-rc/files/crd.yaml', import.meta.url));

const collect = async (cluster: Cluster): Promise<void> => {
  if (cluster.facts.kind === 'existing') return;
  await cluster.collectLogs(ARTIFACTS);
  onScreen(`the control plane's logs are kept in ${ARTIFACTS}`);
};

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  await rm(ARTIFACTS, { recursive: true, force: true });
  const cluster = await openCluster(onScreen, { failureLogs: ARTIFACTS });
  try {
    await cluster.kubectl.withInput(await readFile(CRD, 'utf8'), 'apply', '-f', '-');
    await cluster.kubectl('wait', '--for=condition=Established', 'crd/ddprofcrds.crds.grove', '--timeout=30s');
  } catch (thrown) {
    await collect(cluster);
    await cluster.stop();
    throw thrown;
  }
  if (cluster.facts.kind === 'existing') {
    const leftOut: string[] = [];
    for await (const file of glob(OWN_CLUSTER_FILES, { cwd: HERE })) leftOut.push(file);
    onScreen(`left out, since they need a control plane of their own (unset E2E_KUBECONFIG): ${leftOut.toSorted().join(', ')}`);
  }
  project.provide('cluster', cluster.facts);
  return async () => {
    const { state } = project.vitest;
    const failed = state.getFailedFilepaths().length > 0 || state.getUnhandledErrors().length > 0;
    try {
      if (failed) await collect(cluster);
    } finally {
      await cluster.stop();
    }
  };
};
