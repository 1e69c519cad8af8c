import type { Decision, Event, State } from '@ddprofiler-rc/core';

/**
 * Where the pipeline tells what it does, in the order in which it does it: each event as it is folded, each decision as it is made.
 * Called on the hot path: it must neither throw nor wait, and may keep what it is given, for that never changes.
 */
export interface JournalSink {
  /** @param at milliseconds, by the pipeline's `now`  @param after the state with the event folded in */
  event(event: Event, at: number, after: State): void;
  /** @param at as above  @param clock the time that was decided by: milliseconds since 1970 */
  decided(decision: Decision, at: number, clock: number): void;
}
