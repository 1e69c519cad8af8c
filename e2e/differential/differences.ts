/** Where two normalised values part: one entry for the highest place at which they do. */
import { isJsonArray, isJsonObject, type Json } from '@ddprofiler-rc/cluster-sim';

export interface Difference {
  /** Keys and indices from the answer on. */
  readonly path: readonly string[];
  /** Undefined: absent there. */
  readonly real: Json | undefined;
  readonly embedded: Json | undefined;
}

export function differences(
  real: Json | undefined,
  embedded: Json | undefined,
  path: readonly string[] = [],
): readonly Difference[] {
  if (isJsonArray(real) && isJsonArray(embedded)) {
    const length = Math.max(real.length, embedded.length);
    return Array.from({ length }, (_, index) => differences(real[index], embedded[index], [...path, String(index)])).flat();
  }
  if (isJsonObject(real) && isJsonObject(embedded)) {
    const keys = new Set([...Object.keys(real), ...Object.keys(embedded)]);
    return [...keys].flatMap((key) => differences(real[key], embedded[key], [...path, key]));
  }
  return real === embedded ? [] : [{ path, real, embedded }];
}

const LENGTH_SHOWN = 700;

export function inLines(found: readonly Difference[]): string {
  return found
    .map(({ path, real, embedded }) => `  ${path.join(' › ')}\n    real:     ${shown(real)}\n    embedded: ${shown(embedded)}`)
    .join('\n');
}

function shown(value: Json | undefined): string {
  if (value === undefined) return '(absent)';
  const text = JSON.stringify(value);
  return text.length > LENGTH_SHOWN ? `${text.slice(0, LENGTH_SHOWN)}…` : text;
}
