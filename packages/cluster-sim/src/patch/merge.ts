import type { Json } from '@ddprofiler-rc/core';
import { isJsonObject } from '../json.ts';

/** JSON merge patch (RFC 7396): members replace, null removes, lists are replaced whole. */
export function mergePatched(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const result: Record<string, Json> = isJsonObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = mergePatched(result[name], value);
  }
  return result;
}
