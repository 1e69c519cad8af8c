/**
 * How long a key waits after its n-th failure in a row.
 *
 * | failures | full delay | with jitter, half open |
 * | --- | --- | --- |
 * | 1 | 5 ms | 2.5 … 5 ms |
 * | n | 5 ms × 2ⁿ⁻¹ | a half … the whole of it |
 * | 17 and more | 5 min | 2.5 … 5 min |
 *
 * Laws: never less than half the full delay, never more than the cap, never decreasing in `random`.
 *
 * Jitter over the upper half. Rejected: over the whole (a poisoned key could hammer, as its delay may be near 0 each time), and
 * none (keys that failed together, as when the API server vanished, would come back together each time).
 */
export interface BackOffLimits {
  readonly baseMs: number;
  readonly capMs: number;
}

/** The base is that of client-go's default controller rate limiter; its cap of 1000 s is shortened to 5 min. */
export const DEFAULT_BACK_OFF: BackOffLimits = { baseMs: 5, capMs: 300_000 };

/** Milliseconds to wait after `failures` (1 and up) in a row; `random` is in [0, 1). */
export function backOffMs(failures: number, random: number, { baseMs, capMs }: BackOffLimits = DEFAULT_BACK_OFF): number {
  // 2 ** n is Infinity after a thousand failures, which the cap takes care of.
  const full = Math.min(capMs, baseMs * 2 ** (failures - 1));
  return full * (0.5 + random / 2);
}
