import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { ListShape, ObjectShape, Schema } from '../schema/schema.ts';

/** How a value is owned: as a whole, or by its members or items. Null takes the form that its type prefers, with nothing in it. */
export type Form =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'object'; readonly shape: ObjectShape; readonly members: JsonObject }
  | { readonly kind: 'list'; readonly shape: ListShape; readonly items: readonly Json[] };

const LEAF: Form = { kind: 'leaf' };
const NO_MEMBERS: JsonObject = {};
const NO_ITEMS: readonly Json[] = [];

export function formOf(schema: Schema, value: Json): Form {
  const { object, list, scalar } = schema;
  if (isJsonObject(value))
    return object === undefined || object.atomic ? LEAF : { kind: 'object', shape: object, members: value };
  if (isJsonArray(value))
    return list === undefined || list.kind === 'atomic' ? LEAF : { kind: 'list', shape: list, items: value };
  if (value !== null) return LEAF;
  if (object !== undefined) return object.atomic ? LEAF : { kind: 'object', shape: object, members: NO_MEMBERS };
  if (scalar !== undefined || list === undefined || list.kind === 'atomic') return LEAF;
  return { kind: 'list', shape: list, items: NO_ITEMS };
}

export const isEmptyForm = (form: Form): boolean =>
  form.kind === 'object' ? Object.keys(form.members).length === 0 : form.kind === 'list' && form.items.length === 0;

/** The type of a member: the field's, or what other members hold. Undefined where the type has no such member. */
export function memberType(shape: ObjectShape, name: string): Schema | undefined {
  return shape.fields.get(name)?.schema ?? shape.rest;
}
