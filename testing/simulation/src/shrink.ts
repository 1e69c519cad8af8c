import { type HistoryResult, runHistory } from './history.ts';
import type { Plan } from './plan.ts';

/** Histories tried at most while making one smaller. */
const MOST_TRIES = 400;

/**
 * A smaller plan that breaks the same invariant, found by leaving out what is not needed for it: delta debugging over actions, faults and
 * revocations, after the simple switches. Not the smallest one, but none of its parts can be left out alone (within the tries).
 */
export async function shrunk(failed: HistoryResult): Promise<HistoryResult> {
  let best = failed;
  let tries = 0;
  const fails = async (plan: Plan): Promise<boolean> => {
    if (tries >= MOST_TRIES) return false;
    tries += 1;
    const result = await runHistory(plan, failed.mode);
    if (result.violation?.invariant !== failed.violation?.invariant) return false;
    best = result;
    return true;
  };
  for (const simpler of [
    { limits: {} },
    { webhook: undefined },
    { poisoned: undefined },
    { elected: false },
    { operators: 1 as const },
  ])
    await fails({ ...best.plan, ...simpler });
  for (const part of ['faults', 'revocations', 'actions'] as const) {
    await without(
      best.plan[part].length,
      (keep) => fails({ ...best.plan, [part]: best.plan[part].filter((_, index) => keep(index)) }),
      () => best.plan[part].length,
    );
  }
  return best;
}

/** Leaves out ever smaller runs of the items, from halves to single ones. */
async function without(
  size: number,
  attempt: (keep: (index: number) => boolean) => Promise<boolean>,
  present: () => number,
): Promise<void> {
  for (let chunk = Math.max(1, Math.ceil(size / 2)); ; chunk = Math.ceil(chunk / 2)) {
    for (let start = 0; start < present(); ) {
      const end = start + chunk;
      if (!(await attempt((index) => index < start || index >= end))) start = end;
    }
    if (chunk === 1) return;
  }
}
