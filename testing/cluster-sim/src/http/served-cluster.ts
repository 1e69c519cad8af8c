import type { Answer, Policy, Request, WatchCursor, WatchEvent } from '../request.ts';
import type { ClusterState } from '../state.ts';

/** What the face needs of an EmbeddedCluster. */
export interface ServedCluster {
  readonly state: ClusterState;
  readonly policy?: Policy | undefined;
  request(request: Request): Answer;
  readWatch(cursor: WatchCursor): { readonly cursor: WatchCursor; readonly events: readonly WatchEvent[] };
  /** Calls `listener` after each change, until the function it gives is called. */
  onChange(listener: () => void): () => void;
}
