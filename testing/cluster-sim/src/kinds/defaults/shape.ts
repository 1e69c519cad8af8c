import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../json.ts';

/**
 * What the API server fills in where a field is absent, by the structure of objects. A shape says it of an object, or of each item of a
 * list of objects.
 */
export interface Shape {
  /** Fields that are set wherever they are absent. */
  readonly fill?: JsonObject;
  /** Those that depend on the object; `filled` has all of `fill`. */
  readonly more?: (filled: JsonObject) => JsonObject;
  /** What lies below, where it is present. */
  readonly fields?: Readonly<Record<string, Shape>>;
}

/** `object` with all that the shape fills in; the same object where nothing is missing. */
export function filled(shape: Shape, object: JsonObject): JsonObject {
  let result: Record<string, Json> | undefined;
  const set = (name: string, value: Json): void => {
    result ??= { ...object };
    result[name] = value;
  };
  for (const name in shape.fill) if (object[name] === undefined) set(name, shape.fill[name] ?? null);
  for (const name in shape.fields) {
    const below = shape.fields[name];
    const value = (result ?? object)[name];
    if (below === undefined || value === undefined) continue;
    const made = filledBelow(below, value);
    if (made !== value) set(name, made);
  }
  const so = result ?? object;
  return shape.more === undefined ? so : withAbsent(so, shape.more(so));
}

function filledBelow(shape: Shape, value: Json): Json {
  if (isJsonObject(value)) return filled(shape, value);
  if (!isJsonArray(value)) return value;
  const items = value.map((item) => (isJsonObject(item) ? filled(shape, item) : item));
  return items.some((item, index) => item !== value[index]) ? items : value;
}

function withAbsent(object: JsonObject, values: JsonObject): JsonObject {
  return Object.keys(values).some((name) => object[name] === undefined) ? { ...values, ...object } : object;
}
