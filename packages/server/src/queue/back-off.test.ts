import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backOffMs, DEFAULT_BACK_OFF } from './back-off.ts';

const anyFailures = fc.integer({ min: 1, max: 100_000 });
const anyRandom = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('back-off', () => {
  test.each([
    [1, 0, 2.5],
    [1, 0.5, 3.75],
    [2, 0, 5],
    [11, 0, 2560],
    [16, 0, 81_920],
    [17, 0, 150_000],
    [5000, 0, 150_000],
  ])('given %i failures and random %d, then it is %d ms', (failures, random, expected) => {
    expect(backOffMs(failures, random)).toBe(expected);
  });

  test('given any failures, then it lies in the upper half of the full delay, and within the cap', () => {
    fc.assert(
      fc.property(anyFailures, anyRandom, (failures, random) => {
        const full = Math.min(DEFAULT_BACK_OFF.capMs, DEFAULT_BACK_OFF.baseMs * 2 ** (failures - 1));
        const delay = backOffMs(failures, random);
        expect(delay).toBeGreaterThanOrEqual(full / 2);
        expect(delay).toBeLessThanOrEqual(full);
        expect(delay).toBeLessThanOrEqual(300_000);
      }),
    );
  });

  test('given one more failure, then the same random waits at least as long', () => {
    fc.assert(
      fc.property(anyFailures, anyRandom, (failures, random) => {
        expect(backOffMs(failures + 1, random)).toBeGreaterThanOrEqual(backOffMs(failures, random));
      }),
    );
  });
});
