/**
 * `make bench`: measures the built operator on etcd and the API server alone, against the limit of the API server itself.
 * docs/benchmarks/README.md says what and how; parameters.ts lists the environment variables.
 *
 * | the run | exit code |
 * | --- | --- |
 * | is a full one, and every bar is met | 0 |
 * | is a full one, and a bar is missed | 1 |
 * | is not a full one: its figures are for development | 0 |
 * | has parameters that are invalid | 2 |
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '@ddprofiler-rc/control-plane/failure';
import { locatePrograms } from '@ddprofiler-rc/control-plane/locate';
import { elapsed, onScreen } from '@ddprofiler-rc/control-plane/progress';
import { describeMachine, machineInWords } from './machine.ts';
import type { Context } from './measure/context.ts';
import { measureConverge } from './measure/converge.ts';
import { measureGuardrails } from './measure/guardrails.ts';
import { measureIdle } from './measure/idle.ts';
import { measureLatency } from './measure/latency.ts';
import { measureLimits } from './measure/limits.ts';
import { measureMemory } from './measure/memory.ts';
import { measureNoisy } from './measure/noisy.ts';
import { measureRestart } from './measure/restart.ts';
import { type Parameters, readParameters } from './parameters.ts';
import { chartOf } from './report/chart.ts';
import { EMPTY_PAGE, pageWith } from './report/page.ts';
import { missedBars, type Results } from './report/results.ts';
import { inColumns } from './report/table.ts';
import type { Measurement, MeasurementName } from './result.ts';

const MEASURE: Readonly<Record<MeasurementName, (context: Context) => Promise<Measurement>>> = {
  converge: measureConverge,
  latency: measureLatency,
  idle: measureIdle,
  memory: measureMemory,
  restart: measureRestart,
  noisy: measureNoisy,
  limits: measureLimits,
  guardrails: measureGuardrails,
};

// What was started ends with this process: guarded-process.ts.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

const read = readParameters(process.env);
if (read.kind === 'invalid') {
  for (const message of read.messages) process.stderr.write(`make bench: ${message}\n`);
  process.exit(2);
}
try {
  process.exitCode = await run(read.parameters);
} catch (thrown) {
  if (!(thrown instanceof Failure)) throw thrown;
  onScreen(thrown.message);
  process.exitCode = 1;
}

async function run(parameters: Parameters): Promise<number> {
  const startedAt = Date.now();
  const programs = await locatePrograms(onScreen);
  const machine = await describeMachine(programs);
  onScreen(machineInWords(machine));
  const progress = (line: string): void => onScreen(`[${elapsed(startedAt)}] ${line}`);
  const measurements: Measurement[] = [];
  for (const name of parameters.only) measurements.push(await MEASURE[name]({ programs, parameters, progress }));

  const { isFull } = parameters;
  const results: Results = { machine, isFull, seconds: Math.round((Date.now() - startedAt) / 1000), measurements };
  await write(parameters.out, results);
  process.stdout.write(`\n${inColumns(results)}\n\n${machineInWords(machine)}\nWritten to ${parameters.out}\n`);
  const missed = missedBars(results);
  if (missed.length > 0) process.stdout.write(`MISSED: ${missed.map(({ what }) => what).join('; ')}\n`);
  return isFull && missed.length > 0 ? 1 : 0;
}

async function write(out: string, results: Results): Promise<void> {
  await mkdir(out, { recursive: true });
  const page = join(out, 'README.md');
  const former = await readFile(page, 'utf8').catch(() => EMPTY_PAGE);
  await writeFile(join(out, 'results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFile(join(out, 'chart.svg'), chartOf(results));
  await writeFile(page, pageWith(former, results));
}
