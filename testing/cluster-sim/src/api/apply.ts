import type { JsonObject } from '@ddprofiler-rc/core';
import { applyIntent } from '../fields/index.ts';
import { isJsonObject, type Json, numberAt, objectAt, stringAt } from '../json.ts';
import type { Exchange } from '../request.ts';
import type { ClusterState } from '../state.ts';
import { apiVersionOf, subjectOf } from './address.ts';
import { expectedOf } from './body.ts';
import { finishNewborn } from './create.ts';
import { checkNamespace, checkPlace, checkVersion } from './identity.ts';
import { newborn } from './newborn.ts';
import { answeredAsScale, checkReplicas, SCALE } from './scale.ts';
import { applyConflict, badRequest, conflict, notFound, Refusal, unknownPatch } from './status-error.ts';
import { find } from './store.ts';
import { finish, updated, type WriteContext } from './write.ts';
import type { WriteOptions } from './write-options.ts';

export const APPLY = 'application/apply-patch+yaml';

/**
 * Server-side apply: what is not there is created (201), but only where the body tells no UID.
 *
 * @throws Refusal 400, 404, 409, 422, and 500 for what the kind's schema does not take
 */
export function apply(state: ClusterState, context: WriteContext, options: WriteOptions): Exchange {
  const { address, request, now } = context;
  const { info, namespace, name = '', subresource } = address;
  if (info.schema === undefined) throw unknownPatch();
  const before = find(state, info.name, namespace, name);
  if (before === undefined && subresource !== undefined) throw notFound(subjectOf(address));
  const body = intentOf(context, request.body);
  const result = applyIntent({
    schema: info.schema,
    live: before,
    intent: subresource === 'scale' ? scaleIntent(context, body) : body,
    manager: options.manager,
    force: options.force,
    apiVersion: apiVersionOf(info),
    subresource,
    now,
  });
  switch (result.kind) {
    case 'conflict':
      throw applyConflict(toldOfScale(context, result.message), causesOfScale(context, result.causes));
    case 'invalid':
      throw new Refusal(result.status, result.status === 400 ? 'BadRequest' : '', result.message);
    case 'applied': {
      if (before === undefined) {
        checkUnborn(context, body);
        const draft = newborn(state, address, result.object, now);
        return finishNewborn(context, options, { ...draft, isRecorded: true });
      }
      checkGiven(context, before, body);
      const draft = updated(address, before, withUid(result.object, body));
      const exchange = finish(context, options, { state, before, isRecorded: true, ...draft });
      return subresource === 'scale' ? answeredAsScale(exchange) : exchange;
    }
  }
}

/** @throws Refusal 400 for what is no object, or one of another kind */
function intentOf({ address }: WriteContext, body: Json | undefined): JsonObject {
  if (!isJsonObject(body)) {
    const type = Array.isArray(body) ? 'array' : typeof body === 'boolean' ? 'bool' : typeof body;
    throw badRequest(
      `error decoding patch: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${type} into Go value of type map[string]interface {}`,
    );
  }
  const expected = address.subresource === 'scale' ? SCALE : expectedOf(address.info);
  const kind = stringAt(body, 'kind') ?? '';
  const apiVersion = stringAt(body, 'apiVersion') ?? '';
  if (kind === expected.kind && apiVersion === apiVersionOf(expected)) return body;
  throw badRequest(`invalid object type: ${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`);
}

/** What an apply may not create: what it knows already, what has no name, what is of elsewhere. */
function checkUnborn({ address }: WriteContext, body: JsonObject): void {
  const uid = stringAt(body, 'metadata', 'uid') ?? '';
  if (uid !== '') {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    throw conflict(subjectOf(address), why);
  }
  checkPlace(address, body);
}

/** An apply need not repeat what the path says, and may leave out the version. */
function checkGiven({ address }: WriteContext, before: JsonObject, body: JsonObject): void {
  const { name = '' } = address;
  const metadata = objectAt(body, 'metadata');
  checkPlace(address, { metadata: { ...metadata, name: metadata.name ?? name } });
  if (address.info.namespaced) checkNamespace(address.namespace, body);
  const { resourceVersion = objectAt(before, 'metadata').resourceVersion ?? '' } = metadata;
  checkVersion(address, before, { metadata: { resourceVersion } });
}

/** The UID that the body tells, though nobody owns it: another one than the stored is invalid. */
function withUid(object: JsonObject, body: JsonObject): JsonObject {
  const { uid } = objectAt(body, 'metadata');
  return uid === undefined ? object : { ...object, metadata: { ...objectAt(object, 'metadata'), uid } };
}

/** What a Scale asks of the object that it scales. */
function scaleIntent(context: WriteContext, scale: JsonObject): JsonObject {
  const { info } = context.address;
  const replicas = numberAt(scale, 'spec', 'replicas');
  checkReplicas(context, replicas ?? 0);
  const { managedFields, ...rest } = objectAt(scale, 'metadata');
  const metadata = managedFields === undefined ? rest : { ...rest, managedFields };
  return { kind: info.kind, apiVersion: apiVersionOf(info), metadata, ...(replicas === undefined ? {} : { spec: { replicas } }) };
}

/** A conflict about a scale is told in the scale's version, not in that of the object that it scales. */
function toldOfScale({ address }: WriteContext, message: string): string {
  if (address.subresource !== 'scale') return message;
  return message.replaceAll(`using ${apiVersionOf(address.info)}`, `using ${apiVersionOf(SCALE)}`);
}

function causesOfScale<T extends { readonly message: string }>(context: WriteContext, causes: readonly T[]): readonly T[] {
  return causes.map((cause) => ({ ...cause, message: toldOfScale(context, cause.message) }));
}
