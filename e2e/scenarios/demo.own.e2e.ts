/** `make demo CLUSTER=real`: the story that the demo tells on the embedded cluster is true of a real control plane too. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../../demo/main.ts', import.meta.url));

test('given a real control plane, then every step of the demo comes out as expected', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN], {
    env: { ...process.env, CLUSTER: 'real', KEEP: '' },
  });
  expect(stdout).toMatch(/^All \d+ steps came out as expected; the operator says that all 2 clones are healthy\.$/m);
});
