import type { JsonObject } from '@ddprofiler-rc/core';
import { canonicalJson, isJsonArray, isJsonObject, type Json } from '../json.ts';
import { patched } from '../patch/index.ts';
import type { Exchange } from '../request.ts';
import type { ClusterState } from '../state.ts';
import { apiVersionOf } from './address.ts';
import { APPLY, apply } from './apply.ts';
import { conversionProblem, type Expected, expectedOf, readAs, wrongCustomKind } from './body.ts';
import { existing } from './get.ts';
import { checkPlace, checkVersion } from './identity.ts';
import { isCustom } from './resource-rules.ts';
import { SCALE, scaleOf, writeScale } from './scale.ts';
import { invalidPatch, Refusal, unknownPatch, unsupportedBody } from './status-error.ts';
import { finish, updated, type WriteContext } from './write.ts';
import { type FieldValidation, writeOptions } from './write-options.ts';

const STRATEGIC = 'application/strategic-merge-patch+json';
const CUSTOM = ['application/json-patch+json', 'application/merge-patch+json', APPLY];

/**
 * | content type | is |
 * | --- | --- |
 * | apply-patch | server-side apply: creates what is not there |
 * | json-patch, merge-patch | that patch |
 * | strategic-merge-patch | that patch, for kinds that are built in |
 *
 * @throws Refusal 400, 404, 409, 415, 422
 */
export function patch(state: ClusterState, context: WriteContext): Exchange {
  const { address, request } = context;
  const { info, subresource } = address;
  const { contentType = '', body } = request;
  if (![...CUSTOM, STRATEGIC].includes(contentType)) throw unknownPatch();
  if (contentType === STRATEGIC && isCustom(info)) throw unsupportedBody(CUSTOM);
  const options = writeOptions('PatchOptions', request, contentType === APPLY);
  if (contentType === APPLY) return apply(state, context, options);
  const before = existing(state, address);
  const expected = subresource === 'scale' ? SCALE : expectedOf(info);
  const shown = subresource === 'scale' ? scaleOf(before) : before;
  const result = patched(contentType, expected.schema, shown, body ?? null);
  if ('status' in result) throw new Refusal(result.status, result.reason, result.message, result.status === 422 ? {} : undefined);
  // A strategic merge patch has no say in what kind of object it is for.
  const { kind = '', apiVersion = '' } = shown;
  const made = contentType === STRATEGIC ? { ...result.object, kind, apiVersion } : result.object;
  const given = readPatched(context, expected, made, options.fieldValidation);
  checkPlace(address, given);
  checkVersion(address, before, given);
  if (subresource === 'scale') return writeScale(state, context, options, before, given);
  return finish(context, options, { state, before, isRecorded: false, ...updated(address, before, given) });
}

/** What the patch led to, as an object of its kind. @throws Refusal 422 */
function readPatched(
  { request, address, warn }: WriteContext,
  expected: Expected,
  made: JsonObject,
  validation: FieldValidation,
): JsonObject {
  const kind = made.kind || expected.kind;
  const apiVersion = made.apiVersion || apiVersionOf(expected);
  const {
    object,
    unknown: found,
    problem,
  } = readAs(expected, { ...made, kind, apiVersion }, request.contentType === STRATEGIC ? 'converter' : 'json');
  // Told in the order of the names, as the patched JSON has them.
  const unknown = expected.isCustom ? found : [...found].sort();
  const strict = validation === 'Strict' && unknown.length > 0 ? `strict decoding error: ${unknown.join(', ')}` : undefined;
  const why = conversionProblem(kind, apiVersion, expected) ?? problem ?? strict;
  if (why !== undefined)
    throw invalidPatch(request.contentType === STRATEGIC ? goText(request.body ?? null) : canonicalJson(made), why);
  if (validation === 'Warn') warn(unknown);
  if (expected.isCustom && kind !== expected.kind) throw wrongCustomKind(String(kind), address.info.group, made, expected.kind);
  return object;
}

/** JSON as the real server's messages print what it has decoded: `map[data:map[a:b]]`. */
function goText(value: Json): string {
  if (value === null) return '<nil>';
  if (isJsonArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isJsonObject(value)) return String(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${key}:${goText(value[key] ?? null)}`);
  return `map[${members.join(' ')}]`;
}
