import type { JsonObject } from '@ddprofiler-rc/core';
import { keptTimes, recordUpdate } from '../fields/index.ts';
import {
  equalJson,
  isJsonObject,
  type Json,
  listAt,
  numberAt,
  objectAt,
  stringAt,
  withoutValueAt,
  withValueAt,
} from '../json.ts';
import type { Cause, ResourceInfo } from '../kinds/index.ts';
import type { Answer, Exchange, Policy, Request } from '../request.ts';
import type { ClusterState } from '../state.ts';
import { type Address, apiVersionOf, kindSubjectOf, subjectOf } from './address.ts';
import { afterCustomObjectGone } from './custom-definition.ts';
import { fixedMetadataCauses } from './identity.ts';
import { isCustom, rulesOf } from './resource-rules.ts';
import { alreadyExists, forbidden, invalid } from './status-error.ts';
import { find, keyOf, put, settle } from './store.ts';
import type { WriteOptions } from './write-options.ts';

/** What a write is made with, beside the object. */
export interface WriteContext {
  readonly address: Address;
  readonly request: Request;
  readonly now: number;
  readonly policy: Policy | undefined;
  /** Tells the client something beside the answer, whatever that is. */
  warn(texts: readonly string[]): void;
}

/** What is to be stored, as the verb made it. */
export interface Draft {
  readonly state: ClusterState;
  readonly object: JsonObject;
  /** What is recorded of it, where that is not the object: all that was sent counts as written, also what is then put back. */
  readonly sent?: JsonObject;
  /** Undefined where this write creates it. */
  readonly before: JsonObject | undefined;
  /** Server-side apply has recorded its managed fields by itself. */
  readonly isRecorded: boolean;
  /** What the verb found invalid already. */
  readonly causes: readonly Cause[];
}

/**
 * The end of every write, whatever its verb:
 *
 *   defaults → managed fields → admission → validation → generation → stored, unless it is a dry run
 *
 * Managed fields are recorded before admission: what a webhook adds belongs to nobody.
 *
 * @throws Refusal 403, 409, 422
 */
export function finish(context: WriteContext, options: WriteOptions, draft: Draft): Exchange {
  const { info, subresource } = context.address;
  const { state, before } = draft;
  const defaulted = info.default(draft.object);
  const recorded = draft.isRecorded ? keptTimes(before, defaulted) : recordedBy(context, options, before, defaulted, draft.sent);
  const allowed = admitted(context, before, subresource === 'scale' ? withoutTimeOfScale(recorded) : recorded);
  // A status is no wish: whatever changes with it, the generation stays.
  const object = subresource === 'status' ? allowed : withGeneration(info, before, allowed);
  const name = stringAt(object, 'metadata', 'name') ?? '';
  const found = info.validate(object, before, subresource);
  const causes = [...draft.causes.filter(({ field }) => !found.some((other) => other.field === field)), ...found];
  if (causes.length > 0) throw invalid(kindSubjectOf({ info, name }), causes);
  if (before === undefined) return created(context, options, state, object);
  if (options.isDryRun) return { state, answer: answerOf(200, object) };
  const stored = settle(state, info.name, object, before);
  if (!stored.removed) return { state: stored.state, answer: answerOf(200, stored.object) };
  // The write that takes the last finalizer away is answered as if it had been stored, with the version that it replaces.
  return { state: afterCustomObjectGone(stored.state, info.name), answer: answerOf(200, object) };
}

function created(context: WriteContext, options: WriteOptions, state: ClusterState, object: JsonObject): Exchange {
  const { address } = context;
  const { info, namespace } = address;
  const name = stringAt(object, 'metadata', 'name') ?? '';
  if (find(state, info.name, info.namespaced ? namespace : undefined, name) !== undefined)
    throw alreadyExists(subjectOf({ info, name }));
  if (options.isDryRun) return { state, answer: answerOf(201, object) };
  const stored = put(state, info.name, object);
  return { state: stored.state, answer: answerOf(201, stored.object) };
}

function recordedBy(
  { address, now }: WriteContext,
  { manager }: WriteOptions,
  before: JsonObject | undefined,
  after: JsonObject,
  sent: JsonObject = after,
): JsonObject {
  const { info, subresource } = address;
  const { schema } = info;
  if (schema === undefined) return after;
  const recorded = recordUpdate({ schema, before, after: sent, manager, apiVersion: apiVersionOf(info), subresource, now });
  if (sent === after) return recorded;
  const { managedFields } = objectAt(recorded, 'metadata');
  return managedFields === undefined ? after : { ...after, metadata: { ...objectAt(after, 'metadata'), managedFields } };
}

/** The record of who scaled tells no time. */
function withoutTimeOfScale(object: JsonObject): JsonObject {
  const entries = listAt(object, 'metadata', 'managedFields').map((entry): Json => {
    if (stringAt(entry, 'subresource') !== 'scale' || !isJsonObject(entry)) return entry;
    const { time: _time, ...rest } = entry;
    return rest;
  });
  return { ...object, metadata: { ...objectAt(object, 'metadata'), managedFields: entries } };
}

function admitted({ address, request, policy }: WriteContext, before: JsonObject | undefined, object: JsonObject): JsonObject {
  const { info, subresource } = address;
  if (subresource !== undefined) return object;
  const own = info.admit(object, before);
  if (policy?.admit === undefined) return own;
  const operation = before === undefined ? 'CREATE' : 'UPDATE';
  const write = { user: request.user, operation, resource: info.name, key: keyOf(own), object: own, former: before } as const;
  const result = policy.admit(write);
  if (typeof result === 'string') throw forbidden(subjectOf({ info, name: stringAt(own, 'metadata', 'name') }), result);
  return result === own ? own : info.default(result);
}

/** The object that an update leads to: the client's word on the part that it writes, the stored one on all else. */
export interface Updated {
  readonly object: JsonObject;
  /** What is recorded of it, where that is not the object: all that was sent counts as written, also what is then put back. */
  readonly sent?: JsonObject;
  readonly causes: readonly Cause[];
}

export function updated(address: Address, before: JsonObject, given: JsonObject): Updated {
  const { subresource, info } = address;
  if (subresource === 'status') return updatedStatus(info, before, given);
  const causes = fixedMetadataCauses(before, given);
  const changed: JsonObject = { ...given, metadata: systemKept(before, objectAt(given, 'metadata')) };
  if (!info.subresources.includes('status')) return { object: changed, causes };
  const object = before.status === undefined ? withoutValueAt(changed, ['status']) : { ...changed, status: before.status };
  return { object, causes };
}

/** A custom object's status alone is written; with a built-in one's, metadata may change too. */
function updatedStatus(info: ResourceInfo, before: JsonObject, given: JsonObject): Updated {
  const withStatus = given.status === undefined ? withoutValueAt(before, ['status']) : { ...before, status: given.status };
  if (isCustom(info)) {
    const { managedFields } = objectAt(given, 'metadata');
    const metadata = objectAt(before, 'metadata');
    const object = managedFields === undefined ? withStatus : { ...withStatus, metadata: { ...metadata, managedFields } };
    return { object, sent: { ...given, metadata: objectAt(object, 'metadata') }, causes: [] };
  }
  const metadata = systemKept(before, objectAt(given, 'metadata'));
  const { labels, ...others } = metadata;
  const stored = objectAt(before, 'metadata').labels;
  const kept =
    rulesOf(info).statusKeepsLabels === true ? { ...others, ...(stored === undefined ? {} : { labels: stored }) } : metadata;
  return { object: { ...withStatus, metadata: kept }, causes: fixedMetadataCauses(before, given) };
}

const SYSTEM = [
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

/** Metadata with what only the server sets, as it stands in the store. */
function systemKept(before: JsonObject, given: JsonObject): JsonObject {
  const stored = objectAt(before, 'metadata');
  const { selfLink: _selfLink, ...metadata } = given;
  const kept: Record<string, JsonObject[string]> = { ...metadata };
  for (const field of SYSTEM) {
    const value = stored[field];
    if (value === undefined) delete kept[field];
    else kept[field] = value;
  }
  return kept;
}

/** Counts the changes of what the object asks for. */
function withGeneration(info: ResourceInfo, before: JsonObject | undefined, object: JsonObject): JsonObject {
  if (!info.hasGeneration) return object;
  if (before === undefined) return withValueAt(object, ['metadata', 'generation'], 1);
  const present = numberAt(before, 'metadata', 'generation') ?? 0;
  const next = hasOtherContent(info, before, object) ? present + 1 : present;
  return numberAt(object, 'metadata', 'generation') === next ? object : withValueAt(object, ['metadata', 'generation'], next);
}

function hasOtherContent(info: ResourceInfo, before: JsonObject, object: JsonObject): boolean {
  if (!isCustom(info)) {
    if (!equalJson(before.spec, object.spec)) return true;
    if (rulesOf(info).annotationsCount !== true) return false;
    return !equalJson(objectAt(before, 'metadata', 'annotations'), objectAt(object, 'metadata', 'annotations'));
  }
  const { metadata: _was, ...former } = before;
  const { metadata: _is, ...content } = object;
  if (!info.subresources.includes('status')) return !equalJson(former, content);
  return !equalJson(withoutValueAt(former, ['status']), withoutValueAt(content, ['status']));
}

export function answerOf(status: number, body: JsonObject): Answer {
  return { kind: 'whole', status, body };
}

/** The answer with what the client is warned of in its header. */
export function warned(answer: Answer, texts: readonly string[]): Answer {
  if (texts.length === 0 || answer.kind !== 'whole') return answer;
  const warning = texts.map((text) => `299 - ${JSON.stringify(text)}`).join(', ');
  return { ...answer, headers: { ...answer.headers, warning } };
}

export function isObject(answer: Answer): answer is Extract<Answer, { kind: 'whole' }> & { readonly body: JsonObject } {
  return answer.kind === 'whole' && isJsonObject(answer.body);
}
