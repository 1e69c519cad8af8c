import { expect, test } from 'vitest';
import { randomOf } from './random.ts';

const some = (seed: number, words: string): readonly number[] => {
  const random = randomOf(seed, words);
  return Array.from({ length: 20 }, () => random.fraction());
};

test('given the same seed and words, then the same numbers; given others, then others', () => {
  expect(some(7, 'watch')).toEqual(some(7, 'watch'));
  expect(some(7, 'watch')).not.toEqual(some(8, 'watch'));
  expect(some(7, 'watch')).not.toEqual(some(7, 'list'));
});

test('given many draws, then each outcome comes as often as it should', () => {
  const random = randomOf(1, 'spread');
  const counts = new Map<string | undefined, number>();
  for (let turn = 0; turn < 10_000; turn += 1) {
    const drawn = random.weighted([
      [1, 'rare'],
      [0, 'never'],
      [3, 'often'],
    ]);
    counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
  }
  expect([...counts.keys()].toSorted()).toEqual(['often', 'rare']);
  expect(counts.get('rare')).toBeGreaterThan(2_300);
  expect(counts.get('rare')).toBeLessThan(2_700);
  const dice = new Set(Array.from({ length: 1_000 }, () => random.int(1, 6)));
  expect([...dice].toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
});

test('given nothing to pick from, then that is said, or nothing is picked', () => {
  const random = randomOf(1, 'nothing');
  expect(() => random.pick([])).toThrow('nothing to pick from');
  expect(random.weighted([[0, 'never']])).toBeUndefined();
});
