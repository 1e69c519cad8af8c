import type { JsonObject } from '@ddprofiler-rc/core';
import { recordUpdate } from '../fields/index.ts';
import { equalJson, isJsonObject, numberAt, objectAt, stringAt, withoutValueAt, withValueAt } from '../json.ts';
import type { Answer, Exchange, Policy, Request } from '../request.ts';
import { readFields } from '../schema/index.ts';
import type { ClusterState } from '../state.ts';
import { type Address, apiVersionOf, kindSubjectOf, subjectOf } from './address.ts';
import { badRequest, conflict, forbidden, invalid, MODIFIED, notFound } from './status-error.ts';
import { born, find, keyOf, put, settle } from './store.ts';

/** What a write is made with, beside the object. */
export interface WriteContext {
  readonly address: Address;
  readonly request: Request;
  readonly now: number;
  readonly policy: Policy | undefined;
}

/**
 * The way of every write, whatever its verb:
 *
 *   read (types, unknown fields) → what the client may not set is put back → defaults → managed fields → admission → validation →
 *   generation → stored, unless it is a dry run
 *
 * Managed fields are recorded before admission: what a webhook adds belongs to nobody.
 */
export interface Draft {
  readonly object: JsonObject;
  /** Undefined where this write creates it. */
  readonly before: JsonObject | undefined;
  /** Server-side apply has recorded its managed fields by itself. */
  readonly isRecorded: boolean;
  readonly warnings: readonly string[];
}

/** The body as an object of the address' kind. @throws Refusal 400 */
export function readBody({ address, request }: WriteContext): {
  readonly object: JsonObject;
  readonly warnings: readonly string[];
} {
  const { info } = address;
  const { body } = request;
  const apiVersion = apiVersionOf(info);
  if (!isJsonObject(body)) throw badRequest(`the object provided is unrecognized (must be of type ${info.kind})`);
  const given = { kind: body.kind ?? info.kind, apiVersion: body.apiVersion ?? apiVersion };
  if (given.kind !== info.kind || given.apiVersion !== apiVersion) {
    throw badRequest(
      `${info.kind} in version "${info.version}" cannot be handled as a ${info.kind}: the object is a ${String(given.kind)} of ${String(given.apiVersion)}`,
    );
  }
  return readObject({ address, request }, { ...body, ...given });
}

/** Drops what the kind does not know, or refuses it, as `fieldValidation` says. @throws Refusal 400 */
export function readObject(
  { address, request }: Pick<WriteContext, 'address' | 'request'>,
  object: JsonObject,
): { readonly object: JsonObject; readonly warnings: readonly string[] } {
  const { schema, kind, version } = address.info;
  if (schema === undefined) return { object, warnings: [] };
  const { value, unknown, problem } = readFields(schema, object);
  if (problem !== undefined) throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${problem}`);
  const validation = request.query.fieldValidation ?? 'Ignore';
  if (validation === 'Strict' && unknown.length > 0) {
    throw badRequest(
      `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${unknown.join(', ')}`,
    );
  }
  return { object: isJsonObject(value) ? value : object, warnings: validation === 'Warn' ? unknown : [] };
}

export function managerOf({ query, userAgent }: Request): string {
  return query.fieldManager || userAgent.split('/', 1)[0] || 'unknown';
}

/** A new object: without what only the server may set, in the namespace of the path, with a name. */
export function newborn({ address }: WriteContext, state: ClusterState, body: JsonObject): JsonObject {
  const { info, namespace } = address;
  const metadata = objectAt(body, 'metadata');
  const given = stringAt(metadata, 'namespace');
  if (info.namespaced && given !== undefined && given !== '' && given !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const name = stringAt(metadata, 'name') || nameFrom(stringAt(metadata, 'generateName'), state);
  const {
    uid: _u,
    resourceVersion: _r,
    creationTimestamp: _c,
    deletionTimestamp: _d,
    generation: _g,
    selfLink: _s,
    ...own
  } = metadata;
  const version = stringAt(metadata, 'resourceVersion');
  if (version !== undefined && version !== '') throw badRequest('resourceVersion should not be set on objects to be created');
  const kept = info.subresources.includes('status') ? withoutValueAt(body, ['status']) : body;
  const subject = kindSubjectOf({ info, name });
  if (name === '') {
    throw invalid({ ...subject, name: '' }, [
      { reason: 'FieldValueRequired', message: 'Required value: name or generateName is required', field: 'metadata.name' },
    ]);
  }
  checkNamespace(state, address, name);
  return { ...kept, metadata: { ...own, name, ...(info.namespaced ? { namespace: namespace ?? '' } : {}) } };
}

/** As the real server's suffix looks; made of a count, so that the same history gives the same names. */
function nameFrom(prefix: string | undefined, state: ClusterState): string {
  return prefix === undefined || prefix === '' ? '' : `${prefix}${(state.revision + 60_466_176).toString(36).slice(-5)}`;
}

function checkNamespace(state: ClusterState, address: Address, name: string): void {
  const { info, namespace } = address;
  if (!info.namespaced) return;
  const home = find(state, 'namespaces', undefined, namespace ?? '');
  if (home === undefined) throw notFound({ kind: 'namespaces', group: '', name: namespace ?? '' });
  if (stringAt(home, 'metadata', 'deletionTimestamp') === undefined) return;
  const message = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw forbidden({ ...subjectOf({ info, name }) }, message, [
    { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' },
  ]);
}

/** The object that an update leads to: the client's word on the part that it writes, the stored one on all else. */
export function updated(address: Address, before: JsonObject, after: JsonObject): JsonObject {
  const { subresource, info } = address;
  const system = objectAt(before, 'metadata');
  const given = objectAt(after, 'metadata');
  const { uid, resourceVersion, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, namespace, name } =
    system;
  const fixed = {
    uid,
    resourceVersion,
    creationTimestamp,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    generation,
    namespace,
    name,
  };
  const metadata: Record<string, JsonObject[string]> = { ...given };
  for (const [field, value] of Object.entries(fixed)) {
    if (value === undefined) delete metadata[field];
    else metadata[field] = value;
  }
  if (subresource === 'status') {
    const kept = withValueAt(before, ['metadata'], {
      ...system,
      ...(given.managedFields === undefined ? {} : { managedFields: given.managedFields }),
    });
    return after.status === undefined ? withoutValueAt(kept, ['status']) : { ...kept, status: after.status };
  }
  const changed: JsonObject = { ...after, metadata };
  if (!info.subresources.includes('status')) return changed;
  return before.status === undefined ? withoutValueAt(changed, ['status']) : { ...changed, status: before.status };
}

/** @throws Refusal 409 where the write is about another object, or another state of it */
export function checkIdentity(address: Address, before: JsonObject, given: JsonObject): void {
  const stored = objectAt(before, 'metadata');
  const { uid, resourceVersion } = objectAt(given, 'metadata');
  if (typeof uid === 'string' && uid !== '' && uid !== stored.uid) {
    throw conflict(
      subjectOf(address),
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${String(stored.uid)}`,
    );
  }
  if (typeof resourceVersion === 'string' && resourceVersion !== '' && resourceVersion !== stored.resourceVersion) {
    throw conflict(subjectOf(address), MODIFIED);
  }
}

/** Takes a draft all the way. @throws Refusal 403, 422 */
export function finish(state: ClusterState, context: WriteContext, draft: Draft): Exchange {
  const { address, request, now, policy } = context;
  const { info, subresource } = address;
  const { before, warnings } = draft;
  const base: { state: ClusterState; object: JsonObject } =
    before === undefined ? born(state, draft.object, now) : { state, object: draft.object };
  const defaulted = info.default(base.object);
  const recorded = draft.isRecorded || info.schema === undefined ? defaulted : recordedBy(context, before, defaulted);
  const admitted = admit(policy, context, before, recorded);
  const causes = info.validate(admitted, before, subresource);
  const name = stringAt(admitted, 'metadata', 'name') ?? '';
  if (causes.length > 0) throw invalid(kindSubjectOf({ info, name }), causes);
  const object = info.hasGeneration ? withGeneration(before, admitted) : admitted;
  const status = before === undefined ? 201 : 200;
  if (request.query.dryRun === 'All') return { state, answer: answerOf(status, object, warnings) };
  const stored = before === undefined ? put(base.state, info.name, object) : settle(base.state, info.name, object);
  return { state: stored.state, answer: answerOf(status, stored.object, warnings) };
}

function recordedBy({ address, request, now }: WriteContext, before: JsonObject | undefined, after: JsonObject): JsonObject {
  const { info, subresource } = address;
  if (info.schema === undefined) return after;
  return recordUpdate({
    schema: info.schema,
    before,
    after,
    manager: managerOf(request),
    apiVersion: apiVersionOf(info),
    subresource,
    now,
  });
}

function admit(
  policy: Policy | undefined,
  context: WriteContext,
  before: JsonObject | undefined,
  object: JsonObject,
): JsonObject {
  const { address, request } = context;
  if (policy?.admit === undefined || address.subresource !== undefined) return object;
  const operation = before === undefined ? 'CREATE' : 'UPDATE';
  const { info } = address;
  const admitted = policy.admit({
    user: request.user,
    operation,
    resource: info.name,
    key: keyOf(object),
    object,
    former: before,
  });
  if (typeof admitted === 'string')
    throw forbidden({ ...subjectOf(address), name: stringAt(object, 'metadata', 'name') ?? '' }, admitted);
  return admitted === object ? object : info.default(admitted);
}

/** Grows with every change outside of metadata and status. */
function withGeneration(before: JsonObject | undefined, object: JsonObject): JsonObject {
  if (before === undefined) return withValueAt(object, ['metadata', 'generation'], 1);
  const present = numberAt(before, 'metadata', 'generation') ?? 0;
  const isChanged = !equalJson(contentOf(before), contentOf(object));
  return withValueAt(object, ['metadata', 'generation'], isChanged ? present + 1 : present);
}

function contentOf({ metadata: _m, status: _s, ...content }: JsonObject): JsonObject {
  return content;
}

export function answerOf(status: number, body: JsonObject, warnings: readonly string[] = []): Answer {
  if (warnings.length === 0) return { kind: 'whole', status, body };
  const headers = { warning: warnings.map((text) => `299 - ${JSON.stringify(text)}`).join(', ') };
  return { kind: 'whole', status, body, headers };
}
