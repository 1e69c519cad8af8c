import type { ClusterState } from '../state.ts';

/** What a run of the controllers came to. */
export interface Run {
  readonly state: ClusterState;
  /** When they must run next, even if nobody writes; undefined: not before somebody writes. */
  readonly dueAt: number | undefined;
}

export function runControllers(state: ClusterState, _now: number): Run {
  return { state, dueAt: undefined };
}
