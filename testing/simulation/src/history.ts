import { SimulatedClock } from './clock.ts';
import type { Invariant, Violation } from './invariants.ts';
import { comesRight } from './liveness.ts';
import type { Mode, Plan } from './plan.ts';
import { Stage } from './stage.ts';

export interface HistoryResult {
  readonly plan: Plan;
  readonly mode: Mode;
  /** The first thing that must not be; undefined where all was well. */
  readonly violation: Violation | undefined;
  /** What happened, a line each: `12.345 s  a1: apply shop/web-profiler → 201, revision 17`. */
  readonly trace: readonly string[];
  readonly simulatedMs: number;
}

/** What does not hold where each write is undone as it is made. */
const UNDONE: readonly Invariant[] = ['5 nothing unmarked is written', '9 deciding again gives nothing to do'];

/** Thrown to end a history at its first violation. */
class Ended extends Error {}

/**
 * One whole history: the storm, and in liveness mode what must come after it. A function of plan and mode: the same trace each time.
 * Replaces this thread's timers while it runs, so that histories of one thread come one after the other.
 */
export async function runHistory(plan: Plan, mode: Mode): Promise<HistoryResult> {
  const clock = new SimulatedClock();
  const trace: string[] = [];
  let violation: Violation | undefined;
  let simulatedMs = 0;
  const tell = (line: string) => trace.push(`${(clock.now() / 1_000).toFixed(3)} s  ${line}`);
  const complain = (invariant: Invariant, message: string) => {
    // There no write comes to what it was for.
    if (plan.webhook === 'strip' && UNDONE.includes(invariant)) return;
    tell(`VIOLATED ${invariant}: ${message}`);
    violation ??= { invariant, at: clock.now(), message };
  };
  const stage = new Stage({ plan, mode, clock, tell, complain });
  try {
    const until = async (ms: number) => {
      await clock.runUntil(ms);
      stage.check();
      if (violation !== undefined) throw new Ended();
    };
    stage.begin();
    await inSlices(until, clock, mode === 'safety' ? 2 * plan.stormEndsAt : plan.stormEndsAt);
    if (mode === 'liveness') await comesRight(stage, until);
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
  } finally {
    stage.end();
    simulatedMs = clock.uninstall();
  }
  if (violation === undefined) await stage.replay();
  return { plan, mode, violation, trace, simulatedMs };
}

const SLICE_MS = 1_000;

/** Second by second, so that a violation ends the history soon. */
async function inSlices(until: (ms: number) => Promise<void>, clock: SimulatedClock, endMs: number): Promise<void> {
  while (clock.now() < endMs) await until(Math.min(endMs, clock.now() + SLICE_MS));
}
