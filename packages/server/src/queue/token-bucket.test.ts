import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fullBucket, refund, reserve } from './token-bucket.ts';

const LIMITS = { perSecond: 10, burst: 3 };

/** Delays of `count` reservations at one time. */
function delaysOf(count: number, nowMs: number, start = fullBucket(LIMITS, nowMs)): readonly number[] {
  let bucket = start;
  return Array.from({ length: count }, () => {
    const reservation = reserve(bucket, LIMITS, nowMs);
    bucket = reservation.bucket;
    return reservation.delayMs;
  });
}

describe('token bucket', () => {
  test('given a full bucket, when more than the burst is reserved at once, then the rest queue up at the rate', () => {
    expect(delaysOf(6, 1000)).toEqual([0, 0, 0, 100, 200, 300]);
  });

  test('given an empty bucket, when time passes, then it fills at the rate, up to the burst', () => {
    const empty = { tokens: 0, atMs: 0 };
    expect(delaysOf(2, 100, empty)).toEqual([0, 100]);
    expect(delaysOf(4, 3_600_000, empty)).toEqual([0, 0, 0, 100]);
  });

  test('given debt, when its reservations are refunded, then the next waits for none of them', () => {
    let { bucket } = reserve({ tokens: 0, atMs: 0 }, LIMITS, 0);
    bucket = reserve(bucket, LIMITS, 0).bucket;
    bucket = refund(refund(bucket, LIMITS, 0), LIMITS, 0);
    expect(reserve(bucket, LIMITS, 0).delayMs).toBe(100);
  });

  test('given a full bucket, when a token is refunded, then it holds no more than the burst', () => {
    expect(refund(fullBucket(LIMITS, 0), LIMITS, 0).tokens).toBe(3);
  });

  test('given a clock that goes back, then nothing is earned, nothing is lost, and it fills again from there', () => {
    const { bucket } = reserve({ tokens: 1, atMs: 1_000_000 }, LIMITS, 0);
    expect(bucket).toEqual({ tokens: 0, atMs: 0 });
    expect(reserve(bucket, LIMITS, 100).delayMs).toBe(0);
  });

  test('given any reservations over time, then no window sees more grants than burst plus rate', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 60 }), (gaps) => {
        let nowMs = 0;
        let bucket = fullBucket(LIMITS, nowMs);
        const grants = gaps.map((gap) => {
          nowMs += gap;
          const reservation = reserve(bucket, LIMITS, nowMs);
          bucket = reservation.bucket;
          return nowMs + reservation.delayMs;
        });
        for (const [from, start] of grants.entries()) {
          for (const [to, end] of grants.entries()) {
            if (to < from) continue;
            // A hair of slack: the delays are floating point.
            expect(to - from + 1).toBeLessThanOrEqual(LIMITS.burst + ((end - start) / 1000) * LIMITS.perSecond + 1e-6);
          }
        }
      }),
    );
  });
});
