import { type Event, evolve, type Key, type State, streamState, touched } from '@ddprofiler-rc/core';

/** One event, and what folding it led to. */
export interface Folded {
  readonly before: State;
  readonly state: State;
  readonly event: Event;
  readonly touched: ReadonlySet<Key>;
}

export function fold(before: State, event: Event): Folded {
  const state = evolve(before, event);
  return { before, state, event, touched: touched(before, state, event) };
}

/** Another memory may be due: that there is none, too, must be known before one is written. */
export function mayBeDue({ before, state }: Folded): boolean {
  const wasRead = (one: State) => streamState(one, 'memory').listed;
  return before.book.stated !== state.book.stated || before.memory !== state.memory || wasRead(before) !== wasRead(state);
}
