import type { Json, JsonObject } from '@ddprofiler-rc/core';
import { isJsonObject } from '../json.ts';
import type { Schema } from '../schema/index.ts';
import { mergePatched } from './merge.ts';

export type Patched = { readonly object: JsonObject } | { readonly status: number; readonly reason: string; readonly message: string };

/** The object with the patch applied, or why it cannot be. */
export function patched(contentType: string, _schema: Schema | undefined, object: JsonObject, patch: Json): Patched {
  if (contentType !== 'application/merge-patch+json') {
    return { status: 415, reason: 'UnsupportedMediaType', message: `patches of type ${contentType} are not served` };
  }
  const result = mergePatched(object, patch);
  return isJsonObject(result) ? { object: result } : { status: 400, reason: 'BadRequest', message: 'the patch leads to no object' };
}
