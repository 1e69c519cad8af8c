/**
 * What must hold in every history, by the numbers under which docs/simulation.md tells of them, and who sees to it.
 *
 * | invariant | where it is checked |
 * | --- | --- |
 * | 1, 2, 8, 9, 12, 16, 17, 18, 20 | witness.ts: the operator's own doings, as they happen |
 * | 5, 7, 11, 18, 19 | wardens.ts: each write that the cluster carries out |
 * | 12, where a leader is elected | lease-warden.ts: the same, by the cluster's Lease |
 * | 3, 4, 6, 10, 13, 14, 15, 19 | liveness.ts: after the storm |
 * | nothing is missed, unless a broken server loses lines | operator.ts: what audits find |
 * | guardrail: what no rule can do, or what one forbids | wardens.ts |
 */
export type Invariant =
  | '1 one run per key'
  | '2 an event leads to a run'
  | '3 converges when faults stop'
  | '4 converged means no writes'
  | '5 nothing unmarked is written'
  | '6 no orphan and no second clone'
  | '7 no withdrawal from a partial view'
  | '8 no act on a stale state'
  | '9 deciding again gives nothing to do'
  | '10 the order of events does not matter'
  | '11 a clone leads to no clone'
  | '12 no write without leave'
  | '13 a poisoned key delays no other'
  | '14 maps shrink to empty'
  | '15 bad input, then the old: the old state'
  | '16 replay decides the same'
  | '17 a text with an error never removes a clone'
  | '18 no object that no rule made is written'
  | '19 no removal is forgotten'
  | '20 nothing is done before it is remembered'
  | 'nothing is missed'
  | 'guardrail'
  | 'defect';

export interface Violation {
  readonly invariant: Invariant;
  /** In simulated milliseconds. */
  readonly at: number;
  readonly message: string;
}
