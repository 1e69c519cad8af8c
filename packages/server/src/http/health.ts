import { type CloneReport, type CloneState, type Hazard, isHealthy, type Key, type UnreadReason } from '@ddprofiler-rc/core';
import type { Leadership } from '../leadership/elected.ts';

/** What the health routes answer from. */
export interface HealthView {
  /** What the first complete sync still waits for, one sentence each; empty once it is done. */
  readonly unsynced: readonly string[];
  readonly reports: readonly CloneReport[];
  readonly rules: {
    readonly standing: 'unknown' | 'read';
    /** Why they are unknown: a stable word, and one sentence. */
    readonly reason?: UnreadReason;
    readonly message?: string;
    /** How many there are; what they are is for the log, and never quotes environment values. */
    readonly problems: number;
  };
  /** Absent without leader election. */
  readonly leadership?: Leadership;
}

export interface ReadyAnswer {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

export interface HealthAnswer {
  readonly status: 'healthy' | 'unhealthy';
  readonly synced: boolean;
  /** Why nothing is known of clones yet; absent once synced. */
  readonly reasons?: readonly string[];
  readonly clones: Readonly<Record<CloneState | 'total', number>>;
  readonly unhealthy: readonly CloneReport[];
  /** What may go wrong with clones that are as they should be. */
  readonly hazards: readonly (Hazard & { readonly clone: Key })[];
  readonly rules: HealthView['rules'];
  readonly leadership?: Leadership;
}

export function describeReadiness({ unsynced }: HealthView): ReadyAnswer {
  return { ready: unsynced.length === 0, reasons: unsynced };
}

/**
 * | synced | clones | status |
 * | --- | --- | --- |
 * | no | any | unhealthy: nobody knows |
 * | yes | each is ready, is held as a person wants, has no source to follow yet, or is unclaimed | healthy |
 * | yes | else | unhealthy, with the list of those |
 *
 * Rules that cannot be read do not count: the last good ones are in force, and their clones tell. Nor does it count who leads: a standby
 * decides on the same state as the leader, so that what it says of clones is as true. Where nobody leads, clones that should change tell.
 */
export function describeHealth({ unsynced, reports, rules, leadership }: HealthView): HealthAnswer {
  const synced = unsynced.length === 0;
  const unhealthy = reports.filter((report) => !isHealthy(report));
  return {
    status: synced && unhealthy.length === 0 ? 'healthy' : 'unhealthy',
    synced,
    ...(synced ? {} : { reasons: unsynced }),
    clones: countByState(reports),
    unhealthy,
    hazards: reports.flatMap(({ clone, hazards }) => hazards.map((hazard) => ({ clone, ...hazard }))),
    rules,
    ...(leadership === undefined ? {} : { leadership }),
  };
}

/** How many clones are in each state, and in all; what is unclaimed is no clone. */
export function countByState(reports: readonly CloneReport[]): Record<CloneState | 'total', number> {
  const counts = { total: 0, ready: 0, progressing: 0, waiting: 0, held: 0, blocked: 0, failing: 0, unclaimed: 0 };
  for (const { state } of reports) counts[state] += 1;
  return { ...counts, total: reports.length - counts.unclaimed };
}
