import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterFailure, NO_BACK_OFF } from './back-off.ts';

const RANDOM = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('given failures in a row, then each wait is in the upper half of a doubling one, from 800 ms up to 30 s', () => {
  fc.assert(
    fc.property(fc.array(RANDOM, { minLength: 1, maxLength: 40 }), (draws) => {
      let backOff = NO_BACK_OFF;
      draws.forEach((random, failures) => {
        const whole = Math.min(1_600 * 2 ** failures, 30_000);
        const next = afterFailure(backOff, { now: backOff.waitsUntil, random });
        expect(next.waitMs).toBeGreaterThanOrEqual(whole / 2);
        // Equal only by rounding.
        expect(next.waitMs).toBeLessThanOrEqual(whole);
        backOff = next.backOff;
      });
    }),
  );
});

test('given a time that the server asked for, then the wait is no shorter', () => {
  const first = afterFailure(NO_BACK_OFF, { now: 0, random: 0 }, 5_000);
  expect(first.waitMs).toBe(5_000);
  expect(afterFailure(first.backOff, { now: 5_000, random: 0 }, 10).waitMs).toBe(1_600);
});

test('given more than 2 minutes of health, then waits start again; given less, they grow on', () => {
  const first = afterFailure(NO_BACK_OFF, { now: 1_000, random: 0 });
  expect(first.waitMs).toBe(800);
  const second = afterFailure(first.backOff, { now: 1_800 + 120_000, random: 0 });
  expect(second.waitMs).toBe(1_600);
  expect(afterFailure(second.backOff, { now: 123_400 + 120_001, random: 0 }).waitMs).toBe(800);
});

test('given a wait of minutes that the server asked for, then that was no health', () => {
  const { backOff } = afterFailure(NO_BACK_OFF, { now: 0, random: 0 }, 300_000);
  expect(afterFailure(backOff, { now: 300_000, random: 0 }).waitMs).toBe(1_600);
});
