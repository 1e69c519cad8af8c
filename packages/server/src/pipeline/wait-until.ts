/** A clock may be set, forth or back: what depends on a time is looked at again after so long, before that time and after it. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Milliseconds until a decision that depends on a time is made again.
 * @param at that time, in milliseconds since 1970; may be past
 * @param now likewise
 */
export function waitUntil(at: number, now: number): number {
  return at > now ? Math.min(at - now, LONGEST_WAIT_MS) : LONGEST_WAIT_MS;
}
