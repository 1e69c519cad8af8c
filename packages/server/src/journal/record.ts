import type { Decision, Event, Problem, RulesReading, Scope, StateRecord } from '@ddprofiler-rc/core';

/** The format of journals that this version writes, and the only one that it replays. */
export const FORMAT = 4;

/**
 * One line of a journal. Times are milliseconds of the operator's monotonic clock; the header says when that was 0.
 *
 * | record | says |
 * | --- | --- |
 * | header | which operator wrote it, and what never changes while it runs |
 * | checkpoint | the state that the following records go on from: after the header, and after a gap |
 * | event | what arrived, and what was read of the rules text in it |
 * | decision | what was decided for a key, on the state of that moment and at the time `clock` (milliseconds since 1970) |
 * | gap | so many records could not be written |
 * | end | the operator ended in order; a journal without it was cut off, or is still being written |
 *
 * Values that may be secret are digests with a key that nobody keeps (core, redaction/).
 */
export type JournalRecord =
  | {
      readonly type: 'header';
      readonly format: number;
      readonly version: string;
      /** RFC 3339. */
      readonly origin: string;
      readonly scope: Scope;
    }
  | { readonly type: 'checkpoint'; readonly at: number; readonly state: StateRecord }
  | { readonly type: 'event'; readonly at: number; readonly event: Event; readonly reading?: RecordedReading }
  | { readonly type: 'decision'; readonly at: number; readonly clock: number; readonly decision: Decision }
  | { readonly type: 'gap'; readonly at: number; readonly lost: number }
  | { readonly type: 'end'; readonly at: number };

/** What was read of the rules text that `text` is the digest of. */
export interface RecordedReading {
  readonly text: string;
  readonly reading:
    | {
        readonly kind: 'read';
        /** Each as in the memory. */
        readonly rules: readonly string[];
        readonly problems: readonly Problem[];
      }
    | Exclude<RulesReading, { readonly kind: 'read' }>;
}
