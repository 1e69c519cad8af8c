import type { Machine } from '../machine.ts';
import type { Bar, Measurement } from '../result.ts';

/** A whole run, as results.json has it. */
export interface Results {
  readonly machine: Machine;
  readonly isFull: boolean;
  readonly seconds: number;
  readonly measurements: readonly Measurement[];
}

export function missedBars({ measurements }: Results): readonly Bar[] {
  return measurements.flatMap(({ bars }) => bars.filter(({ met }) => !met));
}
