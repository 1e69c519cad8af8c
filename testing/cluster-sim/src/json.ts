import type { Json, JsonObject } from '@ddprofiler-rc/core';

export type { Json, JsonObject } from '@ddprofiler-rc/core';

const EMPTY_OBJECT: JsonObject = {};
const EMPTY_LIST: readonly Json[] = [];

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** What stands at `path` below `root`, whatever it is. */
export function valueAt(root: Json | undefined, ...path: readonly string[]): Json | undefined {
  let here: Json | undefined = root;
  for (const step of path) here = isJsonObject(here) ? here[step] : undefined;
  return here;
}

/** The object at `path` below `root`; an empty one where any step is absent or something else. */
export function objectAt(root: Json | undefined, ...path: readonly string[]): JsonObject {
  const here = valueAt(root, ...path);
  return isJsonObject(here) ? here : EMPTY_OBJECT;
}

/** The list at `path` below `root`; an empty one where any step is absent or something else. */
export function listAt(root: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const here = valueAt(root, ...path);
  return isJsonArray(here) ? here : EMPTY_LIST;
}

/** The string at `path` below `root`, if it is one. */
export function stringAt(root: Json | undefined, ...path: readonly string[]): string | undefined {
  const here = valueAt(root, ...path);
  return typeof here === 'string' ? here : undefined;
}

/** The number at `path` below `root`, if it is one. */
export function numberAt(root: Json | undefined, ...path: readonly string[]): number | undefined {
  const here = valueAt(root, ...path);
  return typeof here === 'number' ? here : undefined;
}

/** Whether two values are the same JSON; members have no order. Shared structure is not walked. */
export function equalJson(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (isJsonArray(one))
    return isJsonArray(other) && one.length === other.length && one.every((item, index) => equalJson(item, other[index]));
  if (!isJsonObject(one) || !isJsonObject(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && equalJson(one[key], other[key]))
  );
}

/** JSON text with the keys of every object sorted: equal values give equal texts. */
export function canonicalJson(value: Json): string {
  if (isJsonArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
  return `{${members.join(',')}}`;
}

/** `root` with `value` at `path`; all that lies beside the path is shared. Steps that are absent or no objects become objects. */
export function withValueAt(root: Json | undefined, path: readonly string[], value: Json): JsonObject {
  const [step, ...rest] = path;
  const here = isJsonObject(root) ? root : EMPTY_OBJECT;
  if (step === undefined) return here;
  return { ...here, [step]: rest.length === 0 ? value : withValueAt(here[step], rest, value) };
}

/** `root` without what stands at `path`; the same object where nothing stood there. */
export function withoutValueAt(root: JsonObject, path: readonly string[]): JsonObject {
  const [step, ...rest] = path;
  if (step === undefined || !Object.hasOwn(root, step)) return root;
  if (rest.length === 0) {
    const { [step]: _gone, ...others } = root;
    return others;
  }
  const below = root[step];
  if (!isJsonObject(below)) return root;
  const without = withoutValueAt(below, rest);
  return without === below ? root : { ...root, [step]: without };
}
