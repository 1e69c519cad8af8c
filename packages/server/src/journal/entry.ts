import type { Decision, Event, State } from '@ddprofiler-rc/core';
import type { Recorder } from './recorder.ts';

/** What a journal keeps of one moment until it is written. */
export type Entry =
  | { readonly type: 'event'; readonly at: number; readonly event: Event; readonly after: State }
  | { readonly type: 'decision'; readonly at: number; readonly clock: number; readonly decision: Decision };

export function lineOf(entry: Entry, recorder: Recorder): string {
  return entry.type === 'event'
    ? recorder.event(entry.event, entry.at, entry.after)
    : recorder.decision(entry.decision, entry.at, entry.clock);
}
