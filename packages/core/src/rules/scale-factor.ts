/**
 * A scale factor in exact decimal arithmetic: 0.07 of 100 replicas is 7, never 8 (which binary floating point gives,
 * for there 0.07 × 100 is 7.000000000000001).
 */
export interface ScaleFactor {
  /** Its canonical decimal form: no exponent, no needless zeros or sign, e.g. `0.5`, `2`. Equal factors have equal texts. */
  readonly text: string;
}

const DECIMAL = /^\+?(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d{1,3}))?$/;

/** More digits than this are refused: no real factor needs them, and they would cost time and memory. */
const MAX_DIGITS = 40;

/** The largest `spec.replicas` that Kubernetes can store (int32). */
export const MAX_REPLICAS = 2_147_483_647;

/** Reads a number ≥ 0 as people write it (`0.5`, `.5`, `5e-1`, ` 1 `); `undefined` for anything else, `NaN` and `inf` included. */
export function parseScaleFactor(text: string): ScaleFactor | undefined {
  const match = DECIMAL.exec(text.trim());
  if (match === null) return undefined;
  const whole = match[1] ?? '';
  const fraction = match[2] ?? match[3] ?? '';
  const exponent = Number(match[4] ?? '0');
  const digits = whole + fraction;
  if (digits.length + Math.abs(exponent) > MAX_DIGITS) return undefined;
  const point = whole.length + exponent;
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const split = Math.max(point, 1);
  const integer = padded.slice(0, split).replace(/^0+(?=\d)/, '');
  const rest = padded.slice(split).replace(/0+$/, '');
  return { text: rest === '' ? integer : `${integer}.${rest}` };
}

/**
 * `ceil(factor × sourceReplicas)`, saturated at {@link MAX_REPLICAS}.
 * @param sourceReplicas a whole number ≥ 0
 */
export function scaleReplicas(factor: ScaleFactor, sourceReplicas: number): number {
  const [integer = '0', fraction = ''] = factor.text.split('.');
  const unit = 10n ** BigInt(fraction.length);
  const product = BigInt(integer + fraction) * BigInt(sourceReplicas);
  const rounded = (product + unit - 1n) / unit;
  return rounded > BigInt(MAX_REPLICAS) ? MAX_REPLICAS : Number(rounded);
}
