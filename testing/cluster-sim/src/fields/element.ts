import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { ListShape } from '../schema/schema.ts';

/**
 * Path elements as `fieldsV1` writes them.
 *
 * | element                | leads to                                       | in messages    |
 * | ---------------------- | ---------------------------------------------- | -------------- |
 * | `f:name`               | a member of an object                          | `.name`        |
 * | `k:{"name":"web"}`     | the item of a keyed list with these keys       | `[name="web"]` |
 * | `v:"x"`                | the item of a set with this value              | `[="x"]`       |
 */
export const element = (name: string): string => `f:${name}`;

/** The element of an item of a granular list, or a text that says why there is none. */
export type ItemElement = { readonly element: string } | { readonly problem: string };

export function elementOfItem(list: ListShape, item: Json): ItemElement {
  return list.kind === 'map' ? elementOfKeyed(list, item) : elementOfValue(item);
}

function elementOfKeyed(list: ListShape, item: Json): ItemElement {
  if (item === null) return { problem: 'associative list with keys may not have a null element' };
  if (!isJsonObject(item)) return { problem: 'associative list with keys may not have non-map elements' };
  let text = '';
  for (const { key, prefix } of sortedKeys(list.keys)) {
    const value = item[key] ?? (Object.hasOwn(item, key) ? null : list.items.object?.fields.get(key)?.default);
    if (value === undefined) continue;
    text = text === '' ? `${prefix}${JSON.stringify(value)}` : `${text},${prefix}${JSON.stringify(value)}`;
  }
  if (text !== '') return { element: `k:{${text}}` };
  const keys = `[${list.keys.map((key) => JSON.stringify(key)).join(' ')}]`;
  return {
    problem: `associative list with keys has an element that omits all key fields ${keys} (and doesn't have default values for any key fields)`,
  };
}

interface ListKey {
  readonly key: string;
  /** `"name":` */
  readonly prefix: string;
}

const sorted = new WeakMap<readonly string[], readonly ListKey[]>();

function sortedKeys(keys: readonly string[]): readonly ListKey[] {
  const known = sorted.get(keys);
  if (known !== undefined) return known;
  const made = [...keys].sort().map((key) => ({ key, prefix: `${JSON.stringify(key)}:` }));
  sorted.set(keys, made);
  return made;
}

function elementOfValue(item: Json): ItemElement {
  if (item === null) return { problem: "associative list without keys has an element that's an explicit null" };
  if (isJsonArray(item)) return { problem: 'not supported: associative list with lists as elements' };
  if (isJsonObject(item)) return { problem: "associative list without keys has an element that's a map type" };
  return { element: `v:${JSON.stringify(item)}` };
}

function parsed(text: string): Json {
  const value: Json = JSON.parse(text);
  return value;
}

function keysOf(text: string): JsonObject {
  const keys = parsed(text.slice(2));
  return isJsonObject(keys) ? keys : {};
}

const MOST_REMEMBERED = 10_000;
const entries = new Map<string, readonly (readonly [string, Json])[]>();

function entriesOf(text: string): readonly (readonly [string, Json])[] {
  const known = entries.get(text);
  if (known !== undefined) return known;
  if (entries.size >= MOST_REMEMBERED) entries.clear();
  const made = Object.entries(keysOf(text));
  entries.set(text, made);
  return made;
}

/** The server's order: names, then keyed items by their keys, then values. Numbers count as numbers. */
export function compareElements(one: string, other: string): number {
  if (one === other) return 0;
  if (one[0] !== other[0] || one.startsWith('f:')) return one < other ? -1 : 1;
  if (one.startsWith('v:')) return compareValues(parsed(one.slice(2)), parsed(other.slice(2)));
  const [mine, theirs] = [entriesOf(one), entriesOf(other)];
  for (const [index, [key, value]] of mine.entries()) {
    const their = theirs[index];
    if (their === undefined) return 1;
    if (key !== their[0]) return key < their[0] ? -1 : 1;
    const order = compareValues(value, their[1]);
    if (order !== 0) return order;
  }
  return mine.length - theirs.length;
}

function compareValues(one: Json, other: Json): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one === 'number' || typeof other === 'number') return typeof one === 'number' ? -1 : 1;
  const [mine, theirs] = [JSON.stringify(one), JSON.stringify(other)];
  if (mine === theirs) return 0;
  return mine < theirs ? -1 : 1;
}

/** The path as messages of the API server write it: `.spec.template.spec.containers[name="web"].image`. */
export function pathText(path: readonly string[]): string {
  return path.map(elementText).join('');
}

export function elementText(step: string): string {
  if (step.startsWith('f:')) return `.${step.slice(2)}`;
  if (step.startsWith('v:')) return `[=${step.slice(2)}]`;
  if (!step.startsWith('k:')) return `[${step.slice(2)}]`;
  const keys = Object.entries(keysOf(step)).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `[${keys.join(',')}]`;
}
