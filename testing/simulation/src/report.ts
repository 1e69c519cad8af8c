import { createHash } from 'node:crypto';
import type { HistoryResult } from './history.ts';
import { describePlan } from './plan.ts';

/** Equal for equal traces, to the byte. */
export function fingerprint({ trace }: Pick<HistoryResult, 'trace'>): string {
  return createHash('sha256').update(trace.join('\n')).digest('hex').slice(0, 16);
}

const LINES_SHOWN = 60;

/** What a person needs of a history that failed: the invariant, the smallest plan, its trace, and how to see it again. */
export function describeFailure(first: HistoryResult, smallest: HistoryResult): string {
  const { plan, mode, violation } = first;
  const { trace } = smallest;
  return [
    `seed ${plan.seed}, ${mode}: invariant ${violation?.invariant} is violated: ${violation?.message}`,
    `replay it: make simulate SEED=${plan.seed}`,
    '',
    `the smallest plan found that violates it (${smallest.violation?.message}):`,
    describePlan(smallest.plan),
    '',
    `its trace${trace.length > LINES_SHOWN ? `, the last ${LINES_SHOWN} of ${trace.length} lines` : ''}:`,
    ...trace.slice(-LINES_SHOWN).map((line) => `  ${line}`),
  ].join('\n');
}
