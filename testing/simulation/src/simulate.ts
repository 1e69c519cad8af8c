import { drawPlan } from './draw-plan.ts';
import { type HistoryResult, runHistory } from './history.ts';
import { MODES } from './plan.ts';
import { describeFailure, fingerprint } from './report.ts';
import { shrunk } from './shrink.ts';

/** What one seed came to, in both modes; plain data, so that a worker can tell it. */
export interface SeedResult {
  readonly seed: number;
  readonly fingerprint: string;
  readonly simulatedMs: number;
  /** What a person needs to know of the first history that failed. */
  readonly failure?: string;
}

/** Draws the history of a seed, and runs it in every mode. */
export async function simulateSeed(seed: number): Promise<SeedResult> {
  const plan = drawPlan(seed);
  const results: HistoryResult[] = [];
  for (const mode of MODES) {
    const result = await runHistory(plan, mode);
    results.push(result);
    if (result.violation !== undefined) break;
  }
  const failed = results.find(({ violation }) => violation !== undefined);
  return {
    seed,
    fingerprint: results.map(fingerprint).join('-'),
    simulatedMs: results.reduce((sum, { simulatedMs }) => sum + simulatedMs, 0),
    ...(failed === undefined
      ? {}
      : { failure: describeFailure(failed, process.env.SHRINK === '0' ? failed : await shrunk(failed)) }),
  };
}
