import { describe, expect, test } from 'vitest';
import { Repeats } from './repeats.ts';

const MINUTE = 60_000;

/** Makes the same write as often as it may be made within so long; the times of each. */
function writesWithin(ms: number, repeats: Repeats<string, string>, cause = 'a', kind = 'apply'): readonly number[] {
  const times: number[] = [];
  for (let now = 0; now < ms; ) {
    const { ms: wait } = repeats.waitFor('key', kind, cause, now);
    if (wait > 0) {
      now += wait;
      continue;
    }
    times.push(now);
    repeats.made('key', kind, cause, now);
  }
  return times;
}

function fresh(): Repeats<string, string> {
  return new Repeats(() => 0.5);
}

describe('a write for the same cause', () => {
  test('waits twice as long each time, up to some minutes', () => {
    const times = writesWithin(60 * MINUTE, fresh());
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(times[0]).toBe(0);
    for (const [index, gap] of gaps.slice(1).entries()) expect(gap).toBeGreaterThanOrEqual(gaps[index] ?? 0);
    expect(gaps.at(-1)).toBeGreaterThanOrEqual(2.5 * MINUTE);
    expect(gaps.at(-1)).toBeLessThanOrEqual(5 * MINUTE);
    expect(times.length).toBeLessThan(40);
  });

  test('waits for whole milliseconds', () => {
    const repeats = fresh();
    repeats.made('key', 'apply', 'a', 0.4);
    const { ms } = repeats.waitFor('key', 'apply', 'a', 0.9);
    expect([Number.isInteger(ms), repeats.waitFor('key', 'apply', 'a', 0.9 + ms).ms]).toEqual([true, 0]);
  });

  test('is told once it waits for a second', () => {
    const repeats = fresh();
    const told = Array.from({ length: 12 }, (_, round) => {
      repeats.made('key', 'apply', 'a', round);
      return repeats.waitFor('key', 'apply', 'a', round).isTold;
    });
    expect(told).toEqual([...Array(9).fill(false), ...Array(3).fill(true)]);
  });

  test.each([
    ['for another cause', 'b', 'apply', 0],
    ['of another kind', 'a', 'delete', 0],
    ['after a long quiet', 'a', 'apply', 61 * MINUTE + 1],
  ])('does not count for one %s', (_, cause, kind, later) => {
    const repeats = fresh();
    const last = writesWithin(50 * MINUTE, repeats).at(-1) ?? 0;
    expect(repeats.waitFor('key', 'apply', 'a', last).ms).toBeGreaterThan(MINUTE);
    expect(repeats.waitFor('key', kind, cause, last + later).ms).toBe(0);
  });

  test('is not forgotten where its other kind goes on: a replacement is a deletion and a creation', () => {
    const repeats = fresh();
    for (const [now, kind] of [
      [0, 'delete'],
      [1, 'create'],
      [20, 'delete'],
      [21, 'create'],
    ] as const)
      repeats.made('key', kind, 'a', now);
    expect(repeats.waitFor('key', 'delete', 'a', 22).ms).toBeGreaterThan(0);
    expect(repeats.waitFor('key', 'create', 'a', 22).ms).toBeGreaterThan(0);
  });

  test('is let go of after a long quiet, with all others', () => {
    const repeats = fresh();
    repeats.made('key', 'apply', 'a', 0);
    repeats.made('other', 'apply', 'a', 30 * MINUTE);
    expect(repeats.waitFor('key', 'apply', 'a', 1).ms).toBe(0);
  });
});

describe('a pause that the server asked for', () => {
  test('holds back any write of its key until it is over, and of no other', () => {
    const repeats = fresh();
    repeats.pause('key', 5_000, 0.5);
    expect(repeats.waitFor('key', 'apply', 'b', 1_000)).toEqual({ ms: 4_001, isTold: false });
    expect(repeats.waitFor('other', 'apply', 'a', 1_000).ms).toBe(0);
    expect(repeats.waitFor('key', 'delete', 'a', 5_001).ms).toBe(0);
  });

  test('does not shorten a longer back-off, and ends with what it was about', () => {
    const repeats = fresh();
    for (let round = 0; round < 12; round += 1) repeats.made('key', 'apply', 'a', 0);
    const alone = repeats.waitFor('key', 'apply', 'a', 0).ms;
    repeats.pause('key', 10, 0);
    expect(repeats.waitFor('key', 'apply', 'a', 0).ms).toBe(alone);
    repeats.pause('key', MINUTE, 0);
    repeats.endPause('key');
    expect(repeats.waitFor('key', 'apply', 'a', 0).ms).toBe(alone);
  });
});
