import type { Effect } from './effects.ts';
import type { Key } from './keys.ts';
import type { RefusalReason } from './refusal.ts';

export const VERDICTS = [
  'nothing',
  'waiting',
  'blocked',
  'kept',
  'inSync',
  'create',
  'apply',
  'replace',
  'scaleToZero',
  'delete',
] as const;
export type Verdict = (typeof VERDICTS)[number];

export type Reason =
  | RefusalReason
  | 'NotSynced'
  | 'CloneTerminating'
  | 'NotOurs'
  | 'RuleUnknown'
  | 'RuleRemoved'
  | 'SourceMissing'
  | 'SourceDeleted'
  | 'InSync'
  | 'CloneMissing'
  | 'Drift'
  | 'SelectorDiffers';

/** What the core concludes for one key. */
export interface Decision {
  readonly key: Key;
  readonly verdict: Verdict;
  readonly reason: Reason;
  /** One sentence that a person can read: the rule, the source's revision and the field that led to a write. */
  readonly message: string;
  /** Replicas that the clone should have by this decision; absent where no clone should be, or its replicas are left as they are. */
  readonly replicas?: number;
  /** The one API call that this decision asks for, if any. */
  readonly effect?: Effect;
}
