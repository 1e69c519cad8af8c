/** `make demo CLUSTER=real`: the story that the demo tells on the embedded cluster is true of a real control plane too. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { lastLines } from '@ddprofiler-rc/control-plane/guarded-process';
import { expect, test } from 'vitest';

/** Each step has a deadline of its own; this one is for all of them. */
const STORY_MS = 300_000;
const MAIN = fileURLToPath(new URL('../../demo/main.ts', import.meta.url));

test('given a real control plane, then every step of the demo comes out as expected', { timeout: STORY_MS }, async () => {
  const { promise, resolve } = Promise.withResolvers<{ readonly succeeded: boolean; readonly stdout: string }>();
  const env = { ...process.env, CLUSTER: 'real', KEEP: '' };
  execFile(process.execPath, [MAIN], { env }, (error, stdout) => resolve({ succeeded: error === null, stdout }));
  const { succeeded, stdout } = await promise;
  expect(succeeded, lastLines(stdout, 30)).toBe(true);
  expect(stdout).toMatch(/^All \d+ steps came out as expected; the operator says that all 2 clones are healthy\.$/m);
});
