import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import { badRequest, type Patched } from './patched.ts';

/** JSON merge patch (RFC 7386): nulls remove, objects merge, all else replaces. */
export function mergePatched(object: JsonObject, patch: Json): Patched {
  if (patch === null) return badRequest('Invalid JSON Patch');
  if (!isJsonObject(patch)) {
    const got = isJsonArray(patch) ? 'array' : typeof patch === 'boolean' ? 'bool' : typeof patch;
    return badRequest(`error decoding patch: json: cannot unmarshal ${got} into Go value of type map[string]interface {}`);
  }
  return { object: merge(object, patch) };
}

function merge(object: JsonObject, patch: JsonObject): JsonObject {
  const made: Record<string, Json> = { ...object };
  for (const [name, value] of Object.entries(patch)) {
    const former = made[name];
    if (value === null) delete made[name];
    else if (isJsonObject(value)) made[name] = merge(isJsonObject(former) ? former : {}, value);
    else made[name] = value;
  }
  return made;
}
