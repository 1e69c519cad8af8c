import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

test('the bundle is the same whatever folder it was built in: it names none', async () => {
  const text = await readFile(new URL('../dist/ddprofiler-rc.mjs', import.meta.url), 'utf8');
  expect(text.split('\n').filter((line) => line.includes(ROOT))).toEqual([]);
});
