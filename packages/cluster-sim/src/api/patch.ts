import type { JsonObject } from '@ddprofiler-rc/core';
import { applyIntent } from '../fields/index.ts';
import { isJsonObject, stringAt } from '../json.ts';
import { patched } from '../patch/index.ts';
import type { Exchange } from '../request.ts';
import type { ClusterState } from '../state.ts';
import { apiVersionOf, kindSubjectOf, subjectOf } from './address.ts';
import { withEstablishedStatus } from './custom-definition.ts';
import { existing, isTrue } from './read.ts';
import { scaleOf } from './scale.ts';
import { applyConflict, badRequest, conflict, invalid, notFound, Refusal, unsupportedPatch } from './status-error.ts';
import { find } from './store.ts';
import { rescale } from './update.ts';
import { checkIdentity, finish, newborn, readBody, readObject, updated, type WriteContext } from './write.ts';

const APPLY = 'application/apply-patch+yaml';
const PATCHES = ['application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json'];

/**
 * | content type | is |
 * | --- | --- |
 * | apply-patch | server-side apply: creates what is not there |
 * | json-patch, merge-patch | that patch |
 * | strategic-merge-patch | that patch, for kinds whose schema is built in |
 *
 * @throws Refusal 400, 404, 409, 415, 422
 */
export function patch(state: ClusterState, context: WriteContext): Exchange {
  const { address, request } = context;
  const { contentType = '', body } = request;
  if (contentType === APPLY) return apply(state, context);
  if (!PATCHES.includes(contentType)) throw unsupportedPatch(contentType);
  const before = existing(state, address);
  const shown = address.subresource === 'scale' ? scaleOf(before) : before;
  const result = patched(contentType, address.info.schema, shown, body ?? null);
  if ('status' in result) throw refusalOf(context, result);
  if (address.subresource === 'scale') return rescale(state, context, before, result.object);
  const { object: after, warnings } = readObject(context, result.object);
  checkIdentity(address, before, after);
  return finish(state, context, { object: updated(address, before, after), before, isRecorded: false, warnings });
}

function refusalOf(
  { address }: WriteContext,
  { status, reason, message }: { status: number; reason: string; message: string },
): Refusal {
  const details = status === 422 ? { name: address.name ?? '', group: address.info.group, kind: address.info.plural } : undefined;
  return new Refusal(status, reason, message, details);
}

/** @throws Refusal 400 without a field manager, 409 for fields that others own */
function apply(state: ClusterState, context: WriteContext): Exchange {
  const { address, request, now } = context;
  const { info, namespace, name = '', subresource } = address;
  const { fieldManager: manager = '', force } = request.query;
  if (info.schema === undefined) throw unsupportedPatch(APPLY);
  if (manager === '') {
    throw invalid({ kind: 'PatchOptions', group: 'meta.k8s.io', name: '' }, [
      { reason: 'FieldValueRequired', message: 'Required value: is required for apply patch', field: 'fieldManager' },
    ]);
  }
  const { object: body, warnings } = readBody(context);
  const given = stringAt(body, 'metadata', 'name');
  if (given !== undefined && given !== name) {
    throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
  }
  const before = find(state, info.name, namespace, name);
  if (before === undefined) checkUnborn(context, body);
  else checkIdentity(address, before, body);
  const intent = before === undefined ? newborn(context, state, named(body, name)) : named(body, name);
  const result = applyIntent({
    schema: info.schema,
    live: before,
    intent,
    manager,
    force: isTrue(force),
    apiVersion: apiVersionOf(info),
    subresource,
    now,
  });
  switch (result.kind) {
    case 'conflict':
      throw applyConflict(result.message, result.causes);
    case 'invalid':
      throw new Refusal(500, 'InternalError', result.message);
    case 'applied': {
      const merged = before === undefined ? result.object : updated(address, before, result.object);
      const object =
        before === undefined && info.kind === 'CustomResourceDefinition' ? withEstablishedStatus(merged, now) : merged;
      return finish(state, context, { object, before, isRecorded: true, warnings });
    }
  }
}

/** An apply may not create what it says to know already, nor a part of what is not there. */
function checkUnborn({ address }: WriteContext, body: JsonObject): void {
  if (address.subresource !== undefined) throw notFound(subjectOf(address));
  const uid = stringAt(body, 'metadata', 'uid');
  if (uid !== undefined && uid !== '') {
    throw conflict(
      subjectOf(address),
      `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    );
  }
  const version = stringAt(body, 'metadata', 'resourceVersion');
  if (version !== undefined && version !== '') throw notFound(kindSubjectOf(address));
}

function named(body: JsonObject, name: string): JsonObject {
  const { metadata } = body;
  return { ...body, metadata: { ...(isJsonObject(metadata) ? metadata : {}), name } };
}
