/** `setTimeout` fires at once for more; to wake early, after 24 days, does no harm to those who look again. */
export const LONGEST_TIMER_MS = 2_147_483_647;
