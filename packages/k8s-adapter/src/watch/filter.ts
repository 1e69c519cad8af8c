import type { Json } from '@ddprofiler-rc/core';

/** What of a stream matters. Another one, another reference: it is the same for as long as nothing changed in what matters. */
export interface WatchFilter {
  /** False where the object is no event: it costs no more than its reading. */
  keep(object: Json): boolean;
}

export const EVERYTHING: WatchFilter = { keep: () => true };
