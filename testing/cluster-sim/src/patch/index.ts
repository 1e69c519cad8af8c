/** The kinds of patches that are no apply. */
import type { Json, JsonObject } from '../json.ts';
import type { Schema } from '../schema/schema.ts';
import { jsonPatched } from './json-patch.ts';
import { mergePatched } from './merge-patch.ts';
import type { Patched } from './patched.ts';
import { strategicMergePatched } from './strategic-merge-patch.ts';

export type { Patched } from './patched.ts';

/**
 * `object` with the patch laid on it, not yet read by its type: it may have unknown fields and values of wrong types.
 * A refusal is the Status' code, reason and message; an unexpected error (500) has no reason.
 */
export function patched(contentType: string, schema: Schema | undefined, object: JsonObject, patch: Json): Patched {
  switch (contentType) {
    case 'application/json-patch+json':
      return jsonPatched(object, patch);
    case 'application/merge-patch+json':
      return mergePatched(object, patch);
    case 'application/strategic-merge-patch+json':
      if (schema?.name !== undefined) return strategicMergePatched(schema, object, patch);
      break;
  }
  return {
    status: 415,
    reason: 'UnsupportedMediaType',
    message: `the body of the request was in an unknown format - accepted media types include: ${accepted(schema)}`,
  };
}

function accepted(schema: Schema | undefined): string {
  const strategic = schema?.name === undefined ? [] : ['application/strategic-merge-patch+json'];
  return ['application/json-patch+json', 'application/merge-patch+json', ...strategic, 'application/apply-patch+yaml'].join(', ');
}
