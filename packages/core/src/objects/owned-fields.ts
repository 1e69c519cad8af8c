import { EMPTY_OBJECT, isJsonArray, isJsonObject, type Json, type JsonObject } from '../kube/json.ts';
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
  forEachPart(value, field, (name, part, partField) => {
    const other = Object.hasOwn(difference, name) ? difference[name] : undefined;
    if (other === undefined || isJsonObject(other)) members.set(name, { value: part, field: partField, difference: other });
    else members.delete(name);
  });
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

/** @param name as in `fieldsV1` */
type TakePart = (name: string, value: Json, field: string) => void;

/** What owning all of `value` would say of its parts; nothing where it is owned as one. Each clone passes here: it makes no list of them. */
function forEachPart(value: Json, field: string, take: TakePart): void {
  if (isJsonArray(value)) {
    const keys = keysOfList(field);
    if (keys === undefined) return;
    for (const item of value) if (isJsonObject(item)) take(`k:${keyOfItem(item, keys)}`, item, ITEM);
  } else if (isJsonObject(value) && !ATOMIC.has(field)) {
    if (field === ITEM) take(ITSELF, null, '');
    for (const name of Object.keys(value)) take(`f:${name}`, value[name] ?? null, name);
  }
}

/** Of an item of a list: no field has this name. */
const ITEM = 'an item';
const ITSELF = '.';

function keyOfItem(item: JsonObject, keys: readonly string[]): string {
  let members = '';
  for (const name of keys) members += `${members === '' ? '' : ','}${JSON.stringify(name)}:${JSON.stringify(item[name] ?? null)}`;
  return `{${members}}`;
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
  const names = Object.keys(fields);
  // Most of what there is, is one value.
  if (names.length === 0 && (typeof value !== 'object' || value === null)) return undefined;
  const members: [string, Json][] = [];
  let found = 0;
  forEachPart(value, field, (name, part, partField) => {
    const own = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (own === undefined) members.push([name, 0]);
    else {
      found += 1;
      const other = isJsonObject(own) ? differenceOf(own, part, partField) : [own];
      if (other !== undefined) members.push([name, other]);
    }
  });
  if (found !== names.length) {
    const known = new Set<string>();
    forEachPart(value, field, (name) => known.add(name));
    for (const name of names) if (!known.has(name)) members.push([name, [fields[name] ?? null]]);
  }
  return members.length === 0 ? undefined : Object.fromEntries(members);
}
