import { gunzipSync, gzipSync } from 'node:zlib';
import {
  BINDING_LABEL,
  type BindingName,
  bindingHash,
  describeMemoryFailure,
  type Event,
  FIELD_MANAGER,
  type Json,
  type JsonObject,
  MANAGED_BY_LABEL,
  type MemoryContent,
  memoryLocation,
  objectAt,
  stringMapAt,
  writeMemory,
} from '@ddprofiler-rc/core';
import { asApiFailure } from './failure.ts';
import { requestJson } from './json-answer.ts';
import { memoryPath } from './resources.ts';
import type { ApiRequest, Transport } from './transport.ts';

/** As of every write. */
const TIMEOUT_MS = 8_000;
/** A ConfigMap holds 1 MiB: what comes near it is stored compressed. In UTF-16 code units. */
const PLAIN_LENGTH = 256 * 1024;
/** Of what is read: many times what any rules text comes to. */
const MOST_BYTES = 64 * 1024 * 1024;
const COMPRESSED = '.gz';

/** Which version of the memory a write goes on from. */
export interface StoredMemory {
  readonly uid: string;
  readonly resourceVersion: string;
}

/**
 * Writes the memory, one call at a time. Never throws: a refused or unanswered call is an event too.
 *
 * | stored | request | answer → event |
 * | --- | --- | --- |
 * | nothing that is known | PATCH apply of the bare ConfigMap: makes it, and changes nothing of one that is there | 2xx → remembered, as it is |
 * | a version | PATCH merge of the data, with its uid and resourceVersion | 2xx → remembered; 409 → rememberFailed `Conflict`: another operator has written it since |
 *
 * It is made by an apply, as no other call that makes an object may be granted for one name alone.
 * @param time milliseconds since 1970: for people who look at it
 */
export async function storeMemory(
  transport: Transport,
  binding: BindingName,
  stored: StoredMemory | undefined,
  content: MemoryContent,
  time: number,
): Promise<Event> {
  const request = stored === undefined ? creation(binding) : change(binding, stored, content, time);
  try {
    return { type: 'remembered', object: readable(await requestJson(transport, request)) };
  } catch (error) {
    const failure = asApiFailure(error).toFailure();
    // What the API server, or a webhook through it, says of a write may quote the rules, and values in them.
    return { type: 'rememberFailed', failure: { ...failure, message: describeMemoryFailure(binding, failure.code) } };
  }
}

/** An event of the memory's stream, with what is stored compressed as plain text. */
export function readableMemory(event: Event): Event {
  switch (event.type) {
    case 'listed':
    case 'audited':
      return { ...event, objects: event.objects.map(readable) };
    case 'seen':
    case 'vanished':
      return { ...event, object: readable(event.object) };
    default:
      return event;
  }
}

function creation(binding: BindingName): ApiRequest {
  const labels = { [MANAGED_BY_LABEL]: FIELD_MANAGER, [BINDING_LABEL]: bindingHash(binding) };
  const json = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...memoryLocation(binding), labels } };
  return {
    ...requestOf(binding),
    verb: 'apply',
    query: { fieldManager: FIELD_MANAGER, force: 'true' },
    body: { contentType: 'application/apply-patch+yaml', json },
  };
}

function change(binding: BindingName, { uid, resourceVersion }: StoredMemory, content: MemoryContent, time: number): ApiRequest {
  const json = { metadata: { uid, resourceVersion }, ...stored(writeMemory(content), time) };
  return {
    ...requestOf(binding),
    verb: 'patch',
    query: { fieldManager: FIELD_MANAGER },
    body: { contentType: 'application/merge-patch+json', json },
  };
}

function requestOf(binding: BindingName): Pick<ApiRequest, 'method' | 'path' | 'what' | 'timeoutMs'> {
  const { namespace, name } = memoryLocation(binding);
  return { method: 'PATCH', path: memoryPath(binding), what: `write the memory ${namespace}/${name}`, timeoutMs: TIMEOUT_MS };
}

/** `null` takes away what a former write stored in the other way. */
function stored(texts: Readonly<Record<string, string>>, time: number): JsonObject {
  const data: Record<string, Json> = { 'written-at': new Date(time).toISOString() };
  const binaryData: Record<string, Json> = {};
  for (const [key, text] of Object.entries(texts)) {
    const isPlain = text.length <= PLAIN_LENGTH;
    data[key] = isPlain ? text : null;
    binaryData[`${key}${COMPRESSED}`] = isPlain ? null : gzipSync(text).toString('base64');
  }
  return { data, binaryData };
}

function readable(object: Json): Json {
  const { binaryData, ...rest } = objectAt(object);
  if (binaryData === undefined) return object;
  const texts = Object.entries(stringMapAt(binaryData)).map(([key, value]): readonly [string, string] => [
    key.slice(0, -COMPRESSED.length),
    expanded(value),
  ]);
  return { ...rest, data: { ...stringMapAt(rest, 'data'), ...Object.fromEntries(texts) } };
}

/** What cannot be read is no text: the memory's hash then does not fit. */
function expanded(base64: string): string {
  try {
    return gunzipSync(Buffer.from(base64, 'base64'), { maxOutputLength: MOST_BYTES }).toString('utf8');
  } catch {
    return '';
  }
}
