/**
 * Does a series rise? Ordinary least squares, with a confidence interval of the slope that may be believed: samples that follow each other
 * closely are not independent (memory falls and rises over many of them), so it is fitted to the means of batches, each long enough to
 * hardly know of the one before it.
 */
export type Sample = { readonly atS: number; readonly value: number };

export type Slope = {
  /** Per second. */
  readonly perSecond: number;
  /** 95 % of confidence. */
  readonly least: number;
  readonly most: number;
  readonly batches: number;
};

/** Student's t at 97.5 %, for 1, 2, … degrees of freedom; beyond the table it hardly falls. */
const T_975 = [
  12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101,
  2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Throws RangeError where there are fewer than three batches: two points have a slope and no confidence. */
export const slopeOf = (samples: readonly Sample[], batchS: number): Slope => {
  const batches = batchMeans(samples, batchS);
  const count = batches.length;
  if (count < 3) throw new RangeError(`a slope needs 3 batches of ${batchS} s, and there are ${count}`);
  const meanAt = meanOf(batches.map(({ atS }) => atS));
  const meanValue = meanOf(batches.map(({ value }) => value));
  const spread = sumOf(batches.map(({ atS }) => (atS - meanAt) ** 2));
  const perSecond = sumOf(batches.map(({ atS, value }) => (atS - meanAt) * (value - meanValue))) / spread;
  const left = sumOf(batches.map(({ atS, value }) => (value - meanValue - perSecond * (atS - meanAt)) ** 2));
  const standardError = Math.sqrt(left / (count - 2) / spread);
  const margin = (T_975[Math.min(count - 2, T_975.length) - 1] ?? 0) * standardError;
  return { perSecond, least: perSecond - margin, most: perSecond + margin, batches: count };
};

const batchMeans = (samples: readonly Sample[], batchS: number): readonly Sample[] => {
  const start = samples[0]?.atS ?? 0;
  return [...Map.groupBy(samples, ({ atS }) => Math.floor((atS - start) / batchS)).values()].map((batch) => ({
    atS: meanOf(batch.map(({ atS }) => atS)),
    value: meanOf(batch.map(({ value }) => value)),
  }));
};

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const meanOf = (values: readonly number[]): number => sumOf(values) / values.length;
