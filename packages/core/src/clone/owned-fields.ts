import { EMPTY_OBJECT, isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import { LIST_KEYS } from './list-keys.ts';

/*
 * `fieldsV1` of our own entry in `managedFields`, kept as what it differs in from owning the whole object. As a tree it would be most of what is
 * kept of a clone; and we own nearly all of a clone, so that little is left to say.
 *
 * | the difference has at a member | where |
 * | --- | --- |
 * | nothing | it is owned as a whole |
 * | 0 | it is not owned, though it is there |
 * | [fields] | it is owned, though owning the whole would not be told so |
 * | a difference | some of it is owned in another way |
 *
 * How lists are owned is only guessed: a wrong guess makes the difference longer, never wrong.
 *
 * Law: `ownedFields(differenceInOwned(fields, object), object)` equals `fields`, whatever both are.
 */

/** As JSON text; empty where there is no difference. */
export function differenceInOwned(fields: JsonObject, object: JsonObject): string {
  const difference = differenceFromWhole(object, '', fields);
  return difference === undefined ? '' : JSON.stringify(difference);
}

/** @param object the very one that the difference was made with, as far as names of members and keys of items go */
export function ownedFields(difference: string, object: JsonObject): JsonObject {
  const whole = wholeOf(object);
  if (difference === '') return whole;
  const parsed: JsonObject = JSON.parse(difference);
  return differing(whole, parsed);
}

/** What it is to own all of `value`. */
function wholeOf(value: Json, field = ''): JsonObject {
  if (isJsonObject(value) && !ATOMIC.has(field)) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [`f:${name}`, wholeOf(member, name)]));
  }
  const keys = Object.hasOwn(LIST_KEYS, field) ? LIST_KEYS[field] : undefined;
  if (!isJsonArray(value) || keys === undefined) return EMPTY_OBJECT;
  return Object.fromEntries(
    value.filter(isJsonObject).map((item) => {
      return [`k:${keyOf(item, keys)}`, { '.': EMPTY_OBJECT, ...wholeOf(item) }];
    }),
  );
}

function keyOf(item: JsonObject, keys: readonly string[]): string {
  return JSON.stringify(Object.fromEntries(keys.map((name) => [name, item[name] ?? null])));
}

/** Objects that are owned as one value. */
const ATOMIC = new Set([
  'selector',
  'labelSelector',
  'nodeSelector',
  'configMapKeyRef',
  'fieldRef',
  'resourceFieldRef',
  'secretKeyRef',
]);

/** How `fields` differs from owning all of `value`, which is not made for it: most often there is no difference, and this is asked often. */
function differenceFromWhole(value: Json, field: string, fields: JsonObject): JsonObject | undefined {
  if (isJsonObject(value) && !ATOMIC.has(field)) {
    const names = Object.keys(value);
    return differenceOf(fields, names, 'f:', (name, found) => differenceFromWhole(value[name] ?? null, name, found));
  }
  const keys = Object.hasOwn(LIST_KEYS, field) ? LIST_KEYS[field] : undefined;
  if (!isJsonArray(value) || keys === undefined) return differenceOf(fields, [], '', () => undefined);
  const items = new Map(value.filter(isJsonObject).map((item) => [keyOf(item, keys), item]));
  return differenceOf(fields, [...items.keys()], 'k:', (key, found) => {
    const item = items.get(key) ?? EMPTY_OBJECT;
    return differenceOf(found, ['.', ...Object.keys(item).map((name) => `f:${name}`)], '', (name, inner) =>
      name === '.'
        ? differenceOf(inner, [], '', () => undefined)
        : differenceFromWhole(item[name.slice(2)] ?? null, name.slice(2), inner),
    );
  });
}

/** @param inner the difference at a member that is owned in some way */
function differenceOf(
  fields: JsonObject,
  expected: readonly string[],
  prefix: string,
  inner: (name: string, found: JsonObject) => JsonObject | undefined,
): JsonObject | undefined {
  const members: [string, Json][] = [];
  let met = 0;
  for (const name of expected) {
    const member = prefix + name;
    const found = Object.hasOwn(fields, member) ? fields[member] : undefined;
    if (found !== undefined) met += 1;
    const difference = found === undefined ? 0 : isJsonObject(found) ? inner(name, found) : [found];
    if (difference !== undefined) members.push([member, difference]);
  }
  const all = Object.keys(fields);
  if (all.length > met) {
    const known = new Set(expected.map((name) => prefix + name));
    for (const name of all) if (!known.has(name)) members.push([name, [fields[name] ?? null]]);
  }
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function differing(whole: JsonObject, difference: JsonObject): JsonObject {
  const members: [string, Json][] = [];
  for (const [name, expected] of Object.entries(whole)) {
    const other = Object.hasOwn(difference, name) ? difference[name] : undefined;
    if (other === undefined) members.push([name, expected]);
    else if (isJsonObject(other) && isJsonObject(expected)) members.push([name, differing(expected, other)]);
    else if (isJsonArray(other)) members.push([name, other[0] ?? null]);
  }
  for (const [name, other] of Object.entries(difference)) {
    if (!Object.hasOwn(whole, name) && isJsonArray(other)) members.push([name, other[0] ?? null]);
  }
  return Object.fromEntries(members);
}
