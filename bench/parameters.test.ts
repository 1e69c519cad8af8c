import { describe, expect, test } from 'vitest';
import { type Parameters, readParameters } from './parameters.ts';

function parametersOf(env: Readonly<Record<string, string>>): Parameters {
  const read = readParameters(env);
  if (read.kind === 'invalid') throw new Error(read.messages.join('; '));
  return read.parameters;
}

describe('what a run measures', () => {
  test('without variables everything at its full size, written to the documentation', () => {
    const full = parametersOf({});
    expect(full).toMatchObject({ isFull: true, sizes: [1_000, 5_000], rounds: 2, changes: 1_000, idleSeconds: 60 });
    expect(full.only).toEqual(['converge', 'latency', 'idle', 'memory', 'restart', 'noisy', 'limits', 'guardrails']);
    expect([full.roundsOf(1_000), full.roundsOf(5_000)]).toEqual([7, 3]);
    expect(full.out).toMatch(/\/docs\/benchmarks$/);
  });

  test('an empty variable is none, as make passes it', () => {
    expect(parametersOf({ QUICK: '', ONLY: '', SIZES: '' }).isFull).toBe(true);
  });

  test.each([{ QUICK: '1' }, { ONLY: 'idle' }, { SIZES: '1000,5000' }, { ROUNDS: '7' }, { CHANGES: '1000' }, { IDLE_S: '60' }])(
    '%o is no full run, and leaves the documentation alone',
    (env) => {
      const part = parametersOf(env);
      expect(part.isFull).toBe(false);
      expect(part.out).toMatch(/\/dist\/bench$/);
    },
  );

  test('what is asked for is what is measured', () => {
    const part = parametersOf({ ONLY: 'noisy, idle', SIZES: '10,20', ROUNDS: '4', OUT: '/somewhere' });
    expect(part).toMatchObject({ only: ['noisy', 'idle'], sizes: [10, 20], rounds: 4, out: '/somewhere' });
    expect(part.roundsOf(5_000)).toBe(4);
  });
});

test.each([
  [{ ONLY: 'speed' }, 'ONLY is "speed"; accepted: of converge'],
  [{ SIZES: '1e3' }, 'SIZES is "1e3"; accepted: whole numbers'],
  [{ ROUNDS: '0' }, 'ROUNDS is "0"; accepted: a whole number'],
  [{ QUICK: 'yes' }, 'QUICK is "yes"; accepted: 1'],
])('%o is refused with what is accepted', (env, message) => {
  const read = readParameters(env);
  expect(read.kind === 'invalid' ? read.messages.join() : '').toContain(message);
});
