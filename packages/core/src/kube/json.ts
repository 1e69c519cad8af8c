/** Plain JSON, as the API server speaks it. Objects are never turned into a client library's models: those drop fields they do not know. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

export const EMPTY_OBJECT: JsonObject = {};

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The object at `path` below `root`; an empty one where any step is absent or something else. */
export function objectAt(root: Json | undefined, ...path: readonly string[]): JsonObject {
  const here = valueAt(root, path);
  return isJsonObject(here) ? here : EMPTY_OBJECT;
}

/** The list at `path` below `root`; an empty one where any step is absent or something else. */
export function listAt(root: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const here = valueAt(root, path);
  return isJsonArray(here) ? here : EMPTY_LIST;
}

const EMPTY_LIST: readonly Json[] = [];

function valueAt(root: Json | undefined, path: readonly string[]): Json | undefined {
  let here = root;
  for (const step of path) here = isJsonObject(here) ? here[step] : undefined;
  return here;
}

/** The entries of the map at `path` whose values are strings (labels, annotations, match labels). */
export function stringMapAt(root: Json | undefined, ...path: readonly string[]): Readonly<Record<string, string>> {
  const strings: Record<string, string> = {};
  const map = objectAt(root, ...path);
  for (const key of Object.keys(map)) {
    const value = map[key];
    if (typeof value === 'string') strings[key] = value;
  }
  return strings;
}

/** The string at key `key` of `object`, if it is one. */
export function stringAt(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === 'string' ? value : undefined;
}

/** The number at key `key` of `object`, if it is one. */
export function numberAt(object: JsonObject, key: string): number | undefined {
  const value = object[key];
  return typeof value === 'number' ? value : undefined;
}

/**
 * `value`, as much of it as possible by parts of `like`: what is equal is kept once, and equal parts are one and the same.
 *
 * Law: equals `value`; is `like` where that equals it.
 */
export function sharing(value: JsonObject, like: JsonObject): JsonObject {
  const names = Object.keys(value);
  let shared: Record<string, Json> | undefined;
  for (const [index, name] of names.entries()) {
    const former = Object.hasOwn(like, name) ? like[name] : undefined;
    const part = sharingAny(value[name] ?? null, former);
    if (shared === undefined && part !== former) shared = withThoseOf(like, value, names.slice(0, index));
    if (shared !== undefined) shared[name] = part;
  }
  return shared ?? (names.length === Object.keys(like).length ? like : withThoseOf(like, value, names));
}

/** A copy of `value` with these members of `like`. No new object: a copy takes no more room than what was parsed. */
function withThoseOf(like: JsonObject, value: JsonObject, names: readonly string[]): Record<string, Json> {
  const shared: Record<string, Json> = { ...value };
  for (const name of names) shared[name] = like[name] ?? null;
  return shared;
}

function sharingAny(value: Json, like: Json | undefined): Json {
  if (isJsonObject(value) && isJsonObject(like)) return sharing(value, like);
  // Equal texts too are kept once.
  if (!isJsonArray(value) || !isJsonArray(like)) return like !== undefined && value === like ? like : value;
  const items = value.map((item, index) => sharingAny(item, like[index]));
  return items.length === like.length && items.every((item, index) => item === like[index]) ? like : items;
}

/** True for equal values; at no cost where they are one and the same. */
export function isEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isJsonArray(a) && isJsonArray(b)) {
    for (let index = 0; index < a.length; index += 1) if (!isEqual(a[index], b[index])) return false;
    return a.length === b.length;
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const names = Object.keys(a);
  for (const name of names) if (!Object.hasOwn(b, name) || !isEqual(a[name], b[name])) return false;
  return names.length === Object.keys(b).length;
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
