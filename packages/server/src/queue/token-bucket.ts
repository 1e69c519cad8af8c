/**
 * A token bucket that is never empty but goes into debt: each reservation is granted, with the time to wait until its token exists.
 * So a caller arms one timer and never asks again, and reservations are served in the order in which they were made.
 *
 * | tokens before | reservation waits | tokens after |
 * | --- | --- | --- |
 * | ≥ 1 | 0 | one less |
 * | t < 1 | (1 − t) / perSecond | t − 1 (below 0: owed) |
 *
 * Pure: every function takes a bucket and gives another; times are milliseconds of any clock. A clock that goes back earns nothing
 * and loses nothing.
 */
export interface TokenBucketLimits {
  readonly perSecond: number;
  readonly burst: number;
}

export interface TokenBucket {
  readonly tokens: number;
  readonly atMs: number;
}

export interface Reservation {
  readonly bucket: TokenBucket;
  readonly delayMs: number;
}

/** As the shared part of client-go's default controller rate limiter. */
export const DEFAULT_RETRY_BUDGET: TokenBucketLimits = { perSecond: 10, burst: 100 };

export function fullBucket({ burst }: TokenBucketLimits, nowMs: number): TokenBucket {
  return { tokens: burst, atMs: nowMs };
}

/** Takes one token, and says in how many milliseconds it may be used. */
export function reserve(bucket: TokenBucket, limits: TokenBucketLimits, nowMs: number): Reservation {
  const available = filled(bucket, limits, nowMs);
  const delayMs = available >= 1 ? 0 : ((1 - available) / limits.perSecond) * 1000;
  return { bucket: { tokens: available - 1, atMs: nowMs }, delayMs };
}

/**
 * Gives back a token whose use is off. Without it, debt would grow with every failure during an outage, and a key that nothing
 * wakes would be tried again hours after the outage; with it, debt is at most the number of reservations still waiting.
 */
export function refund(bucket: TokenBucket, limits: TokenBucketLimits, nowMs: number): TokenBucket {
  const available = filled(bucket, limits, nowMs);
  return { tokens: Math.min(limits.burst, available + 1), atMs: nowMs };
}

function filled({ tokens, atMs }: TokenBucket, { perSecond, burst }: TokenBucketLimits, nowMs: number): number {
  const earned = (Math.max(0, nowMs - atMs) / 1000) * perSecond;
  return Math.min(burst, tokens + earned);
}
