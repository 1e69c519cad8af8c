import { isKnownUnclaimed, isOfInterest, kindOfStream, type State } from '@ddprofiler-rc/core';
import { EVERYTHING, type WatchFilter, type WatchTarget } from '@ddprofiler-rc/k8s-adapter';

/**
 * What of each stream matters by the latest state: of Deployments those that rules or the memory name, or that bear our mark; of all else
 * everything. The same `WatchFilter` for as long as rules and memory are the same.
 */
export function watchFilterOf(latest: () => State): (target: WatchTarget) => WatchFilter {
  let state: State | undefined;
  let filter = EVERYTHING;
  return ({ stream }) => {
    if (kindOfStream(stream) !== 'deployments') return EVERYTHING;
    const present = latest();
    if (state?.book.rules !== present.book.rules || state.book.removals !== present.book.removals) {
      state = present;
      filter = { keep: (object) => isOfInterest(present, object) || isKnownUnclaimed(latest(), object) };
    }
    return filter;
  };
}
