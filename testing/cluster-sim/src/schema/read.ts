import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import { canonicalQuantity } from '../kinds/quantity.ts';
import type { Field, Schema } from './schema.ts';

/** A value as the API server keeps it, and what it said of the rest. */
export interface Reading {
  readonly value: JsonObject;
  /** Fields that the type does not have, each in the words of strict decoding: `unknown field "spec.foo"`. Not in `value`. */
  readonly unknown: readonly string[];
  /** Why the value cannot be read at all, in the words of the answer 400; the first such reason. */
  readonly problem?: string;
}

const QUANTITY = /^[+-]?[0-9.]+[eEinumkKMGTP]*[-+]?[0-9]*$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const RANGES: Readonly<Record<string, number>> = { int32: 2 ** 31, int64: 2 ** 63 };

class Unreadable extends Error {}

/**
 * How the server turns JSON into an object: `json` for a body, and `converter` for what a strategic merge patch made of one. They refuse in
 * other words, and the converter wraps integers that are too large.
 */
export type Decoder = 'json' | 'converter';

interface Told {
  readonly unknown: string[];
  readonly decoder: Decoder;
}

/** Where a value stands, as a way up: texts are made only for what is wrong. */
interface Place {
  readonly above: Place | undefined;
  readonly step: string | number;
  /** The field that holds it; undefined for an item, and for a member of a map, which a type error does not name. */
  readonly field: Field | undefined;
  /** The struct that the field is one of; the last one is named in a type error. */
  readonly owner: string | undefined;
  /** Here the server starts to read anew: a type error knows nothing of what is above. */
  readonly isStart: boolean;
}

/** As strict decoding writes it: `spec.template.spec.containers[0].image`. */
function strictPath(place: Place | undefined): string {
  if (place === undefined) return '';
  const above = strictPath(place.above);
  if (typeof place.step === 'number') return `${above}[${place.step}]`;
  return above === '' ? place.step : `${above}.${place.step}`;
}

/** As a type error writes it, after the name of the innermost struct: `Container.spec.template.spec.containers.image`. */
function typePath(place: Place | undefined): string {
  const steps: string[] = [];
  let owner: string | undefined;
  for (let here = place; here !== undefined && !here.isStart; here = here.above) {
    if (here.field === undefined) continue;
    owner ??= here.owner;
    steps.unshift(here.field.within === undefined ? `${here.step}` : `${here.field.within}.${here.step}`);
  }
  return steps.length === 0 ? '' : [owner ?? '', ...steps].join('.');
}

/**
 * Reads `value` as the API server decodes and encodes a body: unknown fields go, and so do nulls and those zero values which say as much
 * as nothing; quantities become canonical.
 * A custom resource's own fields may have any type here: whether they fit their schema is a matter of validation. Shares what it keeps.
 */
export function readFields(schema: Schema, value: JsonObject, decoder: Decoder = 'json'): Reading {
  const unknown: string[] = [];
  const told = { unknown, decoder };
  try {
    const read = readAs(schema, value, undefined, schema.name !== undefined, told);
    return { value: isJsonObject(read) ? read : value, unknown };
  } catch (thrown) {
    if (!(thrown instanceof Unreadable)) throw thrown;
    return { value, unknown, problem: thrown.message };
  }
}

function readAs(schema: Schema, value: Json, place: Place | undefined, inTyped: boolean, told: Told): Json {
  const typed = inTyped || schema.name !== undefined;
  if (typed && !inTyped && place !== undefined) return readAs(schema, value, { ...place, isStart: true }, true, told);
  if (isJsonObject(value) && schema.object !== undefined) return readObject(schema, value, place, typed, told);
  if (isJsonArray(value) && schema.list !== undefined) return readList(schema, value, place, typed, told);
  if (!typed || value === null) return value;
  checkScalar(schema, value, place, told.decoder);
  if (told.decoder === 'converter' && schema.scalar === 'integer' && schema.goType === 'int32')
    return Number(BigInt.asIntN(32, BigInt(Number(value))));
  return schema.scalar === 'quantity' ? canonicalQuantity(String(value)) : value;
}

function readObject(schema: Schema, value: JsonObject, place: Place | undefined, typed: boolean, told: Told): JsonObject {
  const shape = schema.object;
  if (shape === undefined) return value;
  const kept: Record<string, Json> = {};
  let changed = false;
  for (const key of Object.keys(value)) {
    const member = value[key] ?? null;
    const field = shape.fields.get(key);
    const type = field?.schema ?? shape.rest;
    const below: Place = { above: place, step: key, field, owner: schema.name, isStart: false };
    if (type === undefined) {
      told.unknown.push(`unknown field "${strictPath(below)}"`);
      changed = true;
    } else if (member === null && typed) {
      if (field === undefined) kept[key] = type.scalar === 'string' ? '' : null;
      changed = true;
    } else {
      const read = readAs(type, member, below, typed, told);
      if (typed && field?.omitsZero === true && isZero(read)) {
        changed = true;
        continue;
      }
      kept[key] = read;
      if (read !== member) changed = true;
    }
  }
  return changed ? kept : value;
}

function readList(schema: Schema, value: readonly Json[], place: Place | undefined, typed: boolean, told: Told): readonly Json[] {
  const items = schema.list?.items;
  if (items === undefined) return value;
  const kept = value.map((item, index) =>
    readAs(items, item, { above: place, step: index, field: undefined, owner: undefined, isStart: false }, typed, told),
  );
  return kept.some((item, index) => item !== value[index]) ? kept : value;
}

function isZero(value: Json): boolean {
  if (isJsonArray(value)) return value.length === 0;
  return isJsonObject(value) ? Object.keys(value).length === 0 : value === '' || value === 0 || value === false;
}

function checkScalar(schema: Schema, value: Json, place: Place | undefined, decoder: Decoder): void {
  switch (schema.scalar) {
    case 'string':
    case 'time':
      if (typeof value !== 'string') throw wrongType(schema, value, place, decoder);
      if (schema.scalar === 'time' && Number.isNaN(Date.parse(value)))
        throw new Unreadable(
          `parsing time ${JSON.stringify(value)} as "${layoutOf(schema)}": cannot parse ${JSON.stringify(value)} as "2006"`,
        );
      return;
    case 'bytes':
      if (typeof value !== 'string') throw wrongType(schema, value, place, decoder);
      if (!BASE64.test(value)) {
        const why = `illegal base64 data at input byte ${firstNotBase64(value)}`;
        throw new Unreadable(decoder === 'converter' ? `error decoding from json: ${why}` : why);
      }
      return;
    case 'integer':
      if (!isInteger(value, decoder === 'converter' ? 'int64' : schema.goType)) throw wrongType(schema, value, place, decoder);
      return;
    case 'int-or-string':
      if (typeof value !== 'string' && !isInteger(value, 'int32')) throw wrongType(schema, value, place, decoder);
      return;
    case 'number':
      if (typeof value !== 'number') throw wrongType(schema, value, place, decoder);
      return;
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongType(schema, value, place, decoder);
      return;
    case 'quantity':
      if (!QUANTITY.test(typeof value === 'number' ? String(value) : typeof value === 'string' ? value : ''))
        throw new Unreadable("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
      return;
    case 'any':
      return;
    case undefined:
      // Raw JSON such as `fieldsV1` takes anything.
      if (schema.object?.fields.size === 0 && schema.object.rest?.scalar === 'any') return;
      throw wrongType(schema, value, place, decoder);
  }
}

function layoutOf(schema: Schema): string {
  return schema.name === 'MicroTime' ? '2006-01-02T15:04:05.000000Z07:00' : '2006-01-02T15:04:05Z07:00';
}

function isInteger(value: Json, goType: string): boolean {
  const limit = RANGES[goType] ?? RANGES.int64 ?? Number.POSITIVE_INFINITY;
  return typeof value === 'number' && Number.isInteger(value) && value >= -limit && value < limit;
}

function firstNotBase64(text: string): number {
  const at = text.search(/[^A-Za-z0-9+/]/);
  return at === -1 ? text.length : at;
}

function wrongType(schema: Schema, value: Json, place: Place | undefined, decoder: Decoder): Unreadable {
  if (decoder === 'converter') return new Unreadable(unconvertible(schema, value));
  const path = typePath(place);
  return unmarshal(schema, value, path === '' ? 'Go value' : `Go struct field ${path}`, schema.goType);
}

function unmarshal(schema: Schema, value: Json, target: string, goType: string): Unreadable {
  const wantsInteger = schema.scalar === 'integer' || schema.scalar === 'int-or-string';
  const got = wantsInteger && typeof value === 'number' ? `number ${value}` : jsonType(value);
  return new Unreadable(`json: cannot unmarshal ${got} into ${target} of type ${goType}`);
}

/** Types of the language that the server converts to; those not here are texts of a name of their own. */
const SIMPLE = new Set(['bool', 'int32', 'int64', 'float64', 'string']);

function unconvertible(schema: Schema, value: Json): string {
  const got = unstructuredType(value);
  if (schema.scalar === 'int-or-string') return unmarshal(schema, value, 'Go value', 'int32').message;
  if (schema.scalar === 'time') return unmarshal(schema, value, 'Go value', 'string').message;
  if (schema.scalar === 'bytes' || schema.list !== undefined) return `cannot restore slice from ${got}`;
  if (schema.object !== undefined) {
    return schema.object.fields.size === 0 ? `cannot restore map from ${got}` : `cannot restore struct from: ${got}`;
  }
  const wanted = SIMPLE.has(schema.goType) ? schema.goType : 'string';
  const isConvertible =
    (got === 'int64' || got === 'float64') && wanted !== 'bool' && !(wanted === 'string' && got === 'float64');
  return isConvertible ? `cannot convert ${got} to ${schema.goType}` : `unrecognized type: ${wanted}`;
}

function unstructuredType(value: Json): string {
  if (isJsonArray(value)) return 'slice';
  if (isJsonObject(value)) return 'map';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

function jsonType(value: Json): string {
  if (isJsonArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
}
