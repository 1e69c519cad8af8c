/** Order statistics of samples. All are pure, and take samples in any order. */

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

/** The smallest sample that at least this share (0 to 1) of all do not exceed (nearest rank: it is one of the samples). */
export function percentile(samples: readonly number[], share: number): number {
  if (samples.length === 0) throw new RangeError('a percentile of no samples');
  if (!(share >= 0 && share <= 1)) throw new RangeError(`a percentile of ${share}; 0 to 1 is accepted`);
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** The middle sample, or the mean of the two in the middle. */
export function median(samples: readonly number[]): number {
  if (samples.length === 0) throw new RangeError('a median of no samples');
  const sorted = samples.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  const lower = sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

export function spreadOf(samples: readonly number[]): Spread {
  return { median: median(samples), min: Math.min(...samples), max: Math.max(...samples), count: samples.length };
}

/** Of the least-squares line through the points `[x, y]`; two different x at least. */
export function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [meanX, meanY] = [mean(([x]) => x), mean(([, y]) => y)];
  const spreadX = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  if (!(spreadX > 0)) throw new RangeError(`a slope needs two different places; there are ${points.length} points at one`);
  return points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spreadX;
}
