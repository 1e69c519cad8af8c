import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Heartbeat } from './heartbeat.ts';

let heartbeat: Heartbeat;
/** Time that passed without a turn of the event loop. */
let blockedMs: number;

beforeEach(() => {
  vi.useFakeTimers();
  blockedMs = 0;
  heartbeat = new Heartbeat(() => performance.now() + blockedMs);
});

afterEach(() => {
  heartbeat.stop();
  vi.useRealTimers();
});

test('given an event loop that turns, then it is never silent', () => {
  for (let second = 0; second < 10; second += 1) {
    vi.advanceTimersByTime(990);
    expect(heartbeat.silentSeconds).toBe(0);
  }
});

test('given one that stood still, then it says for how long, until it turns again', () => {
  vi.advanceTimersByTime(5_000);
  blockedMs = 40_000;
  expect(heartbeat.silentSeconds).toBe(39);
  vi.advanceTimersByTime(1_000);
  expect(heartbeat.silentSeconds).toBe(0);
});

test('given it is stopped, then no timer is left', () => {
  heartbeat.stop();
  expect(vi.getTimerCount()).toBe(0);
});
