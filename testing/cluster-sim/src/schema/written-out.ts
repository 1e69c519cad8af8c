import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { Schema } from './schema.ts';

/** `object` with the fields that the server writes even where they are not set. Custom resources have none of their own. */
export function writtenOut(schema: Schema, object: JsonObject): JsonObject {
  const filled = filledAs(schema, object);
  return isJsonObject(filled) ? filled : object;
}

function filledAs(schema: Schema, value: Json): Json {
  if (isJsonArray(value)) {
    const items = schema.list?.items;
    if (items === undefined || (items.object === undefined && items.list === undefined)) return value;
    const filled = value.map((item) => filledAs(items, item));
    return filled.some((item, index) => item !== value[index]) ? filled : value;
  }
  if (!isJsonObject(value) || schema.object === undefined) return value;
  const { fields, rest } = schema.object;
  let filled: Record<string, Json> | undefined;
  for (const [name, field] of fields) {
    const member = value[name];
    const missing = member === undefined || (member === null && isJsonObject(field.empty)) ? field.empty : member;
    if (missing === undefined) continue;
    const made = filledAs(field.schema, missing);
    if (made === member) continue;
    filled ??= { ...value };
    filled[name] = made;
  }
  for (const name of rest === undefined || rest.object === undefined ? [] : Object.keys(value)) {
    const member = value[name];
    if (rest === undefined || member === undefined || fields.has(name)) continue;
    const made = filledAs(rest, member);
    if (made === member) continue;
    filled ??= { ...value };
    filled[name] = made;
  }
  return filled ?? value;
}
