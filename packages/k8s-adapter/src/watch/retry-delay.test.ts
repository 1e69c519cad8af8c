import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RetryDelay } from './retry-delay.ts';

const RANDOM = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('given failures in a row, then each wait is in the upper half of a doubling one, from 800 ms up to 30 s', () => {
  fc.assert(
    fc.property(fc.array(RANDOM, { minLength: 1, maxLength: 40 }), (draws) => {
      let random = 0;
      const delay = new RetryDelay(
        () => 0,
        () => random,
      );
      draws.forEach((draw, failures) => {
        random = draw;
        const whole = Math.min(1_600 * 2 ** failures, 30_000);
        const wait = delay.next();
        expect(wait).toBeGreaterThanOrEqual(whole / 2);
        // Equal only by rounding.
        expect(wait).toBeLessThanOrEqual(whole);
      });
    }),
  );
});

test('given a time that the server asked for, then the wait is no shorter', () => {
  const delay = new RetryDelay(
    () => 0,
    () => 0,
  );
  expect(delay.next(5_000)).toBe(5_000);
  expect(delay.next(10)).toBe(1_600);
});

test('given more than 2 minutes without a failure, then waits start again; given less, they grow on', () => {
  let now = 0;
  const delay = new RetryDelay(
    () => now,
    () => 0,
  );
  expect(delay.next()).toBe(800);
  now += 120_000;
  expect(delay.next()).toBe(1_600);
  now += 120_001;
  expect(delay.next()).toBe(800);
});
