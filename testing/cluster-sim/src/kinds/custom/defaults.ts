import { isJsonArray, isJsonObject, type Json, type JsonObject, objectAt } from '../../json.ts';

/**
 * A custom object as it is stored: the defaults of its schema where a field is absent, or null where null may not stand; nulls that have
 * no default stay. Law: what is complete comes back as it is.
 */
export function completeCustom(schema: JsonObject, object: JsonObject): JsonObject {
  const complete = completed(schema, object);
  return isJsonObject(complete) ? complete : object;
}

function completed(schema: JsonObject, value: Json): Json {
  if (isJsonArray(value)) {
    const items = schema.items;
    if (!isJsonObject(items)) return value;
    const made = value.map((item) => completed(items, item));
    return made.some((item, index) => item !== value[index]) ? made : value;
  }
  if (!isJsonObject(value)) return value;
  const properties = objectAt(schema, 'properties');
  const rest = schema.additionalProperties;
  let result: Record<string, Json> | undefined;
  const set = (name: string, member: Json): void => {
    result ??= { ...value };
    result[name] = member;
  };
  for (const name in properties) {
    const property = objectAt(properties, name);
    if (property.default === undefined) continue;
    const member = value[name];
    if (member === undefined || (member === null && property.nullable !== true)) set(name, property.default);
  }
  const filled = result ?? value;
  for (const name in filled) {
    const member = filled[name] ?? null;
    const property = properties[name] ?? rest;
    if (!isJsonObject(property)) continue;
    const made = completed(property, member);
    if (made !== member) set(name, made);
  }
  return result ?? value;
}
