import type { Json } from '@ddprofiler-rc/core';
import { numberAt, objectAt } from '../json.ts';
import type { ClusterState } from '../state.ts';
import { collect } from './collect.ts';
import { runRollouts } from './rollout.ts';

/** What a run of the controllers came to. */
export interface Run {
  readonly state: ClusterState;
  /** When they must run next, even if nobody writes; undefined: not before somebody writes. */
  readonly dueAt: number | undefined;
}

const ROLLOUTS = 'rollouts';

/** Does all that is due at `now`, in milliseconds since 1970. */
export function runControllers(state: ClusterState, now: number): Run {
  const memory: Json | undefined = state.controllers.get(ROLLOUTS);
  const since = new Map(Object.keys(objectAt(memory)).map((id) => [id, numberAt(memory, id) ?? now]));
  const rollouts = runRollouts(collect(state), since, now);
  const remembered = state.controllers.set(ROLLOUTS, Object.fromEntries(rollouts.since));
  return { state: { ...rollouts.state, controllers: remembered }, dueAt: rollouts.dueAt };
}
