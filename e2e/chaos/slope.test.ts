import { describe, expect, test } from 'vitest';
import { randomOf } from '../faults/random.ts';
import { type Sample, slopeOf } from './slope.ts';

/** 10 minutes, every 5 s: a level, a rise, and noise that wanders as memory does. */
const series = (seed: number, risePerSecond: number): readonly Sample[] => {
  const random = randomOf(seed, 'series');
  let wander = 0;
  return Array.from({ length: 120 }, (_, index) => {
    wander = 0.6 * wander + random.fraction() - 0.5;
    return { atS: index * 5, value: 1_000 + risePerSecond * index * 5 + wander };
  });
};

describe('the slope of a series', () => {
  test('given a straight line, then it is that line’s, without a doubt', () => {
    const samples = Array.from({ length: 60 }, (_, index) => ({ atS: 100 + index, value: 7 + 3 * index }));
    const { perSecond, least, most, batches } = slopeOf(samples, 10);
    expect(perSecond).toBeCloseTo(3, 9);
    expect(least).toBeCloseTo(3, 9);
    expect(most).toBeCloseTo(3, 9);
    expect(batches).toBe(6);
  });

  test('given noise that wanders, then the interval holds the true slope nearly always', () => {
    const trials = 400;
    const held = Array.from({ length: trials }, (_, seed) => slopeOf(series(seed, 0.5), 30)).filter(
      ({ least, most }) => least <= 0.5 && 0.5 <= most,
    );
    expect(held.length / trials).toBeGreaterThan(0.9);
    expect(held.length / trials).toBeLessThan(1);
  });

  test('given a rise beyond the noise, then it is found; given none, then it is not', () => {
    for (let seed = 0; seed < 50; seed += 1) expect(slopeOf(series(seed, 0.01), 30).least).toBeGreaterThan(0);
    const found = Array.from({ length: 200 }, (_, seed) => slopeOf(series(seed, 0), 30)).filter(({ least }) => least > 0);
    expect(found.length / 200).toBeLessThan(0.1);
  });

  test('given fewer than three batches, then there is none', () => {
    expect(() =>
      slopeOf(
        [
          { atS: 0, value: 1 },
          { atS: 40, value: 1 },
        ],
        30,
      ),
    ).toThrow('needs 3 batches');
  });
});
