import { isKnownUnclaimed, isOfInterest, kindOfStream, type State } from '@ddprofiler-rc/core';
import type { Interest, WatchTarget } from '@ddprofiler-rc/k8s-adapter';

const EVERYTHING: Interest = { keep: () => true };

/**
 * What of each stream matters by the latest state: of Deployments those that rules or the memory name, or that bear our mark; of all else
 * everything. The same `Interest` for as long as rules and memory are the same.
 */
export function interestIn(latest: () => State): (target: WatchTarget) => Interest {
  let state: State | undefined;
  let interest = EVERYTHING;
  return ({ stream }) => {
    if (kindOfStream(stream) !== 'deployments') return EVERYTHING;
    const present = latest();
    if (state?.book.rules !== present.book.rules || state.book.removals !== present.book.removals) {
      state = present;
      interest = { keep: (object) => isOfInterest(present, object) || isKnownUnclaimed(latest(), object) };
    }
    return interest;
  };
}
