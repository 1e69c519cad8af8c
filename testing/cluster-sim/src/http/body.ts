import type { Json } from '@ddprofiler-rc/core';
import { CORE_SCHEMA, load } from 'js-yaml';
import { messageFrom } from './protobuf/envelope.ts';

/**
 * What a request's bytes say.
 *
 *   application/json, a patch in JSON, none      JSON
 *   application/yaml, application/apply-patch+yaml   YAML
 *   application/vnd.kubernetes.protobuf           the kinds that kubectl creates (protobuf/)
 *   anything else                                 415
 */
export type Decoded =
  /** `contentType` is the one of the decoded body: JSON for a body that came as protobuf or YAML. */
  | { readonly kind: 'body'; readonly body: Json | undefined; readonly contentType: string }
  | { readonly kind: 'refused'; readonly code: 400 | 415; readonly reason: string; readonly message: string };

type Format = 'json' | 'yaml' | 'protobuf';

const FORMATS: ReadonlyMap<string, Format> = new Map([
  ['', 'json'],
  ['application/json', 'json'],
  ['application/json-patch+json', 'json'],
  ['application/merge-patch+json', 'json'],
  ['application/strategic-merge-patch+json', 'json'],
  ['application/yaml', 'yaml'],
  ['application/apply-patch+yaml', 'yaml'],
  ['application/vnd.kubernetes.protobuf', 'protobuf'],
]);

const ACCEPTED = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';

/** A patch keeps its media type, which says what kind of patch it is; whatever else was read is JSON from here on. */
const contentTypeAfter = (mediaType: string): string => (mediaType.includes('-patch+') ? mediaType : 'application/json');

const mediaTypeOf = (header: string | undefined): string => (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

function read(format: Format, bytes: Buffer): Json {
  switch (format) {
    case 'json':
      return json(JSON.parse(bytes.toString('utf8')));
    case 'yaml':
      return json(load(bytes.toString('utf8'), { schema: CORE_SCHEMA }));
    case 'protobuf':
      return messageFrom(bytes);
  }
}

/** Checks what a parser gave, which may hold what is no JSON (`.nan` of YAML). */
function json(value: unknown): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map(json);
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, json(member)]));
  throw new TypeError(`${String(value)} has no place in JSON`);
}

export function decodedBody(header: string | undefined, bytes: Buffer): Decoded {
  const mediaType = mediaTypeOf(header);
  if (bytes.length === 0) return { kind: 'body', body: undefined, contentType: contentTypeAfter(mediaType) };
  const format = FORMATS.get(mediaType);
  if (format === undefined) {
    const message = `the body of the request was in an unknown format - accepted media types include: ${ACCEPTED}`;
    return { kind: 'refused', code: 415, reason: 'UnsupportedMediaType', message };
  }
  try {
    return { kind: 'body', body: read(format, bytes), contentType: contentTypeAfter(mediaType) };
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    const message = `the object provided is unrecognized: ${format} parse error: ${problem}`;
    return { kind: 'refused', code: 400, reason: 'BadRequest', message };
  }
}
