/**
 * `make chaos`: SEEDS runs of SECONDS each on a real control plane, from seed SEED on. Exit code 1 if one of them failed; what it left
 * behind is then kept, and the last lines say where.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '@ddprofiler-rc/control-plane/failure';
import { locatePrograms } from '@ddprofiler-rc/control-plane/locate';
import { onScreen } from '@ddprofiler-rc/control-plane/progress';
import { describeReport, replayCommand } from './report.ts';
import { runChaos } from './run.ts';
import { wholeNumber } from './settings.ts';

const ARTIFACTS = fileURLToPath(new URL('artifacts/', import.meta.url));

const seconds = wholeNumber('SECONDS', 60);
const first = wholeNumber('SEED', 1);
const seeds = wholeNumber('SEEDS', process.env.SEED ? 1 : 20);
const two = process.env.OPERATORS === '2';

/** Another build of the operator, e.g. one with a mistake that should be found. */
const operator = process.env.OPERATOR ?? '';

const programs = await locatePrograms(onScreen);
let failed = 0;
for (let seed = first; seed < first + seeds; seed += 1) {
  const directory = join(ARTIFACTS, `seed-${seed}`);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const startedAt = Date.now();
  const tell = (line: string): void => onScreen(`  ${((Date.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
  onScreen(`seed ${seed}`);
  const told = { seed, seconds, programs, directory, two, tell, ...(operator === '' ? {} : { operator }) };
  const report = await runChaos(told).catch((thrown: unknown) => messageOf(thrown));
  process.stdout.write(
    `${typeof report === 'string' ? `seed ${seed}: FAILED; it broke off: ${report}` : describeReport(report)}\n`,
  );
  if (typeof report !== 'string' && report.complaints.length === 0) {
    await rm(directory, { recursive: true, force: true });
  } else {
    failed += 1;
    process.stdout.write(`  logs, journals and audit log: ${directory}\n  again: ${replayCommand({ seed, seconds, two })}\n`);
  }
}
process.stdout.write(`${seeds - failed} of ${seeds} runs passed\n`);
process.exitCode = failed === 0 ? 0 : 1;
