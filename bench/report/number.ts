import type { Unit } from '../result.ts';

/** Three digits that count, as people write numbers: `1.23 s`, `12.3 ms`, `123 MB`, `1234`. */
export function inWords(value: number, unit: Unit): string {
  return unit === '' ? plain(value) : `${plain(value)} ${unit}`;
}

function plain(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
}
