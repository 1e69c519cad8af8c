/** What the bench finds: figures with their samples, and the bars that some of them must clear. Plain data, written as JSON as it is. */
import { spreadOf } from './statistics.ts';

export const MEASUREMENTS = ['converge', 'latency', 'idle', 'memory', 'restart', 'noisy', 'limits', 'guardrails'] as const;
export type MeasurementName = (typeof MEASUREMENTS)[number];

export type Unit = 's' | 'ms' | 'µs' | '×' | 'KiB' | 'MB' | '';

export interface Figure {
  /** Within its measurement; stable, for charts and bars. */
  readonly id: string;
  readonly what: string;
  readonly unit: Unit;
  /** One per round, or each single one where a figure is a percentile of many: then see `value`. */
  readonly samples: readonly number[];
  /** What the figure is: the median of the samples. */
  readonly value: number;
}

/** A limit that an acceptance line sets. */
export interface Bar {
  readonly what: string;
  readonly unit: Unit;
  readonly value: number;
  readonly limit: number;
  readonly met: boolean;
}

/** A line of a chart: points `[x, y]`. */
export interface Series {
  readonly id: string;
  readonly points: readonly (readonly [number, number])[];
}

export interface Measurement {
  readonly name: MeasurementName;
  readonly title: string;
  /** How it was measured, in a sentence or two. */
  readonly how: string;
  readonly figures: readonly Figure[];
  readonly bars: readonly Bar[];
  readonly series: readonly Series[];
}

/** @param value the figure over all rounds, where it is something else than their median */
export function figure(id: string, what: string, unit: Unit, samples: readonly number[], value?: number): Figure {
  return { id, what, unit, samples, value: value ?? spreadOf(samples).median };
}

/** Met up to and with the limit. */
export function atMost(what: string, unit: Unit, value: number, limit: number): Bar {
  return { what, unit, value, limit, met: value <= limit };
}

/** What no round may have any of: writes where nothing is to be written. */
export function noWrites(when: string, counts: readonly number[]): { readonly figure: Figure; readonly bar: Bar } {
  return { figure: figure('writes', 'writes', '', counts), bar: atMost(`${when}: writes`, '', Math.max(...counts), 0) };
}
