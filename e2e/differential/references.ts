/** Puts the namespace and earlier answers into a step: see case.ts. */
import { isJsonArray, isJsonObject, type Json } from '@ddprofiler-rc/cluster-sim';

const REFERENCE = /\{\{([^}]+)\}\}/g;

export interface Known {
  readonly namespace: string;
  /** Answers by the name of their step. */
  readonly answers: ReadonlyMap<string, Json>;
}

export function filled(value: Json, known: Known): Json {
  if (typeof value === 'string') return filledText(value, known);
  if (isJsonArray(value)) return value.map((item) => filled(item, known));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [textOf(filledText(key, known)), filled(member, known)]),
  );
}

export function filledString(text: string, known: Known): string {
  return textOf(filledText(text, known));
}

function filledText(text: string, known: Known): Json {
  const [whole] = text.matchAll(REFERENCE);
  if (whole !== undefined && whole[0] === text) return referred(whole[1] ?? '', known);
  return text.replaceAll('$NS', known.namespace).replaceAll(REFERENCE, (_, path: string) => textOf(referred(path, known)));
}

function referred(path: string, known: Known): Json {
  const [name = '', ...steps] = path.split('.');
  let here = known.answers.get(name);
  for (const step of steps) here = memberOf(here, step);
  if (here === undefined)
    throw new Error(`{{${path}}} refers to nothing; named answers: ${[...known.answers.keys()].join(', ')}`);
  return here;
}

/** What stands at one step of a path below `value`. */
export function memberOf(value: Json | undefined, step: string): Json | undefined {
  if (isJsonArray(value)) return value[Number(step)];
  return isJsonObject(value) ? value[step] : undefined;
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
