import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { fencedBlocks } from './fenced-blocks.ts';

/** `e2e/helm/newcomer.own.e2e.ts` runs the `sh` blocks of these, in this order. */
const PAGES = ['README.md', 'docs/install.md'];

describe.for(PAGES)('%s', (page) => {
  test('commands are in blocks that are run, or that say why they are not', async () => {
    const blocks = fencedBlocks(await readFile(new URL(`../${page}`, import.meta.url), 'utf8'));
    expect(blocks.filter(({ language }) => language === 'sh').length).toBeGreaterThan(1);
    // `console`: commands that are not run. `text`: what something prints.
    const strange = blocks.filter(({ language }) => !['sh', 'console', 'text', 'yaml'].includes(language));
    expect(strange).toEqual([]);
    const unexplained = blocks.filter(({ language, remark }) => language === 'console' && !remark.startsWith('not run: '));
    expect(unexplained).toEqual([]);
  });
});
