import type { Decision, Reason, Verdict } from '../decide/decision.ts';
import type { Hazard } from '../decide/hazards.ts';
import type { Failure, FailureCode } from '../events.ts';
import type { Key } from '../kube/keys.ts';
import { isRolledOut, replicasOf } from '../objects/deployment.ts';
import { failureOfMemory, knownSourceOf, type State } from '../state.ts';

export const CLONE_STATES = ['ready', 'progressing', 'waiting', 'held', 'blocked', 'failing', 'unclaimed'] as const;
/**
 * `waiting`: there is nothing to clone yet. `held`: left as it is, as a person wants, or has yet to say. `failing`: the last write was refused and is tried again. `unclaimed`: it
 * bears our mark, and no rule that is known made it.
 */
export type CloneState = (typeof CLONE_STATES)[number];

/** How one clone stands, for `/health`, metrics and people. */
export interface CloneReport {
  readonly clone: Key;
  readonly source: Key | undefined;
  readonly state: CloneState;
  /** Of the decision; of the last call, where it failed. */
  readonly reason: Reason | FailureCode;
  readonly message: string;
  /** Replicas that the clone should have; absent where none should be, or they are left as they are. */
  readonly wanted?: number;
  readonly ready: number;
  readonly hazards: readonly Hazard[];
}

/**
 * | decision | clone's status | state |
 * | --- | --- | --- |
 * | nothing | any | (no report: it is no clone of ours) |
 * | `Unclaimed` | any | unclaimed |
 * | a write, a look, or a wait for the memory, and the last one failed | any | failing |
 * | the same write was undone again and again (`WrittenAgain`) | any | failing |
 * | blocked | any | blocked |
 * | held; kept, and nothing is known but that it is there | any | held |
 * | waiting for the source or the first sync | any | waiting |
 * | any other | every wanted replica is of the present spec and ready | ready |
 * | any other | else, or no clone yet | progressing |
 */
export function reportClone(state: State, decision: Decision): CloneReport | undefined {
  const { key, verdict } = decision;
  if (verdict === 'nothing') return undefined;
  const clone = state.deployments.get(key);
  // A failed call matters for as long as the decision still asks for one: what it was about may be settled since.
  const failure = failureOf(state, decision);
  const report = {
    clone: key,
    source: knownSourceOf(state, key),
    reason: failure?.code ?? decision.reason,
    message: failure?.message ?? decision.message,
    ready: verdict === 'blocked' ? 0 : (clone?.status.readyReplicas ?? 0),
    hazards: decision.hazards ?? [],
    ...(decision.replicas === undefined ? {} : { wanted: decision.replicas }),
  };
  if (decision.reason === 'Unclaimed') return { ...report, state: 'unclaimed' };
  if (failure !== undefined || decision.reason === 'WrittenAgain') return { ...report, state: 'failing' };
  if (verdict === 'blocked' || verdict === 'held') return { ...report, state: verdict };
  if (verdict === 'kept' && clone === undefined) return { ...report, state: 'held' };
  if (verdict === 'waiting' && decision.reason !== 'CloneTerminating') return { ...report, state: 'waiting' };
  const isReady = clone !== undefined && isRolledOut(clone) && (decision.replicas ?? replicasOf(clone)) === replicasOf(clone);
  return { ...report, state: isReady ? 'ready' : 'progressing' };
}

function failureOf(state: State, { key, verdict, reason }: Decision): Failure | undefined {
  if (reason === 'NotRemembered') return failureOfMemory(state);
  return verdict in WRITES || reason === 'NotSeen' ? state.writeFailures.get(key) : undefined;
}

/** Verdicts that ask for an API call. */
const WRITES = { create: 0, apply: 0, adopt: 0, replace: 0, handOver: 0, scaleToZero: 0, delete: 0 } satisfies Partial<
  Record<Verdict, 0>
>;

/** True where the clone has the replicas it should. */
export function isHealthy(report: CloneReport): boolean {
  return report.state !== 'progressing' && report.state !== 'blocked' && report.state !== 'failing';
}
