import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** `make chart-test`: the chart without a cluster. Its tools are found, or made, once for all files in global-setup.ts. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    include: ['*.test.ts'],
    globalSetup: ['global-setup.ts'],
    testTimeout: 120_000,
    passWithNoTests: false,
  },
});
