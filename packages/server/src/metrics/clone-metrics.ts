import {
  CLONE_STATES,
  type CloneState,
  HAZARD_KINDS,
  type HazardKind,
  REFUSAL_REASONS,
  type RefusalReason,
  STREAM_KINDS,
  type StreamKind,
  type WriteKind,
} from '@ddprofiler-rc/core';
import type { RestartReason } from '@ddprofiler-rc/k8s-adapter';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { PROPAGATION } from './buckets.ts';

export interface ClonesView {
  readonly clonesByState: Readonly<Record<CloneState, number>>;
  readonly hazards: Readonly<Record<HazardKind, number>>;
  /** Clones that are refused, or held, for each reason; with `CrossNamespaceDenied` the binding itself. */
  readonly refused: Readonly<Record<RefusalReason, number>>;
  readonly rulesValid: boolean;
  /** How many there are of each severity. */
  readonly problems: { readonly error: number; readonly warning: number };
  /**
   * By kind of stream, the most silent one, and never by name: names would make a series for each namespace or ConfigMap. A stream that had no
   * event yet has no value.
   */
  readonly secondsSinceLastEvent: Readonly<Partial<Record<StreamKind, number>>>;
  /** By how much the clock of this machine is ahead of the API server's; below 0 where it is behind. */
  readonly clockSkewSeconds: number;
}

const WRITE_KINDS = Object.keys({ create: 0, apply: 0, handOver: 0, scaleToZero: 0, delete: 0 } satisfies Record<WriteKind, 0>);

export const NO_HAZARDS = noneOf(HAZARD_KINDS);

export const NO_REFUSALS = noneOf(REFUSAL_REASONS);

function noneOf<Word extends string>(words: readonly Word[]): Readonly<Record<Word, number>>;
function noneOf(words: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(words.map((word) => [word, 0]));
}

export type CloneMetrics = ReturnType<typeof cloneMetrics>;

/** ddprofiler_*: what is of this operator alone. Never a label per clone. */
export function cloneMetrics(register: Registry) {
  const registers = [register];
  const writes = new Counter({
    name: 'ddprofiler_writes_total',
    help: 'Writes that the API server accepted, by kind.',
    labelNames: ['kind'],
    registers,
  });
  const noopDecisions = new Counter({
    name: 'ddprofiler_noop_decisions_total',
    help: 'Decisions that asked for no write.',
    registers,
  });
  const refusals = new Counter({
    name: 'ddprofiler_refusals_total',
    help: 'Times that a clone came to be refused, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const watchRestarts = new Counter({
    name: 'ddprofiler_watch_restarts_total',
    help: 'Watches begun anew, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const missedEvents = new Counter({
    name: 'ddprofiler_missed_events_total',
    help: 'Objects that an audit found other than the watch had told; any is a lost event.',
    registers,
  });
  const propagation = new Histogram({
    name: 'ddprofiler_propagation_seconds',
    help: 'Time from when a change of a source was seen until its clone was written.',
    buckets: [...PROPAGATION],
    registers,
  });
  const clones = new Gauge({ name: 'ddprofiler_clones', help: 'Clones, by state.', labelNames: ['state'], registers });
  const hazards = new Gauge({
    name: 'ddprofiler_hazards',
    help: 'Clones with a hazard, by hazard.',
    labelNames: ['hazard'],
    registers,
  });
  const refused = new Gauge({
    name: 'ddprofiler_refused',
    help: 'What is refused or held at present, by reason: clones, or the binding itself.',
    labelNames: ['reason'],
    registers,
  });
  const rulesValid = new Gauge({
    name: 'ddprofiler_rules_valid',
    help: '1 where the rules in the cluster were read without an error, else 0.',
    registers,
  });
  const ruleProblems = new Gauge({
    name: 'ddprofiler_rule_problems',
    help: 'Problems in the rules text, by severity.',
    labelNames: ['severity'],
    registers,
  });
  const secondsSinceLastEvent = new Gauge({
    name: 'ddprofiler_seconds_since_last_event',
    help: 'Age of the last sign of life of a stream, bookmarks included; of each kind, the most silent one.',
    labelNames: ['stream'],
    registers,
  });
  const clockSkewSeconds = new Gauge({
    name: 'ddprofiler_clock_skew_seconds',
    help: 'By how much the clock of this machine is ahead of the API server’s; negative where it is behind.',
    registers,
  });
  for (const kind of WRITE_KINDS) writes.inc({ kind }, 0);
  for (const reason of REFUSAL_REASONS) refusals.inc({ reason }, 0);
  const show = (view: ClonesView): void => {
    clockSkewSeconds.set(view.clockSkewSeconds);
    for (const state of CLONE_STATES) clones.set({ state }, view.clonesByState[state]);
    for (const hazard of HAZARD_KINDS) hazards.set({ hazard }, view.hazards[hazard]);
    for (const reason of REFUSAL_REASONS) refused.set({ reason }, view.refused[reason]);
    rulesValid.set(view.rulesValid ? 1 : 0);
    ruleProblems.set({ severity: 'error' }, view.problems.error);
    ruleProblems.set({ severity: 'warning' }, view.problems.warning);
    for (const stream of STREAM_KINDS) {
      const seconds = view.secondsSinceLastEvent[stream];
      // No value rather than an old one: a stream that is gone would look alive for ever.
      if (seconds === undefined) secondsSinceLastEvent.remove({ stream });
      else secondsSinceLastEvent.set({ stream }, seconds);
    }
  };
  show({
    clonesByState: { ready: 0, progressing: 0, waiting: 0, held: 0, blocked: 0, failing: 0, unclaimed: 0 },
    hazards: NO_HAZARDS,
    refused: NO_REFUSALS,
    rulesValid: false,
    problems: { error: 0, warning: 0 },
    secondsSinceLastEvent: {},
    clockSkewSeconds: 0,
  });

  return {
    wrote: (kind: WriteKind): void => writes.inc({ kind }),
    noop: (): void => noopDecisions.inc(),
    refused: (reason: RefusalReason): void => refusals.inc({ reason }),
    watchRestarted: (reason: RestartReason): void => watchRestarts.inc({ reason }),
    /** @param objects so many were found by an audit to be other than the watch had told */
    missed: (objects: number): void => missedEvents.inc(objects),
    propagated: (seconds: number): void => propagation.observe(seconds),
    show,
  };
}
