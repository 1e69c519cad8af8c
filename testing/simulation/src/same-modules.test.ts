import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The operator's own modules that a program is made of, by the import graph. */
async function operatorModules(entry: string): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    packages: 'bundle',
    external: ['pino'],
    logLevel: 'error',
  });
  return Object.keys(metafile.inputs).filter((path) => /^packages\/(core|k8s-adapter|server)\//.test(path));
}

/** What the simulation stands in for: the way to a real cluster, and the process around the pipeline. */
const NOT_SIMULATED = [
  'packages/server/src/main.ts',
  'packages/server/src/operator.ts',
  'packages/server/src/process/signals.ts',
];

test('the simulated operator and the shipped one are the same modules', { timeout: 120_000 }, async () => {
  const [shipped, simulated] = await Promise.all([
    operatorModules('packages/server/src/main.ts'),
    operatorModules('testing/simulation/src/cli.ts'),
  ]);
  const pipeline = await operatorModules('packages/server/src/pipeline/pipeline.ts');

  expect(pipeline).toContain('packages/server/src/queue/queue.ts');
  expect(pipeline).toContain('packages/k8s-adapter/src/watch/stream.ts');
  expect(pipeline).toContain('packages/core/src/decide.ts');
  // Whatever the pipeline imports, however deep, is both shipped and simulated: no copy, no stand-in.
  expect(pipeline.filter((path) => !shipped.includes(path))).toEqual([]);
  expect(pipeline.filter((path) => !simulated.includes(path))).toEqual([]);
  // Nothing of the operator is simulated that is not shipped.
  expect(simulated.filter((path) => !shipped.includes(path))).toEqual([]);
  // The core is simulated whole, and what is left out is the process, its settings and its HTTP.
  expect(shipped.filter((path) => path.startsWith('packages/core/') && !simulated.includes(path))).toEqual([]);
  expect(simulated).not.toEqual(expect.arrayContaining(NOT_SIMULATED));
});
