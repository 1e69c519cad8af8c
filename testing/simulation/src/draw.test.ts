import { expect, test } from 'vitest';
import { Draw } from './draw.ts';

test('the same seed and concern give the same draws', () => {
  const draws = () => {
    const draw = Draw.of(7, 'network');
    return [draw.int(0, 1_000), draw.fraction(), draw.chance(0.5), draw.pick(['a', 'b', 'c'])];
  };
  expect(draws()).toEqual(draws());
});

test('another seed, or another concern, gives other draws', () => {
  const first = (seed: number, concern: string) => {
    const draw = Draw.of(seed, concern);
    return draw.times(8, () => draw.int(0, 1_000_000)).join();
  };
  const seen = new Set(['a', 'b', 'network'].flatMap((concern) => [1, 2, 3, 1_000_000].map((seed) => first(seed, concern))));
  expect(seen.size).toBe(12);
});

test('a weight is a share', () => {
  const draw = Draw.of(1, 'weights');
  const drawn = draw.times(10_000, () =>
    draw.weighted([
      [3, 'often'],
      [1, 'seldom'],
      [0, 'never'],
    ]),
  );
  const share = (what: string) => drawn.filter((one) => one === what).length / drawn.length;
  expect(share('often')).toBeCloseTo(0.75, 1);
  expect(share('seldom')).toBeCloseTo(0.25, 1);
  expect(share('never')).toBe(0);
});

test('nothing cannot be picked from', () => {
  expect(() => Draw.of(1, 'x').pick([])).toThrow(RangeError);
  expect(() => Draw.of(1, 'x').weighted([])).toThrow(RangeError);
});
