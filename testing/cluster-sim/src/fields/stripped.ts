import { type JsonObject, valueAt, withoutValueAt, withValueAt } from '../json.ts';
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
function resetPaths(schema: Schema, subresource: string): readonly (readonly string[])[] {
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

/** `object` with what a write through this face may not set as it stands in `live`. */
export function withReset(schema: Schema, subresource: string, object: JsonObject, live: JsonObject): JsonObject {
  let result = object;
  for (const path of resetPaths(schema, subresource)) {
    const [former, value] = [valueAt(live, ...path), valueAt(result, ...path)];
    if (former === value) continue;
    result = former === undefined ? withoutValueAt(result, path) : withValueAt(result, path, former);
  }
  return result;
}
