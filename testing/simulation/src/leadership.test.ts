import { expect, test } from 'vitest';
import { type HistoryResult, runHistory } from './history.ts';
import type { FaultWindow, Plan, TimedAction } from './plan.ts';

/* Histories of leadership that are made by hand: each puts one thing to the test that drawn ones seldom meet. */

const SOURCE = { replicas: 4, image: 'nginx', env: {}, app: 'web', extras: [] };
const RULE = { namespace: 'shop', source: 'web', suffix: 'profiler', scale: '0.5', env: [], unset: [] };

/** Two operators, one source with one rule, and what happens from 10 s on. */
async function history(actions: readonly TimedAction[], faults: readonly FaultWindow[] = []): Promise<HistoryResult> {
  const plan: Plan = {
    seed: 1,
    namespaces: ['shop'],
    scope: '*',
    operators: 2,
    elected: true,
    actions: [
      { at: 0, action: { do: 'rules', draft: { kind: 'rules', rules: [RULE] }, configMap: 'rules' } },
      { at: 0, action: { do: 'bind', configMap: 'rules' } },
      { at: 0, action: { do: 'makeSource', key: 'shop/web', source: SOURCE } },
      ...actions,
    ],
    faults,
    revocations: [],
    webhook: undefined,
    limits: {},
    poisoned: undefined,
    stormEndsAt: 60_000,
  };
  const result = await runHistory(plan, 'liveness');
  expect(result.violation).toBeUndefined();
  return result;
}

const stopLeader = (at: number): TimedAction => ({
  at,
  action: { do: 'restartOperator', how: 'stop', downMs: 30_000, whom: 'leader' },
});
const killLeader = (at: number): TimedAction => ({
  at,
  action: { do: 'restartOperator', how: 'kill', downMs: 30_000, whom: 'leader' },
});
const scale = (at: number, replicas: number): TimedAction => ({ at, action: { do: 'scale', key: 'shop/web', replicas } });

/** What happened in the first minute, but for calls for the Lease: `who what`. */
function writesIn({ trace }: HistoryResult): readonly string[] {
  return trace
    .filter((line) => Number.parseFloat(line) < 60 && !line.includes('the lease'))
    .flatMap((line) => /\s(\w\d+): ((?:create|apply|scale|delete|tell|write) .*?) → /.exec(line)?.slice(1, 3).join(' ') ?? []);
}

const TIMEOUT = { timeout: 120_000 };

test('given two operators, then one of them does all that is to do', TIMEOUT, async () => {
  const writes = writesIn(await history([scale(10_000, 8), scale(12_000, 2)]));
  expect(writes.length).toBeGreaterThan(4);
  expect(new Set(writes.map((write) => write.slice(0, 2))).size).toBe(1);
});

test(
  'given a write that takes its time when the leader is told to stop, then the Lease is released after it',
  TIMEOUT,
  async () => {
    const slow: FaultWindow = { fault: 'slow', on: 'write', from: 9_900, to: 11_000, rate: 1 };
    const result = await history([scale(10_000, 8), stopLeader(10_500)], [slow]);
    const released = Number.parseFloat(result.trace.find((line) => line.includes('release the lease')) ?? '');
    // A slow call takes 2 s at least, and is given up after 8 s.
    expect(released).toBeGreaterThan(11.9);
    expect(released).toBeLessThan(19.1);
  },
);

test('given a change while nobody leads, then who leads next acts on it, though no news of it comes', TIMEOUT, async () => {
  const result = await history([killLeader(10_000), scale(12_000, 8)]);
  const acted = result.trace.find((line) => Number.parseFloat(line) > 12 && line.includes('apply shop/web-profiler')) ?? '';
  expect(Number.parseFloat(acted)).toBeGreaterThan(20);
  expect(Number.parseFloat(acted)).toBeLessThan(28);
});
