/**
 * Ticks of an axis from 0 up: 1, 2 or 5 times a power of ten apart, four to nine of them, the last one not below `largest`.
 * All figures of the bench are counts, times and sizes, so an axis never starts elsewhere.
 */
export function ticksTo(largest: number): readonly number[] {
  if (!(largest > 0 && Number.isFinite(largest))) return [0, 1];
  const rough = largest / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const count = Math.ceil(largest / step - 1e-9);
  // Multiplied, not added up: 0.1 + 0.2 would be told to 17 digits.
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}
