/**
 * Kubernetes quantities (`1`, `1000m`, `1Gi`, `1e3`): the API server stores a canonical form, so that what was applied as
 * `1000m` is read back as `1`. Source: `k8s.io/apimachinery/pkg/api/resource`.
 */
const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d{1,2}))?$/;

const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

/** Digits after the point that are kept, enough for `n` with nine more. */
const PLACES = 18;

/** True where both texts are quantities of one amount. */
export function equalQuantities(a: string, b: string): boolean {
  const left = amountOf(a);
  return left !== undefined && left === amountOf(b);
}

/** True for a text that is an amount of some resource. */
export function isQuantity(text: string): boolean {
  return amountOf(text) !== undefined;
}

/** The amount × 10^18, rounded down; `undefined` where the text is no quantity. */
function amountOf(text: string): bigint | undefined {
  const match = QUANTITY.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', binary, decimal, exponent] = match;
  if (whole === '' && fraction === '') return undefined;
  const power = decimal !== undefined ? (DECIMAL[decimal] ?? 0) : Number(exponent ?? '0');
  const factor = binary === undefined ? 1n : 1024n ** BigInt(BINARY.indexOf(binary) + 1);
  const places = PLACES + power - fraction.length;
  const digits = BigInt(whole + fraction) * factor;
  const amount = places >= 0 ? digits * 10n ** BigInt(places) : digits / 10n ** BigInt(-places);
  return sign === '-' ? -amount : amount;
}
