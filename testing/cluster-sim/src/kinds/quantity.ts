/** Decimal suffixes by their power of ten, and binary ones by their power of 1024. */
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY: Readonly<Record<string, number>> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 };

/**
 * A quantity as the API server stores it: in its own family of suffixes, the largest that leaves a whole number.
 *
 * | given | stored |
 * | --- | --- |
 * | 1000m | 1 |
 * | 0.5 | 500m |
 * | 1024Mi | 1Gi |
 *
 * What is no quantity is left as it is: validation has its say on it.
 */
export function canonicalQuantity(text: string): string {
  const [, sign = '', digits = '', suffix = ''] = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)([a-zA-Z]*)$/.exec(text) ?? [];
  if (digits === '') return text;
  const minus = sign === '-' ? '-' : '';
  const [whole = '', fraction = ''] = digits.split('.');
  const units = BigInt(`${whole}${fraction}` || '0');
  const binary = BINARY[suffix];
  if (binary !== undefined) {
    const scale = 10n ** BigInt(fraction.length);
    const bytes = units * 1024n ** BigInt(binary);
    // A fraction of bytes has no binary form.
    return bytes % scale === 0n
      ? `${minus}${inBinary(bytes / scale)}`
      : `${minus}${inDecimal(units * 1024n ** BigInt(binary), -fraction.length)}`;
  }
  const exponent = DECIMAL[suffix];
  return exponent === undefined ? text : `${minus}${inDecimal(units, exponent - fraction.length)}`;
}

function inBinary(bytes: bigint): string {
  let value = bytes;
  let suffix = '';
  for (const next of Object.keys(BINARY)) {
    if (value === 0n || value % 1024n !== 0n) break;
    value /= 1024n;
    suffix = next;
  }
  return `${value}${suffix}`;
}

/** `units × 10^exponent`. Smaller than a billionth is rounded up. */
function inDecimal(units: bigint, exponent: number): string {
  if (units === 0n) return '0';
  let value = units;
  let power = exponent;
  while (value % 10n === 0n) {
    value /= 10n;
    power += 1;
  }
  const [suffix, chosen] = Object.entries(DECIMAL).findLast(([, candidate]) => candidate <= power) ?? ['n', -9];
  if (power < chosen) return `${value / 10n ** BigInt(chosen - power) + 1n}${suffix}`;
  return `${value * 10n ** BigInt(power - chosen)}${suffix}`;
}

/** A quantity as a number, for comparisons; NaN for what is none. */
export function quantityValue(text: string): number {
  const [, number = '', suffix = ''] = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))([a-zA-Z]*)$/.exec(text) ?? [];
  if (number === '') return Number(text);
  const binary = BINARY[suffix];
  if (binary !== undefined) return Number(number) * 1024 ** binary;
  const exponent = DECIMAL[suffix];
  // A power of ten in the text is exact where a product of two numbers would not be.
  return exponent === undefined ? Number.NaN : Number(`${number}e${exponent}`);
}
