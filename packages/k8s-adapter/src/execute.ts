import {
  driftOf,
  type Event,
  FIELD_MANAGER,
  HANDOVER_MANAGER,
  type Intent,
  type Json,
  type JsonObject,
  keyOf,
  type Look,
  objectAt,
  readDeployment,
  readKubeObject,
  secretTextsIn,
  splitKey,
  type Write,
} from '@ddprofiler-rc/core';
import { ApiFailure, asApiFailure, failureOfAnswer } from './failure.ts';
import { readJson, requestJson } from './json-answer.ts';
import { deploymentPath, readHint } from './resources.ts';
import type { ApiRequest, Transport } from './transport.ts';

/** A write must be over well before a lease could pass to another: its fate is then known, or it is given up. */
const WRITE_TIMEOUT_MS = 8_000;
const READ_TIMEOUT_MS = 8_000;

/**
 * Carries out one effect: effect → API call → event. Never throws: a refused or unanswered call is an event too.
 *
 * | effect | request | answer → event |
 * | --- | --- | --- |
 * | create | PATCH apply, no force | 2xx → written; 409 → writeFailed `Conflict` (another manager has set one of its fields to another value) |
 * | apply | PATCH apply, force, `metadata.uid` | 2xx → written; 409 → writeFailed `Conflict` (the clone is gone); 422 → writeFailed `Invalid` (another object has its name, or the intent is invalid) |
 * | handOver | PATCH apply as another manager, no force, `metadata.uid` | 2xx → written; 409 → writeFailed `Conflict` (the clone is gone, or the replicas are others by now); 422 → writeFailed `Invalid` (another object has its name) |
 * | scaleToZero | PATCH merge of `spec.replicas`, uid and resourceVersion | 2xx → written; 409 → writeFailed `Conflict` (it is another version by now); 404 → writeFailed `NotFound` |
 * | delete | DELETE, background, precondition on uid | 2xx, 404 → deleteAccepted; 409 → writeFailed `Conflict` (another object has its name) |
 * | look | GET, of the newest state | 2xx → looked; 404 of that very Deployment → looked, without an object |
 *
 * An answer may be lost after the API server did as it was told: a time-out, a connection that breaks, 504. That is a `writeFailed` like any other.
 * It is not sent again from here. The queue runs the key again after a back-off, and the key is decided anew. Where the watch has told of the first
 * write by then, nothing is left to do. Where it has not, the same effect may be sent a second time, and then:
 *
 * | effect | the first was carried out; the second |
 * | --- | --- |
 * | create | 2xx: the same manager applies the same intent, which changes nothing. 409 where somebody has changed one of its fields in between |
 * | apply | 2xx: the same. Never makes a deleted clone again, for `metadata.uid` fits none |
 * | handOver | 2xx: the same. 409 where the autoscaler has scaled in between: it has the replicas, as it should |
 * | scaleToZero | 409: the first made another version. The watch tells of 0 replicas |
 * | delete | 404 where the clone is gone, 2xx where it is terminating, 409 where another object has its name: it is not touched |
 * | look | changes nothing; an answer counts only for the question that is open |
 *
 * A request may also arrive after its sender gave up, and even after later ones: docs/architecture.md says what each can do then.
 */
export async function execute(transport: Transport, effect: Write | Look): Promise<Event> {
  return effect.kind === 'look' ? look(transport, effect) : write(transport, effect);
}

async function write(transport: Transport, effect: Write): Promise<Event> {
  const { key, kind } = effect;
  try {
    const answer = await requestJson(transport, requestOf(effect));
    return effect.kind === 'delete'
      ? { type: 'deleteAccepted', key, uid: effect.uid }
      : { type: 'written', key, effect: kind, object: answer, ...('intent' in effect ? unmetOf(effect.intent, answer) : {}) };
  } catch (error) {
    const failure = asApiFailure(error);
    if (effect.kind === 'delete' && failure.code === 'NotFound') return { type: 'deleteAccepted', key, uid: effect.uid };
    const told = failure.toFailure();
    const message = 'intent' in effect ? withoutSecrets(told.message, effect.intent) : told.message;
    return { type: 'writeFailed', key, effect: kind, failure: { ...told, message } };
  }
}

/** No `resourceVersion`: a server that lags behind must not say that what was just made is absent. */
async function look(transport: Transport, { key, target, question }: Look): Promise<Event> {
  const { name } = splitKey(target);
  const request: ApiRequest = {
    verb: 'get',
    method: 'GET',
    path: deploymentPath(target),
    query: {},
    what: `get ${target}`,
    timeoutMs: READ_TIMEOUT_MS,
  };
  try {
    const answer = await transport(request);
    const body = await readJson(answer);
    if (answer.status === 404 && isAbsence(body, name)) return { type: 'looked', key, target, question };
    if (answer.status >= 300) throw failureOfAnswer(request.what, answer.status, body, answer.retryAfterMs);
    const object = readKubeObject(body);
    if (object === undefined || keyOf(object.namespace, object.name) !== target)
      throw new ApiFailure('Malformed', `${request.what}: the answer is not that Deployment`);
    return { type: 'looked', key, target, question, object: object.raw };
  } catch (error) {
    const failure = asApiFailure(error).toFailure();
    const hint = failure.code === 'Forbidden' ? `; ${readHint(target)}` : '';
    return { type: 'lookFailed', key, target, failure: { ...failure, message: `${failure.message}${hint}` } };
  }
}

/** A 404 of a proxy, or of a server that does not know Deployments at present, says nothing of any. */
function isAbsence(body: Json | undefined, name: string): boolean {
  const details = objectAt(body, 'details');
  return objectAt(body).reason === 'NotFound' && details.kind === 'deployments' && details.name === name;
}

function requestOf(effect: Write): ApiRequest {
  const path = deploymentPath(effect.key);
  const shared = { path, timeoutMs: WRITE_TIMEOUT_MS };
  switch (effect.kind) {
    case 'create':
      return { ...shared, ...applyRequest(effect.intent, false), what: `create ${effect.key}` };
    case 'apply':
      return { ...shared, ...applyRequest(effect.intent, true, effect.uid), what: `apply ${effect.key}` };
    case 'handOver': {
      const { uid, replicas } = effect;
      const { namespace, name } = splitKey(effect.key);
      const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name, uid }, spec: { replicas } };
      return {
        ...shared,
        ...applyBody(body, { manager: HANDOVER_MANAGER, force: false }),
        what: `hand over the replicas of ${effect.key}`,
      };
    }
    case 'scaleToZero': {
      const { uid, resourceVersion } = effect;
      const json: Json = { metadata: { uid, resourceVersion }, spec: { replicas: 0 } };
      return {
        ...shared,
        verb: 'patch',
        method: 'PATCH',
        query: { fieldManager: FIELD_MANAGER },
        body: { contentType: 'application/merge-patch+json', json },
        what: `scale ${effect.key} to zero`,
      };
    }
    case 'delete': {
      const json: Json = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        preconditions: { uid: effect.uid },
        // Never orphan: the source's selector would adopt the ReplicaSets of the clone.
        propagationPolicy: 'Background',
      };
      return {
        ...shared,
        verb: 'delete',
        method: 'DELETE',
        query: {},
        body: { contentType: 'application/json', json },
        what: `delete ${effect.key}`,
      };
    }
  }
}

function applyRequest(intent: Intent, force: boolean, uid?: string): Pick<ApiRequest, 'verb' | 'method' | 'query' | 'body'> {
  const json: JsonObject = { ...intent, metadata: { ...intent.metadata, ...(uid === undefined ? {} : { uid }) } };
  return applyBody(json, { manager: FIELD_MANAGER, force });
}

function applyBody(
  json: JsonObject,
  { manager, force }: { readonly manager: string; readonly force: boolean },
): Pick<ApiRequest, 'verb' | 'method' | 'query' | 'body'> {
  return {
    verb: 'apply',
    method: 'PATCH',
    query: { fieldManager: manager, force: String(force) },
    body: { contentType: 'application/apply-patch+yaml', json },
  };
}

/** Shorter texts are left out where they stand in quotes only: anywhere else they may be part of any word. */
const TELLING_LENGTH = 6;

/** What the API server says of a write, or an admission webhook through it, may quote what was written. */
function withoutSecrets(message: string, intent: Intent): string {
  let told = message;
  for (const text of secretTextsIn(intent)) {
    told = told.replaceAll(JSON.stringify(text), '"…"');
    if (text.length >= TELLING_LENGTH) told = told.replaceAll(text, '…');
  }
  return told;
}

/** Our intent, where admission made something else of it. */
function unmetOf(intent: Intent, answer: Json): { readonly unmet?: Intent } {
  const object = readKubeObject(answer);
  if (object === undefined) throw new ApiFailure('Malformed', 'the answer to an apply is not a stored object');
  return driftOf(intent, readDeployment(object)).length === 0 ? {} : { unmet: intent };
}
