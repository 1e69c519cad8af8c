import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const ROOT = new URL('../', import.meta.url);

/** `` `path` "words of a test" `` in the last column of a row. */
const REFERENCE = /`([^`]+\.(?:test|e2e)\.ts)` "([^"]+)"\s*\|$/;

test('every row of docs/contract.md names a test that is there', async () => {
  const rows = (await readFile(new URL('docs/contract.md', ROOT), 'utf8'))
    .split('\n')
    .filter((line) => /^\| (?!---|what|rule,|#)/.test(line));
  expect(rows.length).toBeGreaterThan(60);
  for (const row of rows) {
    const [, path = '', words = ''] = REFERENCE.exec(row) ?? [];
    expect(path, row).not.toBe('');
    expect(await readFile(new URL(path, ROOT), 'utf8'), `${path} has no test "${words}"`).toContain(words);
  }
});
