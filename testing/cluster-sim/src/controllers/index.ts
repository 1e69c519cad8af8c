import type { ClusterState } from '../state.ts';
import { Client } from './client.ts';
import { collect } from './collect.ts';
import { syncDeployments } from './deployments/index.ts';
import { runNodes } from './pods/nodes.ts';
import { syncReplicaSets } from './replica-sets.ts';
import { runStatusOnly } from './status-only.ts';

/** What a run of the controllers came to. */
export interface Run {
  readonly state: ClusterState;
  /** When they must run next, even if nobody writes; undefined: not before somebody writes. */
  readonly dueAt: number | undefined;
}

export interface ControllerOptions {
  /**
   * False: Deployments have no ReplicaSets and no pods; their status alone tells of a rollout. Costs next to nothing, for thousands of
   * histories in which nobody looks at pods.
   */
  readonly pods: boolean;
}

/**
 * Each controller makes its next step, at `now` in milliseconds since 1970. A step that wrote something asks for the next one at once, as
 * watches would tell it to.
 */
export function runControllers(state: ClusterState, now: number, { pods }: ControllerOptions): Run {
  const client = new Client(state, now);
  collect(client);
  if (pods) {
    runNodes(client);
    syncReplicaSets(client);
    syncDeployments(client);
    return { state: client.state, dueAt: client.state.revision === state.revision ? client.dueAt : now };
  }
  const isCollected = client.state.revision === state.revision;
  runStatusOnly(client);
  return { state: client.state, dueAt: isCollected ? client.dueAt : now };
}
