import type { JsonObject } from '../json.ts';
import type { Schema } from '../schema/schema.ts';
import { difference, type Fields, fieldsOf, outside } from './field-set.ts';

/** What no manager ever owns: the object's identity, and what the server itself writes. */
const NEVER_OWNED = fieldsOf(
  ['apiVersion'],
  ['kind'],
  ['metadata'],
  ['metadata', 'name'],
  ['metadata', 'namespace'],
  ['metadata', 'creationTimestamp'],
  ['metadata', 'selfLink'],
  ['metadata', 'uid'],
  ['metadata', 'clusterName'],
  ['metadata', 'generation'],
  ['metadata', 'managedFields'],
  ['metadata', 'resourceVersion'],
);

export function ownable(fields: Fields): Fields {
  return difference(fields, NEVER_OWNED);
}

const sets = new WeakMap<readonly (readonly string[])[], Fields>();

/** The paths that a write through this face may not set. */
export function resetPaths(schema: Schema, subresource: string): readonly (readonly string[])[] {
  return subresource === 'status' ? schema.resets.status : schema.resets.main;
}

/** `fields` without those that a write through this face may not set. */
export function settable(schema: Schema, subresource: string, fields: Fields): Fields {
  const reset = resetPaths(schema, subresource);
  if (reset.length === 0) return fields;
  let set = sets.get(reset);
  if (set === undefined) {
    set = fieldsOf(...reset);
    sets.set(reset, set);
  }
  return outside(fields, set);
}

/** `object` with what a write through this face may not set as it was in `live`; metadata keeps its own rules. */
export function withReset(schema: Schema, subresource: string, object: JsonObject, live: JsonObject): JsonObject {
  let result = object;
  for (const [name, ...below] of resetPaths(schema, subresource)) {
    if (name === undefined || below.length > 0 || name === 'metadata' || result[name] === live[name]) continue;
    const { [name]: _reset, ...rest } = result;
    const former = live[name];
    result = former === undefined ? rest : { ...rest, [name]: former };
  }
  return result;
}
