/**
 * Holds "How a change is made" in CONTRIBUTING.md to the truth. A patch makes each kind of change: its files are those that the page lists, and no more
 * than `MOST`; and in a copy of the tree, with all changes together, its own test passes, and so do those of before.
 */
import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pathsIn, Tree } from '../simulation/planted-bugs/tree.ts';

/** The most files that a change may touch, beside its own test and what is generated. */
const MOST: Readonly<Record<string, number>> = {
  'a rule field': 2,
  'a hazard': 3,
  'a route': 3,
  'a command': 3,
  'a metric': 3,
  'a guardrail with a setting': 5,
  'a watched kind': 11,
};

interface Change {
  /** As in the page's headings, in lower case. */
  readonly name: string;
  readonly patch: string;
  /** Files beside tests. */
  readonly files: readonly string[];
  readonly tests: readonly string[];
}

async function readChange(name: string): Promise<Change> {
  const patch = await readFile(new URL(`${name.replaceAll(' ', '-')}.patch`, import.meta.url), 'utf8');
  const paths = pathsIn(patch);
  return { name, patch, files: paths.filter((path) => !isTest(path)), tests: paths.filter(isTest) };
}

function isTest(path: string): boolean {
  return path.endsWith('.test.ts');
}

/** Tests of before that must pass with the changes, too. */
const AREAS = [
  'packages/server/src/http',
  'packages/server/src/settings',
  'packages/server/src/metrics',
  'packages/core/src/rules',
  'packages/core/src/clone',
];

const CHANGES = await Promise.all(Object.keys(MOST).map(readChange));

/** The files that CONTRIBUTING.md lists, by the heading of the change. */
async function listed(): Promise<ReadonlyMap<string, readonly string[]>> {
  const page = await readFile(new URL('../../CONTRIBUTING.md', import.meta.url), 'utf8');
  const sections = page.split(/^#{2,3} /m).slice(1);
  return new Map(
    sections.map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      const files = lines.filter((line) => /^\d+\. /.test(line)).map((line) => /`([^`]+)`/.exec(line)?.[1] ?? '');
      return [heading.toLowerCase(), files];
    }),
  );
}

test.each(CHANGES)('$name brings its test', ({ tests }) => expect(tests).not.toEqual([]));

test('every patch is a change of the table', async () => {
  const patches = (await readdir(new URL('.', import.meta.url))).filter((name) => name.endsWith('.patch'));
  expect(patches.map((name) => name.replace('.patch', '').replaceAll('-', ' ')).toSorted()).toEqual(Object.keys(MOST).toSorted());
});

test.each(CHANGES)('$name: the page lists its files, and they are few', async ({ name, files }) => {
  process.stdout.write(`${name}: ${files.length} of at most ${MOST[name]} files: ${files.join(', ')}\n`);
  expect((await listed()).get(name)?.toSorted()).toEqual(files.toSorted());
  expect(files.length).toBeLessThanOrEqual(MOST[name] ?? 0);
});

describe('all of them made in a copy', () => {
  let tree: Tree;
  beforeAll(async () => {
    tree = await Tree.copy(['README.md', 'charts', 'docs']);
  });
  afterAll(() => tree.remove());

  async function withAll<T>([change, ...others]: readonly Change[], work: () => Promise<T>): Promise<T> {
    return change === undefined ? work() : tree.withPatch(change, () => withAll(others, work));
  }

  test('the compiler takes them, and the test of each passes', { timeout: 240_000 }, async () => {
    await withAll(CHANGES, async () => {
      // The server imports all that is shipped.
      const compiled = await tree.run(['node_modules/typescript/bin/tsc', '-p', 'packages/server']);
      expect(compiled.code, compiled.output).toBe(0);
      // Settings have a snapshot of the help, which is written anew.
      const vitest = ['node_modules/vitest/vitest.mjs', 'run', '-u'];
      const { code, output } = await tree.run([...vitest, ...AREAS, ...CHANGES.flatMap(({ tests }) => tests)]);
      expect(code, output).toBe(0);
    });
  });
});
