import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantedBugs } from './bug.ts';
import { hunt, MOST_SEEDS } from './hunt.ts';
import { PAGE, pageWith, tableOf } from './table.ts';
import { Tree } from './tree.ts';

const BUGS = await plantedBugs();
const CAUGHT = await tableOf();

let tree: Tree;
beforeAll(async () => {
  tree = await Tree.copy();
});
afterAll(() => tree.remove());

test.each(BUGS)('$name is caught', { timeout: 600_000 }, async (bug) => {
  const recorded = CAUGHT[bug.name];
  const found = recorded?.by === 'simulation' ? await hunt(tree, bug, recorded.seed, 1) : await hunt(tree, bug);
  if (found === undefined && recorded?.by === 'simulation') {
    const elsewhere = await hunt(tree, bug);
    const advice =
      elsewhere === undefined ? `nothing catches it within ${MOST_SEEDS} seeds: a check is missing` : 'run make planted-bugs';
    throw new Error(`seed ${recorded.seed} does not catch it any more; ${advice}`);
  }
  expect(found).toEqual(recorded);
});

test('seeds that catch them are among those that the operator passes', () => {
  for (const result of Object.values(CAUGHT)) if (result.by === 'simulation') expect(result.seed).toBeLessThanOrEqual(MOST_SEEDS);
});

test('the page shows what is in the table, and nothing else', async () => {
  const page = await readFile(PAGE, 'utf8');
  expect(Object.keys(CAUGHT).sort()).toEqual(BUGS.map(({ name }) => name));
  expect(pageWith(page, BUGS, CAUGHT)).toBe(page);
});
