import type { Effect } from '../effects.ts';
import type { Key } from '../kube/keys.ts';
import type { RefusalReason } from '../refusal.ts';
import type { Hazard } from './hazards.ts';

export type Verdict =
  | 'nothing'
  | 'waiting'
  | 'blocked'
  | 'kept'
  | 'held'
  | 'inSync'
  | 'create'
  | 'apply'
  | 'adopt'
  | 'replace'
  | 'handOver'
  | 'scaleToZero'
  | 'delete';

export type Reason =
  | RefusalReason
  | 'NotSynced'
  | 'NotSeen'
  | 'CloneTerminating'
  | 'NotOurs'
  | 'RuleUnknown'
  | 'Unclaimed'
  | 'NotRemembered'
  | 'WrittenAgain'
  | 'RuleRemoved'
  | 'RuleExpired'
  | 'Suspended'
  | 'SourceMissing'
  | 'SourceDeleted'
  | 'InSync'
  | 'CloneMissing'
  | 'Drift'
  | 'SelectorDiffers'
  | 'Adopted'
  | 'HpaOnClone';

/** What the core concludes for one key. */
export interface Decision {
  readonly key: Key;
  readonly verdict: Verdict;
  readonly reason: Reason;
  /** One sentence that a person can read: the rule, the source's revision and the field that led to a write. */
  readonly message: string;
  /** Replicas that the clone should have by this decision; absent where no clone should be, or its replicas are left as they are. */
  readonly replicas?: number;
  /** What may go wrong with the clone though it is as it should be; absent where nothing may, or there is no source to look at. */
  readonly hazards?: readonly Hazard[];
  /**
   * When to decide again though nothing happens: milliseconds since 1970. A time that is past is one before which the decision would be another:
   * a clock may be set back.
   */
  readonly again?: number;
  /** The one API call that this decision asks for, if any. */
  readonly effect?: Effect;
}
