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
  let here: Json | undefined = root;
  for (const step of path) here = isJsonObject(here) ? here[step] : undefined;
  return isJsonObject(here) ? here : EMPTY_OBJECT;
}

/** The list at `path` below `root`; an empty one where any step is absent or something else. */
export function listAt(root: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const last = path.at(-1);
  const here = last === undefined ? root : objectAt(root, ...path.slice(0, -1))[last];
  return isJsonArray(here) ? here : [];
}

/** The entries of the map at `path` whose values are strings (labels, annotations, match labels). */
export function stringMapAt(root: Json | undefined, ...path: readonly string[]): Readonly<Record<string, string>> {
  const strings: Record<string, string> = {};
  for (const [key, value] of Object.entries(objectAt(root, ...path))) if (typeof value === 'string') strings[key] = value;
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
  let isSame = names.length === Object.keys(like).length;
  // A copy and no new object: it takes no more room than what was parsed.
  const shared: Record<string, Json> = { ...value };
  for (const name of names) {
    const former = Object.hasOwn(like, name) ? like[name] : undefined;
    const part = sharingAny(value[name] ?? null, former);
    if (part !== former) isSame = false;
    shared[name] = part;
  }
  return isSame ? like : shared;
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
  if (isJsonArray(a) && isJsonArray(b)) return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && isEqual(a[name], b[name]));
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
