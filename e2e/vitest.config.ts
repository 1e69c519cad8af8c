import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { FOLDER } from './harness/artifacts.ts';
import { LastThingsLast } from './harness/last-things-last.ts';
import { OWN_CLUSTER_FILES, runsOnExistingCluster } from './harness/own-cluster.ts';

/** `make e2e`: the tests of one folder against a real cluster, opened once for all of them in global-setup.ts. README.md has what each needs. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    include: [`${FOLDER}/**/*.e2e.ts`],
    // Not skipped but not chosen: on an existing cluster these cannot run. global-setup.ts names them on screen.
    exclude: runsOnExistingCluster() ? [OWN_CLUSTER_FILES] : [],
    globalSetup: [...(FOLDER === 'node' ? ['node/machine-setup.ts'] : []), 'global-setup.ts'],
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
