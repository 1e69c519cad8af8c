import type { Key } from './kube/keys.ts';
import type { Intent } from './objects/intent.ts';

/**
 * One API call that a decision asks for. Each names the very object it is about, so that it cannot hit another that took its place.
 *
 * | effect | call | guard |
 * | --- | --- | --- |
 * | create | server-side apply without `force` | a foreign object that appeared in between answers 409 |
 * | apply | server-side apply with `force` | `metadata.uid`: 409 where it is gone, 422 where another object has its name |
 * | handOver | server-side apply of `spec.replicas` as they are, without `force`, as another manager | `metadata.uid`, as above; 409 where the replicas are others by now |
 * | scaleToZero | merge patch of `spec.replicas` | `uid` and `resourceVersion` |
 * | delete | background deletion | precondition on `uid` |
 * | look | a read of `target`, for what `key` hangs on | `question`: the answer to an earlier one counts for nothing |
 * | remember | a write of the memory as it must be by then, for all keys together (memory-due.ts) | `uid` and `resourceVersion` |
 */
export type Effect = Write | Look | Remember;

export type Write =
  | { readonly kind: 'create'; readonly key: Key; readonly intent: Intent }
  | { readonly kind: 'apply'; readonly key: Key; readonly uid: string; readonly intent: Intent }
  | { readonly kind: 'handOver'; readonly key: Key; readonly uid: string; readonly replicas: number }
  | { readonly kind: 'scaleToZero'; readonly key: Key; readonly uid: string; readonly resourceVersion: string }
  | { readonly kind: 'delete'; readonly key: Key; readonly uid: string };

export type WriteKind = Write['kind'];

/** The memory is not yet as `key` needs it. */
interface Remember {
  readonly kind: 'remember';
  readonly key: Key;
}

export interface Look {
  readonly kind: 'look';
  readonly key: Key;
  readonly target: Key;
  /** Which one it is (interest.ts). */
  readonly question: number;
}
