import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TimeLimit } from './time-limit.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('given time that was started anew, then it is up that long after, and not before', () => {
  const limit = new TimeLimit(1_000);
  limit.restart();
  vi.advanceTimersByTime(999);
  limit.restart();
  vi.advanceTimersByTime(999);
  expect(limit.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(limit.signal.aborted).toBe(true);
  expect(limit.isUp).toBe(true);
});

test('given a parent that aborts, then the signal does, its time is not up, and no timer stays', () => {
  const parent = new AbortController();
  const limit = new TimeLimit(1_000, parent.signal);
  limit.restart();
  parent.abort();
  expect(limit.signal.aborted).toBe(true);
  expect(limit.isUp).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
  limit.restart();
  expect(vi.getTimerCount()).toBe(0);
});

test('given a parent that aborted before, then the signal is aborted from the start', () => {
  expect(new TimeLimit(1_000, AbortSignal.abort()).signal.aborted).toBe(true);
});

test('given a limit that was lifted, then the parent still aborts', () => {
  const parent = new AbortController();
  const limit = new TimeLimit(1_000, parent.signal);
  limit.restart();
  limit.lift();
  vi.advanceTimersByTime(1_000);
  expect(limit.signal.aborted).toBe(false);
  parent.abort();
  expect(limit.signal.aborted).toBe(true);
});

test.each<[string, (limit: TimeLimit) => void]>([
  ['released', (limit) => limit.release()],
  ['up', () => vi.advanceTimersByTime(1_000)],
])('given a limit that is %s, then nothing of it stays on the parent', (_, end) => {
  const parent = new AbortController();
  const limit = new TimeLimit(1_000, parent.signal);
  limit.restart();
  expect(getEventListeners(parent.signal, 'abort')).toHaveLength(1);
  end(limit);
  expect(getEventListeners(parent.signal, 'abort')).toHaveLength(0);
  expect(vi.getTimerCount()).toBe(0);
});
