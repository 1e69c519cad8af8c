/**
 * Chance from a seed: the same seed and the same words draw the same numbers, on every machine. Each concern has words of its own
 * (`randomOf(7, 'watch deployments 3')`), so that one more draw in one place changes nothing in another, and what a request meets does not
 * hang on the order in which requests happened to arrive.
 */
export type Random = {
  /** Uniform in [0, 1). */
  readonly fraction: () => number;
  /** Uniform in whole numbers, both ends included. */
  readonly int: (least: number, most: number) => number;
  readonly chance: (probability: number) => boolean;
  /** Throws RangeError where there is nothing to pick from. */
  readonly pick: <T>(items: readonly T[]) => T;
  /** Each as likely as its weight says; undefined where no weight is above 0. */
  readonly weighted: <T>(items: readonly (readonly [weight: number, item: T])[]) => T | undefined;
};

export const randomOf = (seed: number, words: string): Random => {
  let state = mixed(seed, words);
  // mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (least: number, most: number): number => least + Math.floor(fraction() * (most - least + 1));
  return {
    fraction,
    int,
    chance: (probability) => fraction() < probability,
    pick: (items) => {
      const item = items[int(0, items.length - 1)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
    weighted: (items) => {
      let left = fraction() * items.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, item] of items) {
        left -= weight;
        if (left < 0) return item;
      }
      return undefined;
    },
  };
};

/** FNV-1a over seed and words, then a finaliser: near seeds, and near words, have nothing in common. */
const mixed = (seed: number, words: string): number => {
  let hash = 0x811c9dc5;
  for (const character of `${seed}:${words}`) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
};
