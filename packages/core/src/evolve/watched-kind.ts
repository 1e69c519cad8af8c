import type { StreamId } from '../events.ts';
import type { Json } from '../kube/json.ts';
import type { Key } from '../kube/keys.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import type { Digest } from '../record/redaction/digest.ts';
import type { ReadRules } from '../rules/read-rules.ts';
import type { State, Sync } from '../state.ts';

/** The content of a stream as of `resourceVersion`. */
export interface List {
  readonly stream: StreamId;
  readonly resourceVersion: string;
  readonly objects: readonly KubeObject[];
  readonly isPartial?: true;
}

/** All that differs from one kind of stream to another. */
export interface WatchedKind {
  /** What the first sync waits for to be so far: that it was listed; that it was asked for, and listed or failed; or nothing. */
  readonly needs: Readonly<Record<Exclude<Sync, 'waiting'>, 'listed' | 'asked' | 'nothing'>>;
  /** False for a stream about what does not matter any more; absent: each matters. */
  readonly isFollowed?: (state: State, stream: StreamId) => boolean;
  /** Whatever is not in the list is gone. */
  readonly listed: (state: State, list: List, read: ReadRules) => State;
  /** Asked for beside a watch that went on past it: what is known from after it stays. Law: gives `state` where that is as the list has it. */
  readonly audited: (state: State, list: List, read: ReadRules) => State;
  readonly seen: (state: State, object: KubeObject, read: ReadRules) => State;
  readonly vanished: (state: State, object: KubeObject) => State;
  /** Of how many objects an audit found another state than the watch had told; asked where it found any. */
  readonly missed: (before: State, after: State) => number;
  /**
   * The keys that an event concerns (touched.ts), beside those by which rules or the memory changed.
   * @param object the one that the event is about; absent for a list
   */
  readonly touched: (before: State, after: State, stream: StreamId, object?: Json) => Iterable<Key>;
  /** What is kept of an object beside the state that it led to (slim-event.ts), and the object anew. */
  readonly slim: (object: KubeObject, after: State) => Json;
  readonly full: (object: Json, after: State) => Json;
  /** Without any value that may be secret (redaction/). */
  readonly redacted: (object: Json, digest: Digest) => Json;
}
