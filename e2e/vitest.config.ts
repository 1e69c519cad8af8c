import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { OWN_CLUSTER_FILES, runsOnExistingCluster } from './harness/own-cluster.ts';

/** Looks back at what the others asked for. */
const LAST = 'rights.own.e2e.ts';

class LastThingsLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLast = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith(LAST);
    return (await super.sort(files)).toSorted((a, b) => Number(isLast(a)) - Number(isLast(b)));
  }
}

/**
 * `make e2e`: the tests against a real cluster, opened once for all of them in global-setup.ts. Those of `helm/` need Helm, which is built, and
 * Prometheus: they are `make e2e-helm`. Those of `image/` need podman: they are `make e2e-image`.
 */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    include: [`${process.env.E2E_FOLDER ?? 'scenarios'}/**/*.e2e.ts`],
    // Not skipped but not chosen: on an existing cluster these cannot run. global-setup.ts names them on screen.
    exclude: runsOnExistingCluster() ? [OWN_CLUSTER_FILES] : [],
    globalSetup: ['global-setup.ts'],
    // Each file has namespaces of its own, yet "the operator wrote nothing for 30 s" is about the whole cluster.
    fileParallelism: false,
    sequence: { sequencer: LastThingsLast },
    maxConcurrency: 16,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['verbose'],
    passWithNoTests: false,
  },
});
