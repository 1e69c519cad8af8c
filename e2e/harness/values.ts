/** Values for a release of the chart; and the chart's example, with the sources that its rules name. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@ddprofiler-rc/control-plane/guarded-directory';
import { expect } from 'vitest';
import { EXAMPLE_VALUES } from './helm.ts';
import { envOf, hasReplicas, type World } from './world.ts';

const EXAMPLE_SOURCES = ['profiler-worker', 'profiler-feedworker'];

export function valuesFile(values: object): Promise<string> {
  return write(JSON.stringify(values));
}

/** The example's values as they are, but for the namespace, which is named in them. */
export async function exampleFor({ namespace: name }: World): Promise<string> {
  const text = await readFile(EXAMPLE_VALUES, 'utf8');
  return write(text.replace(/- profiler$/m, `- ${name}`).replace(/^( +)profiler:$/m, `$1${name}:`));
}

/** One source for each rule of the example. */
export async function exampleSources(world: World): Promise<void> {
  for (const name of EXAMPLE_SOURCES) await world.source(name, { replicas: 4 });
}

export async function exampleClones(world: World): Promise<void> {
  for (const name of EXAMPLE_SOURCES) {
    const clone = await world.eventually(`${name}-profiler`, hasReplicas(2));
    expect(envOf(clone)).toEqual({ PROFILING_ENABLED: 'True' });
  }
}

async function write(text: string): Promise<string> {
  const file = join(await temporaryDirectory('ddprofiler-rc-values-'), 'values.yaml');
  await writeFile(file, text);
  return file;
}
