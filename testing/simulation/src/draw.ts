import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * Chance, from a seed. Every concern draws from a stream of its own (`of(seed, 'network')`), so that one more draw in one place does not
 * change every other.
 */
export class Draw {
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  private constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
  }

  /** @param concern what is drawn, in a word; another word, another stream */
  static of(seed: number, concern: string): Draw {
    return new Draw(mixed(seed, concern));
  }

  /** Uniform in [0, 1). */
  readonly fraction = (): number => uniformFloat64(this.#generator);

  /** Uniform in whole numbers, both ends included. */
  int(least: number, most: number): number {
    return uniformInt(this.#generator, least, most);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** @throws RangeError where there is nothing to pick from */
  pick<T>(items: readonly T[]): T {
    const item = items[this.int(0, items.length - 1)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  /** One of the items, each as likely as its weight says. */
  weighted<T>(items: readonly (readonly [weight: number, item: T])[]): T {
    let left = this.fraction() * items.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, item] of items) {
      left -= weight;
      if (left < 0) return item;
    }
    throw new RangeError('nothing to pick from');
  }

  times<T>(count: number, make: (index: number) => T): T[] {
    return Array.from({ length: count }, (_, index) => make(index));
  }
}

/** FNV-1a over seed and text: near seeds, and near words, lead to streams that have nothing in common. */
function mixed(seed: number, text: string): number {
  let hash = 0x811c9dc5;
  for (const character of `${seed}:${text}`) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  // Two rounds of a 32-bit finaliser (MurmurHash3's constants).
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
