/** The guardrails of values.yaml, and a value for each that is not its default. */
import { readFile } from 'node:fs/promises';
import { type DescribedValue, type Json, type JsonObject, readValues } from '../tools/values-comments.ts';

const VALUES = new URL('../ddprofiler-rc/values.yaml', import.meta.url);

export interface Guardrail {
  /** Below `guardrails`. */
  readonly path: readonly string[];
  /** Of the setting: `massDeletion.share` is MASS_DELETION_SHARE. */
  readonly setting: string;
  readonly sample: Json;
  /** The sample as the environment has it. */
  readonly text: string;
}

export async function guardrails(): Promise<readonly Guardrail[]> {
  const values = readValues(await readFile(VALUES, 'utf8'));
  return values.filter(({ path }) => path[0] === 'guardrails').map(guardrail);
}

function guardrail(value: DescribedValue): Guardrail {
  const [, ...path] = value.path;
  const setting = path.map((key) => key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`)).join('_');
  const sample = sampleOf(value);
  return { path, setting: setting.toUpperCase(), sample, text: Array.isArray(sample) ? sample.join(',') : String(sample) };
}

function sampleOf({ path, narrowed, fallback }: DescribedValue): Json {
  const types = [narrowed.type].flat();
  if (Array.isArray(narrowed.enum)) return narrowed.enum.findLast((one) => one !== fallback) ?? null;
  if (types.includes('integer') || Number.isInteger(fallback)) return 5_000_000;
  if (types.includes('number')) return 0.25;
  if (Array.isArray(fallback)) return ['one', 'two'];
  if (typeof fallback === 'boolean') return !fallback;
  throw new Error(`there is no sample for ${path.join('.')}`);
}

/** As values of the chart. */
export function valuesOf(all: readonly Guardrail[]): JsonObject {
  return { guardrails: nested(all.map(({ path, sample }) => [path, sample])) };
}

function nested(leaves: readonly (readonly [readonly string[], Json])[]): JsonObject {
  const groups = Map.groupBy(leaves, ([[key = '']]) => key);
  return Object.fromEntries(
    [...groups].map(([key, below]) => {
      const [[path, value] = [[], null]] = below;
      return [key, path.length === 1 ? value : nested(below.map(([[, ...rest], one]) => [rest, one]))];
    }),
  );
}
