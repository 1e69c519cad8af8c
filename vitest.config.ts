import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/longest-first.ts';

/** `make test`: every test that needs only Node and npm. The tests against a real cluster have a config of their own, in e2e/. */
export default defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/test/**/*.test.ts',
      'testing/*/src/**/*.test.ts',
      'testing/simulation/planted-bugs/**/*.test.ts',
      'testing/changes/*.test.ts',
      'scripts/**/*.test.ts',
      'e2e/faults/**/*.test.ts',
      'e2e/chaos/**/*.test.ts',
      'e2e/node/**/*.test.ts',
      'demo/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    sequence: { sequencer: LongestFirst },
    // A machine that does other things beside the tests is no fault of theirs.
    testTimeout: 60_000,
    passWithNoTests: false,
  },
});
