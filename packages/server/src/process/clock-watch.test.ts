import { expect, test } from 'vitest';
import { createLogger } from '../log/log.ts';
import { ClockWatch } from './clock-watch.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const DAY = 86_400;

test.each([
  ['ahead', DAY, /86400 s ahead of the API server's: .* end too early/],
  ['behind', -DAY, /86400 s behind the API server's: .* end too late/],
])('a clock that is %s is told once, and that it is right again', (_, seconds, words) => {
  const logged: string[] = [];
  let now = NOON;
  const watch = new ClockWatch(() => now, createLogger('INFO', { write: (line) => logged.push(line) }));
  watch.heard(NOON - 30_000);
  expect([watch.skewSeconds, logged]).toEqual([30, []]);
  now = NOON + seconds * 1_000;
  for (let answer = 0; answer < 3; answer += 1) watch.heard(NOON);
  watch.heard(undefined);
  expect(watch.skewSeconds).toBe(seconds);
  expect(logged).toEqual([expect.stringMatching(words)]);
  now = NOON;
  watch.heard(NOON);
  expect(logged[1]).toContain('agrees with the API server again');
});
