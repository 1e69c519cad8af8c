import type { Json, JsonObject } from '@ddprofiler-rc/core';
import { Map as ImmutableMap, List } from 'immutable';

/** `<plural>.<group>`, or the bare plural for the core group: `deployments.apps`, `pods`. */
export type ResourceName = string;

/** `namespace/name`; `/name` for an object of no namespace. */
export type ObjectKey = string;

/** One write, as watches tell it. */
export interface Change {
  /** The cluster's revision that this write made. */
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: ResourceName;
  readonly key: ObjectKey;
  /** The object after the write; of a deletion, its last state with the resourceVersion of the deletion. */
  readonly object: JsonObject;
  /** The object before the write: a watch with a selector tells by it what left its sight. */
  readonly former: JsonObject | undefined;
}

/**
 * Everything that the embedded cluster is. Immutable: a write makes a new one that shares all it can with the old, so that an older
 * state can be asked at any time (a lagging replica), and two histories can part from one state.
 */
export interface ClusterState {
  /** Counts writes; an object's resourceVersion is the revision that it was last written at. */
  readonly revision: number;
  /** A watch or a page from before this revision is answered 410: that history was let go. */
  readonly compactedTo: number;
  readonly objects: ImmutableMap<ResourceName, ImmutableMap<ObjectKey, JsonObject>>;
  /** The changes after `compactedTo`, oldest first. */
  readonly history: List<Change>;
  /** UIDs given so far. */
  readonly uids: number;
  /** What controllers remember of their own, by controller; plain data. */
  readonly controllers: ImmutableMap<string, Json>;
}

/** A cluster in which nothing was ever written. */
export function emptyState(): ClusterState {
  return {
    revision: 1,
    compactedTo: 1,
    objects: ImmutableMap(),
    history: List(),
    uids: 0,
    controllers: ImmutableMap(),
  };
}
