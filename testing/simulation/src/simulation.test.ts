import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { drawPlan } from './draw-plan.ts';
import { runHistory } from './history.ts';
import { MODES } from './plan.ts';

const CLI = fileURLToPath(new URL('cli.ts', import.meta.url));

/** Seeds of every test run: enough to meet each fault and each action many times. */
const SEEDS = 200;

test(`${SEEDS} seeds violate no invariant, in safety and in liveness mode`, { timeout: 600_000 }, async () => {
  const { code, output } = await simulate({ SEEDS: String(SEEDS) });
  process.stdout.write(output);
  expect(code, output).toBe(0);
  expect(output).toContain(`${SEEDS} seeds in safety and liveness mode, 0 failed`);
});

test.for(MODES)('the same seed gives the same trace, byte for byte: %s', { timeout: 120_000 }, async (mode) => {
  const first = await runHistory(drawPlan(11), mode);
  const second = await runHistory(drawPlan(11), mode);
  expect(first.trace.length).toBeGreaterThan(50);
  expect(second.trace.join('\n')).toBe(first.trace.join('\n'));
});

test('given a server that loses lines of a watch, then audits find what was missed, and all comes right', {
  timeout: 240_000,
}, async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const plan = drawPlan(seed);
    if (!plan.faults.some(({ fault }) => fault === 'lostLines')) continue;
    const { trace, violation } = await runHistory(plan, 'liveness');
    expect(violation).toBeUndefined();
    if (trace.some((line) => line.includes('an audit found'))) return;
  }
  expect.fail(`of ${SEEDS} seeds none has an audit that found anything`);
});

test('a number that is none is refused with what is accepted', { timeout: 120_000 }, async () => {
  const { code, output } = await simulate({ SEEDS: 'many' });
  expect(code).toBe(2);
  expect(output).toBe('SEEDS: got "many"; accepted: a whole number, 1 or more; as in: make simulate SEEDS=5000\n');
});

function simulate(env: Readonly<Record<string, string>>): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [CLI], { env: { ...process.env, ...env }, maxBuffer: 2 ** 26 }, (_, out, err) => {
      resolve({ code: child.exitCode ?? -1, output: out + err });
    });
  });
}
