/** The first wait is 800 ms at least, after jitter. */
const FIRST_MS = 1_600;
const MOST_MS = 30_000;
const HEALTHY_AFTER_MS = 120_000;

/** How long one watch stream waits after a failure. */
export interface BackOff {
  readonly failures: number;
  /** When the last wait is over: from then on it may be healthy. */
  readonly waitsUntil: number;
}

export const NO_BACK_OFF: BackOff = { failures: 0, waitsUntil: 0 };

/**
 * One more failure: the wait doubles with each up to 30 s, and starts again after 2 minutes of health, in which a wait is not counted. With
 * jitter, `[0.5, 1)` of the wait, so that many operators do not come back at once.
 * @param atLeastMs a server's Retry-After
 */
export function afterFailure(
  former: BackOff,
  { now, random }: { readonly now: number; readonly random: number },
  atLeastMs = 0,
): { readonly backOff: BackOff; readonly waitMs: number } {
  const failures = now - former.waitsUntil > HEALTHY_AFTER_MS ? 0 : former.failures;
  const whole = Math.min(FIRST_MS * 2 ** failures, MOST_MS);
  const waitMs = Math.max(atLeastMs, whole * (0.5 + random / 2));
  return { backOff: { failures: whole < MOST_MS ? failures + 1 : failures, waitsUntil: now + waitMs }, waitMs };
}
