import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIOME = join(ROOT, 'node_modules/.bin/biome');
const run = promisify(execFile);

/** What the linter says of imports in the tree at `root`; empty where all is well. */
async function complaintsOf(root: string): Promise<string> {
  const rules = ['--only=style/noRestrictedImports', '--only=suspicious/noImportCycles'];
  try {
    await run(BIOME, ['lint', ...rules, '--colors=off', '--max-diagnostics=200', '.'], { cwd: root });
    return '';
  } catch (error) {
    return error instanceof Error && 'stderr' in error && 'stdout' in error
      ? `${String(error.stdout)}${String(error.stderr)}`
      : String(error);
  }
}

/** A tree that has nothing but the linter's configuration and these files, by their paths. */
async function treeOf(files: ReadonlyMap<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'ddprofiler-rc-imports-'));
  for (const name of ['biome.json', '.gitignore']) await cp(join(ROOT, name), join(root, name));
  for (const [path, code] of files) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), `${code}\n`);
  }
  return root;
}

test('given the tree as it is, then no import goes in a circle or in a wrong direction', async () => {
  expect(await complaintsOf(ROOT)).toBe('');
});

/** In which folder, and what no file there may say. server → k8s-adapter → core; testing → packages; e2e, bench, demo, charts → testing, packages. */
const WRONG_WAYS: readonly (readonly [string, string])[] = [
  ['packages/core/src', "import { execute } from '@ddprofiler-rc/k8s-adapter';"],
  ['packages/core/src', "import { readSettings } from '../../../server/src/settings/settings.ts';"],
  ['packages/core/src', "import { readFileSync } from 'node:fs';"],
  ['packages/core/src', "import { Subject } from 'rxjs';"],
  ['packages/core/src', "import { withPart } from '../../../../scripts/written-part.ts';"],
  ['packages/core/src', "import { allQueries } from '../../../../charts/tools/queries.ts';"],
  ['packages/core/src', "import { drawPlan } from '../../../../testing/simulation/src/draw-plan.ts';"],
  ['packages/core/test', "import { readSettings } from '@ddprofiler-rc/server/settings';"],
  ['packages/k8s-adapter/test', "import { startPipeline } from '@ddprofiler-rc/server';"],
  ['packages/k8s-adapter/src', "import { startPipeline } from '@ddprofiler-rc/server';"],
  ['packages/k8s-adapter/src', "import { decide } from '../../../core/src/decide.ts';"],
  ['packages/k8s-adapter/test', "import { EmbeddedCluster } from '@ddprofiler-rc/cluster-sim';"],
  ['packages/server/src', "import { KubeConfig } from '@kubernetes/client-node';"],
  ['packages/server/src', "import { decide } from '../../../core/src/decide.ts';"],
  ['packages/server/src', "import { waitFor } from '@ddprofiler-rc/control-plane/wait';"],
  ['packages/server/src', "import { withPart } from '../../../../scripts/written-part.ts';"],
  ['packages/core/test', "import { startDemoOperator } from '../../../../demo/demo-operator.ts';"],
  ['testing/cluster-sim/src', "import { decide } from '@ddprofiler-rc/core';"],
  ['testing/cluster-sim/src', "import { execute } from '@ddprofiler-rc/k8s-adapter';"],
  ['testing/simulation/src', "import { makeWorld } from '../../../../e2e/harness/world.ts';"],
  ['testing/simulation/src', "import { decide } from '../../../../packages/core/src/decide.ts';"],
  ['testing/control-plane/src', "import { decide } from '@ddprofiler-rc/core';"],
  ['e2e/scenarios', "import { startDemoOperator } from '../../../demo/demo-operator.ts';"],
  ['e2e/scenarios', "import { waitFor } from '../../../testing/control-plane/src/wait.ts';"],
  ['bench', "import { makeWorld } from '../../e2e/harness/world.ts';"],
  ['demo', "import { parametersOf } from '../../bench/parameters.ts';"],
  ['charts/tests', "import { makeWorld } from '../../../e2e/harness/world.ts';"],
  ['charts/tests', "import { readSettings } from '../../../packages/server/src/settings/settings.ts';"],
  ['scripts', "import { makeWorld } from '../../e2e/harness/world.ts';"],
];

const CIRCLES = {
  'of values': {
    'one.ts': "import { another } from './another.ts'; export const one = () => another;",
    'another.ts': "import { one } from './one.ts'; export const another = () => one;",
  },
  'of types alone': {
    'one.ts': "import type { Another } from './another.ts'; export type One = Another | null;",
    'another.ts': "import type { One } from './one.ts'; export type Another = { one: One };",
  },
};

describe('given files that import what they must not, or in a circle', () => {
  const wrong = WRONG_WAYS.map(([folder, code], index) => ({ folder, code, path: `${folder}/planted/${index}.ts` }));
  const circles = Object.entries(CIRCLES).map(([what, files]) => ({
    what,
    files: Object.entries(files).map(([name, code]) => ({
      path: `packages/core/src/${what.replaceAll(' ', '-')}/${name}`,
      code,
    })),
  }));
  let root: string;
  let told: string;
  beforeAll(async () => {
    const planted = [...wrong, ...circles.flatMap(({ files }) => files)];
    root = await treeOf(new Map(planted.map(({ path, code }) => [path, code])));
    told = await complaintsOf(root);
  });
  afterAll(() => rm(root, { recursive: true }));
  const isTold = (path: string, rule: string): boolean =>
    told.split('\n').some((line) => line.startsWith(`${path}:`) && line.includes(rule));

  test.each(wrong)('then $code in $folder is refused', ({ path }) => {
    expect(isTold(path, 'noRestrictedImports'), told).toBe(true);
  });

  test.each(circles)('then a circle $what is refused', ({ files }) => {
    for (const { path } of files) expect(isTold(path, 'noImportCycles'), told).toBe(true);
  });
});
