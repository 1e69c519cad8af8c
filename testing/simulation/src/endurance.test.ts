import { expect, test } from 'vitest';
import { endure } from './endurance.ts';

/** Of half an hour each: one to warm up, then 6 hours. */
const ROUNDS = 13;
const MIB = 2 ** 20;
/** What heaps differ by, garbage collected or not, beyond what four of them show. */
const HEAP_NOISE = 2 * MIB;

test('given 6 hours of churn and faults, then what is kept returns to where it was', { timeout: 600_000 }, async () => {
  const samples = await endure(ROUNDS, 7);
  for (const { atMs, actions, requests, remembered, timers, listeners, heap } of samples) {
    const kept = `${timers} timers, ${listeners} listeners, ${(heap / MIB).toFixed(1)} MiB, ${remembered.join(', ') || 'no object'}`;
    process.stdout.write(`after ${atMs / 3_600_000} h: ${actions} actions, ${requests} requests; kept: ${kept}\n`);
  }
  const [first, ...later] = samples;
  expect(later).toHaveLength(12);
  expect(Math.min(...samples.map(({ requests }) => requests))).toBeGreaterThan(500);
  for (const { remembered, timers, listeners } of later) {
    expect({ remembered, timers, listeners }).toEqual({ remembered: [], timers: first?.timers, listeners: first?.listeners });
  }
  const heaps = later.map(({ heap }) => heap);
  expect(Math.min(...heaps.slice(-4))).toBeLessThan(Math.max(...heaps.slice(0, 4)) + HEAP_NOISE);
});
