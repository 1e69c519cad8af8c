/**
 * `make simulate SEEDS=n [SEED=n]`.
 *
 * | given | does | exit code |
 * | --- | --- | --- |
 * | SEED | runs the histories of that seed, prints their traces | 0, or 1 where an invariant is violated |
 * | SEEDS (default 1000), FROM (default 1) | runs the histories of so many seeds on all cores, with progress | 0, or 1 at the first violation |
 */
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { drawPlan } from './draw-plan.ts';
import { runHistory } from './history.ts';
import { describePlan, MODES } from './plan.ts';
import { fingerprint } from './report.ts';
import { type SeedResult, simulateSeed } from './simulate.ts';

const PROGRESS_EVERY_MS = 2_000;

const { SEED, SEEDS, FROM } = process.env;
process.exitCode =
  SEED === undefined || SEED === ''
    ? await many(count('SEEDS', SEEDS || '1000'), count('FROM', FROM || '1'))
    : await one(count('SEED', SEED));

async function one(seed: number): Promise<number> {
  const plan = drawPlan(seed);
  print(describePlan(plan));
  for (const mode of MODES) {
    const result = await runHistory(plan, mode);
    print(`\n${mode}:`, ...result.trace, `${mode}: ${result.trace.length} lines, fingerprint ${fingerprint(result)}`);
    if (result.violation === undefined) continue;
    const { failure } = await simulateSeed(seed);
    print('', failure ?? '');
    return 1;
  }
  return 0;
}

async function many(seeds: number, first: number): Promise<number> {
  const threads = Math.min(seeds, availableParallelism());
  const started = performance.now();
  const results: SeedResult[] = [];
  const failures: SeedResult[] = [];
  const rate = () => {
    const seconds = (performance.now() - started) / 1_000;
    const simulated = results.reduce((sum, { simulatedMs }) => sum + simulatedMs, 0) / 1_000;
    return `${(results.length / seconds).toFixed(1)} seeds/s, ${Math.round(simulated / seconds)} simulated seconds per second`;
  };
  const progress = setInterval(() => print(`${results.length} of ${seeds} seeds, ${rate()}`), PROGRESS_EVERY_MS);
  const workers = Array.from(
    { length: threads },
    (_, index) =>
      new Worker(new URL('./worker.ts', import.meta.url), {
        workerData: { first: first + index, count: seeds - index, step: threads },
      }),
  );
  await Promise.all(
    workers.map(
      (worker) =>
        new Promise<void>((resolve, reject) => {
          worker.on('message', (result: SeedResult) => {
            results.push(result);
            if (result.failure === undefined) return;
            failures.push(result);
            for (const other of workers) if (other !== worker) void other.terminate();
          });
          worker.on('error', reject);
          worker.on('exit', () => resolve());
        }),
    ),
  );
  clearInterval(progress);
  for (const { failure } of failures) print('', failure ?? '');
  const inOrder = results.toSorted((a, b) => a.seed - b.seed).map((result) => result.fingerprint);
  const all = createHash('sha256').update(inOrder.join('\n')).digest('hex').slice(0, 16);
  const modes = MODES.join(' and ');
  print(
    `${results.length} seeds in ${modes} mode, ${failures.length} failed; ${rate()}; on ${threads} threads; fingerprint ${all}`,
  );
  return failures.length === 0 ? 0 : 1;
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  process.stderr.write(
    `${name}: got ${JSON.stringify(text)}; accepted: a whole number, 1 or more; as in: make simulate SEEDS=5000\n`,
  );
  process.exit(2);
}

function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
