import { EMPTY_OBJECT, isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import { keysOfList } from './list-keys.ts';

/*
 * `fieldsV1` of our own entry in `managedFields`, kept as what it differs in from owning the whole object. As a tree it would be most of what is
 * kept of a clone; and we own nearly all of a clone, so that little is left to say.
 *
 * | the difference has at a member | where |
 * | --- | --- |
 * | nothing | it is owned as a whole |
 * | 0 | it is not owned, though it is there |
 * | [fields] | it is owned, and owning the whole would not be told so |
 * | a difference | some of it is owned in another way |
 *
 * How lists are owned is only guessed: a wrong guess makes the difference longer, never wrong.
 *
 * Law: `fieldsV1Of(ownedIn(differenceInOwned(fields, object), object))` equals `fields`, whatever both are.
 */

/** As JSON text; empty where there is no difference. */
export function differenceInOwned(fields: JsonObject, object: JsonObject): string {
  const difference = differenceOf(fields, object, '');
  return difference === undefined ? '' : JSON.stringify(difference);
}

/** What is owned of one value: all of it but for a difference, or what fields say. */
export type Owned =
  | { readonly value: Json; readonly field: string; readonly difference: JsonObject | undefined }
  | { readonly fields: JsonObject };

export const NOTHING_OWNED: Owned = { fields: EMPTY_OBJECT };

/** @param object the very one that the difference was made with, as far as names of members and keys of items go */
export function ownedIn(difference: string, object: JsonObject): Owned {
  const parsed: JsonObject | undefined = difference === '' ? undefined : JSON.parse(difference);
  return { value: object, field: '', difference: parsed };
}

/** True where all of it is owned, and nothing that is not there. */
export function isOwnedWhole(owned: Owned): boolean {
  return 'value' in owned && owned.difference === undefined;
}

/** The members that are owned, by their names in `fieldsV1`; none of what is owned as one value. */
export function membersOf(owned: Owned): ReadonlyMap<string, Owned> {
  const members = new Map<string, Owned>();
  if ('fields' in owned) {
    for (const name of Object.keys(owned.fields)) members.set(name, asFields(owned.fields[name]));
    return members;
  }
  const { value, field, difference = EMPTY_OBJECT } = owned;
  for (const part of partsOf(value, field)) {
    const other = Object.hasOwn(difference, part.name) ? difference[part.name] : undefined;
    if (other === undefined || isJsonObject(other)) members.set(part.name, { ...part, difference: other });
    else members.delete(part.name);
  }
  for (const name of Object.keys(difference)) {
    const other = difference[name];
    if (isJsonArray(other)) members.set(name, asFields(other[0]));
  }
  return members;
}

export function fieldsV1Of(owned: Owned): JsonObject {
  if ('fields' in owned) return owned.fields;
  return Object.fromEntries([...membersOf(owned)].map(([name, member]) => [name, fieldsV1Of(member)]));
}

function asFields(fields: Json | undefined): Owned {
  return { fields: isJsonObject(fields) ? fields : EMPTY_OBJECT };
}

interface Part {
  /** As in `fieldsV1`. */
  readonly name: string;
  readonly value: Json;
  readonly field: string;
}

const NO_PARTS: readonly Part[] = [];

/** What owning all of `value` would say of its parts; nothing where it is owned as one. */
function partsOf(value: Json, field: string): readonly Part[] {
  if (isJsonArray(value)) {
    const keys = keysOfList(field);
    if (keys === undefined) return NO_PARTS;
    return value.filter(isJsonObject).map((item) => ({ name: `k:${keyOfItem(item, keys)}`, value: item, field: ITEM }));
  }
  if (!isJsonObject(value) || ATOMIC.has(field)) return NO_PARTS;
  const parts = Object.keys(value).map((name): Part => ({ name: `f:${name}`, value: value[name] ?? null, field: name }));
  return field === ITEM ? [ITSELF, ...parts] : parts;
}

/** Of an item of a list: no field has this name. */
const ITEM = 'an item';
const ITSELF: Part = { name: '.', value: null, field: '' };

function keyOfItem(item: JsonObject, keys: readonly string[]): string {
  const members = keys.map((name) => `${JSON.stringify(name)}:${JSON.stringify(item[name] ?? null)}`);
  return `{${members.join(',')}}`;
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

function differenceOf(fields: JsonObject, value: Json, field: string): JsonObject | undefined {
  const parts = partsOf(value, field);
  const names = Object.keys(fields);
  // Most of what there is, is one value.
  if (parts.length + names.length === 0) return undefined;
  const members: [string, Json][] = [];
  let found = 0;
  for (const part of parts) {
    const own = Object.hasOwn(fields, part.name) ? fields[part.name] : undefined;
    if (own === undefined) members.push([part.name, 0]);
    else {
      found += 1;
      const other = isJsonObject(own) ? differenceOf(own, part.value, part.field) : [own];
      if (other !== undefined) members.push([part.name, other]);
    }
  }
  if (found !== names.length) {
    const known = new Set(parts.map(({ name }) => name));
    for (const name of names) if (!known.has(name)) members.push([name, [fields[name] ?? null]]);
  }
  return members.length === 0 ? undefined : Object.fromEntries(members);
}
