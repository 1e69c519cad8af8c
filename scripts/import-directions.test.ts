import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIOME = join(ROOT, 'node_modules/.bin/biome');
const run = promisify(execFile);

/** What the linter says of imports in these paths; empty where all is well. */
async function complaints(...paths: readonly string[]): Promise<string> {
  try {
    await run(BIOME, ['lint', '--only=style/noRestrictedImports', '--colors=off', '--max-diagnostics=50', ...paths], {
      cwd: ROOT,
    });
    return '';
  } catch (error) {
    return error instanceof Error && 'stderr' in error && 'stdout' in error
      ? `${String(error.stdout)}${String(error.stderr)}`
      : String(error);
  }
}

let planted: string | undefined;

async function plant(directory: string, code: string): Promise<string> {
  planted = await mkdtemp(join(ROOT, directory, 'planted-'));
  const file = join(planted, 'planted.ts');
  await writeFile(file, code);
  return file;
}

afterEach(async () => {
  if (planted !== undefined) await rm(planted, { recursive: true });
  planted = undefined;
});

describe('dependencies point one way: server → k8s-adapter → core', () => {
  test('given the packages as they are, then no import goes against it', async () => {
    expect(await complaints('packages')).toBe('');
  });

  test.each([
    ['packages/core/src', "import { execute } from '@ddprofiler-rc/k8s-adapter';"],
    ['packages/core/src', "import { readSettings } from '../../../server/src/settings.ts';"],
    ['packages/core/src', "import { readFileSync } from 'node:fs';"],
    ['packages/core/src', "import { Subject } from 'rxjs';"],
    ['packages/k8s-adapter/src', "import { startPipeline } from '@ddprofiler-rc/server';"],
    ['packages/k8s-adapter/src', "import { decide } from '../../../core/src/decide.ts';"],
    ['testing/cluster-sim/src', "import { decide } from '@ddprofiler-rc/core';"],
    ['testing/cluster-sim/src', "import { execute } from '@ddprofiler-rc/k8s-adapter';"],
    ['packages/server/src', "import { KubeConfig } from '@kubernetes/client-node';"],
    ['packages/server/src', "import { decide } from '../../../core/src/decide.ts';"],
  ])('given a file in %s with %s, then it is refused', async (directory, code) => {
    expect(await complaints(await plant(directory, `${code}\n`))).toContain('noRestrictedImports');
  });
});
