import {
  type Answer,
  type ClusterState,
  type EmbeddedCluster,
  handle,
  type Policy,
  type Request,
} from '@ddprofiler-rc/cluster-sim';

/** What a replica that lags behind would still answer from. */
const LAG_MS = 10_000;

/** States of the last seconds: a list from a server that lags behind is answered from the oldest of them. */
export class StaleStates {
  readonly #now: () => number;
  readonly #policy: Policy;
  #states: { readonly at: number; readonly state: ClusterState }[];

  constructor(cluster: EmbeddedCluster, now: () => number, policy: Policy) {
    this.#now = now;
    this.#policy = policy;
    this.#states = [{ at: now(), state: cluster.state }];
    cluster.onChange(() => {
      const at = now();
      // The last state from before the time of the lag is what was there when that time began.
      const begun = this.#states.findLastIndex((former) => former.at <= at - LAG_MS);
      this.#states = [...this.#states.slice(Math.max(0, begun)), { at, state: cluster.state }];
    });
  }

  /** Answers a read; never a write, which would be lost. */
  request(request: Request): Answer {
    const now = this.#now();
    const { state } = this.#states.findLast(({ at }) => at <= now - LAG_MS) ?? this.#states[0] ?? {};
    if (state === undefined) throw new RangeError('no state was ever kept');
    return handle(state, request, now, this.#policy).answer;
  }
}
