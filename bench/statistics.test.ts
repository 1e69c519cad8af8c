import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { median, percentile, slope, spreadOf } from './statistics.ts';

const samples = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), { minLength: 1 });

describe('percentile', () => {
  test('the 99th of 1 to 100 is 99, the median the 50th, the whole the largest', () => {
    const numbers = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([0.99, 0.5, 1, 0].map((share) => percentile(numbers, share))).toEqual([99, 50, 100, 1]);
  });

  test('law: it is a sample that at least that share does not exceed, and no smaller sample is', () => {
    fc.assert(
      fc.property(samples, fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
        const found = percentile(all, share);
        const upTo = (limit: number) => all.filter((one) => one <= limit).length / all.length;
        expect(all).toContain(found);
        expect(upTo(found)).toBeGreaterThanOrEqual(share - 1e-12);
        const smaller = all.filter((one) => one < found);
        if (smaller.length > 0) expect(upTo(Math.max(...smaller))).toBeLessThan(share + 1e-12);
      }),
    );
  });

  test.each([
    ['no samples', [], 0.5],
    ['a share that is none', [1], 1.5],
  ])('%s are refused', (_, all, share) => {
    expect(() => percentile(all, share)).toThrow(RangeError);
  });
});

test('the median of an even number is between the two in the middle', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, count: 3 });
  expect(() => median([])).toThrow(RangeError);
});

test('law: the slope of points on a line is the line’s', () => {
  const places = fc.uniqueArray(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 2 });
  fc.assert(
    fc.property(places, fc.integer({ min: -50, max: 50 }), fc.integer(), (xs, rise, start) => {
      expect(slope(xs.map((x) => [x, start + rise * x]))).toBeCloseTo(rise, 3);
    }),
  );
  expect(() =>
    slope([
      [1, 2],
      [1, 3],
    ]),
  ).toThrow(RangeError);
});
