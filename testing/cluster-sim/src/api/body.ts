import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { ResourceInfo } from '../kinds/index.ts';
import type { Request } from '../request.ts';
import { type Decoder, readFields, type Schema, schemaOf } from '../schema/index.ts';
import { apiVersionOf } from './address.ts';
import { isCustom } from './resource-rules.ts';
import { badRequest, invalid, unsupportedBody } from './status-error.ts';
import type { FieldValidation } from './write-options.ts';

/** What a body has to be. */
export interface Expected {
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly schema: Schema | undefined;
  readonly isCustom: boolean;
}

export function expectedOf(info: ResourceInfo): Expected {
  return { kind: info.kind, group: info.group, version: info.version, schema: info.schema, isCustom: isCustom(info) };
}

/** An object as the server keeps it, and what it says of fields that it does not know. */
export interface Read {
  readonly object: JsonObject;
  readonly unknown: readonly string[];
}

const TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/**
 * The body as an object of the expected kind. Built-in kinds need not be told, custom ones must be.
 *
 * @throws Refusal 400, 415, 422
 */
export function readBody({ body, contentType }: Request, expected: Expected, validation: FieldValidation): Read {
  const accepted = expected.isCustom ? TYPES.slice(0, 2) : TYPES;
  if (contentType !== undefined && contentType !== '' && !accepted.includes(contentType)) throw unsupportedBody(accepted);
  if (!isJsonObject(body)) throw unrecognized(expected, `couldn't get version/kind; json parse error: ${notAnObject(body)}`);
  const { kind, group, version } = expected;
  const apiVersion = apiVersionOf(expected);
  if (expected.isCustom) checkCustomKind(body, expected, apiVersion);
  const given = { kind: body.kind || kind, apiVersion: body.apiVersion || apiVersion };
  const mismatch = conversionProblem(given.kind, given.apiVersion, expected);
  if (mismatch !== undefined) {
    const [, givenVersion = String(given.apiVersion)] = String(given.apiVersion).split('/');
    throw badRequest(`${String(given.kind)} in version "${givenVersion}" cannot be handled as a ${kind}: ${mismatch}`);
  }
  const { object, unknown, problem } = readAs(expected, { ...body, ...given });
  const handled = `${kind} in version "${version}" cannot be handled as a ${kind}`;
  if (problem !== undefined) throw badRequest(`${handled}: ${problem}`);
  if (validation === 'Strict' && unknown.length > 0) throw badRequest(`${handled}: strict decoding error: ${unknown.join(', ')}`);
  if (expected.isCustom && given.kind !== kind) throw wrongCustomKind(String(given.kind), group, body, kind);
  return { object, unknown: validation === 'Warn' ? unknown : [] };
}

/** `object` without what its kind does not know. */
export function readAs(
  { schema, isCustom: isOfCustom }: Pick<Expected, 'schema' | 'isCustom'>,
  object: JsonObject,
  decoder?: Decoder,
): Read & { readonly problem?: string } {
  if (schema === undefined) return { object, unknown: [] };
  const { value, unknown, problem } = readFields(schema, object, decoder);
  return {
    object: value,
    unknown: isOfCustom ? customOrder(unknown) : unknown,
    ...(problem === undefined ? {} : { problem }),
  };
}

/** Of a custom object, its metadata are read first, and the rest is pruned in the order of its names. */
function customOrder(unknown: readonly string[]): readonly string[] {
  if (unknown.length < 2) return unknown;
  const isMeta = (text: string): boolean => text.startsWith('unknown field "metadata.');
  return [...unknown.filter(isMeta), ...unknown.filter((text) => !isMeta(text)).sort()];
}

/** Why an object of another kind is none of the expected one; undefined where it is one. Custom kinds are told apart by validation. */
export function conversionProblem(kind: Json, apiVersion: Json, expected: Expected): string | undefined {
  if (expected.isCustom || (kind === expected.kind && apiVersion === apiVersionOf(expected))) return undefined;
  const [version = '', group = ''] = String(apiVersion).split('/').reverse();
  if (schemaOf({ group, version, kind: String(kind) }) === undefined)
    return `no kind "${String(kind)}" is registered for version "${String(apiVersion)}" in scheme "pkg/runtime/scheme.go:111"`;
  const [internal = ''] = expected.group.split('.');
  const target = `${internal === '' ? 'core' : internal}.${expected.kind}`;
  return `converting (${version}.${String(kind)}) to (${target}): unknown conversion`;
}

export function wrongCustomKind(kind: string, group: string, object: JsonObject, expected: string): Error {
  const { metadata } = object;
  const name = isJsonObject(metadata) && typeof metadata.name === 'string' ? metadata.name : '';
  const message = `Invalid value: ${JSON.stringify(kind)}: must be ${expected}`;
  return invalid({ kind, group, name }, [{ reason: 'FieldValueInvalid', message, field: 'kind' }]);
}

function checkCustomKind(body: JsonObject, expected: Expected, apiVersion: string): void {
  const { kind, apiVersion: given = '' } = body;
  if (kind === undefined || kind === null || kind === '')
    throw unrecognized(expected, `Object 'Kind' is missing in '${JSON.stringify(body)}'`, summary(body));
  if (given !== apiVersion)
    throw badRequest(`the API version in the data (${String(given)}) does not match the expected API version (${apiVersion})`);
}

function unrecognized({ kind }: Expected, why: string, data?: string): Error {
  return badRequest(
    `the object provided is unrecognized (must be of type ${kind}): ${why}${data === undefined ? '' : ` (${data})`}`,
  );
}

const TARGET = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

export function typeProblem(body: Json | undefined): string {
  if (body === undefined || body === null) return 'unexpected end of JSON input';
  const type = Array.isArray(body) ? 'array' : typeof body === 'boolean' ? 'bool' : typeof body;
  return `json: cannot unmarshal ${type} into Go value of type ${TARGET}`;
}

function notAnObject(body: Json | undefined): string {
  return `${typeProblem(body)} (${body === undefined || body === null ? '<empty>' : hex(JSON.stringify(body))})`;
}

const LONGEST_QUOTE = 30;

function hex(text: string): string {
  return [...new TextEncoder().encode(text)]
    .slice(0, LONGEST_QUOTE)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

function summary(body: JsonObject): string {
  const text = JSON.stringify(body);
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)} ...` : text;
}
