import {
  canonicalJson,
  equalJson,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  listAt,
  objectAt,
  stringAt,
} from '../../json.ts';
import type { Cause } from '../resource-info.ts';
import { checkMetadata } from '../validation/metadata.ts';
import { Place, Report } from '../validation/report.ts';

/** Why the server refuses a custom object: its metadata, then all that does not fit the schema of its version. */
export function causesAgainstCustom(schema: JsonObject, object: JsonObject, part: 'status' | undefined): readonly Cause[] {
  const report = new Report();
  checkMetadata(report, '', object);
  const properties = objectAt(schema, 'properties');
  if (part === 'status') {
    if (object.status !== undefined) checkAgainst(report, at('status'), object.status, objectAt(properties, 'status'), '');
    return report.causes;
  }
  const { apiVersion: _version, kind: _kind, metadata: _metadata, ...content } = object;
  checkAgainst(report, undefined, content, schema, '');
  return report.causes;
}

const at = (step: string): Place => new Place(step);
const below = (place: Place | undefined, name: string): Place => (place === undefined ? at(name) : place.field(name));

type Check = (report: Report, place: Place, value: Json, schema: JsonObject, path: string) => void;

/** `place` is undefined for the object itself. `path` is what a message calls it: below a part of its own, the path in that part. */
export function checkAgainst(report: Report, place: Place | undefined, value: Json, schema: JsonObject, path: string): void {
  if (value === null && schema.nullable === true) return;
  const here = place ?? at('<nil>');
  if (!hasType(value, schema)) {
    const wanted = schema['x-kubernetes-int-or-string'] === true ? 'integer,string' : (stringAt(schema, 'type') ?? '');
    report.wrongType(here, typeOf(value), `${path} in body must be of type ${wanted}: "${typeOf(value)}"`);
    return;
  }
  if (typeof value === 'string') for (const one of STRING_CHECKS) one(report, here, value, schema, path);
  if (typeof value === 'number') for (const one of NUMBER_CHECKS) one(report, here, value, schema, path);
  if (isJsonArray(value)) checkList(report, here, value, schema, path);
  if (isJsonObject(value)) checkObject(report, place, value, schema, path);
  const allowed = schema.enum;
  if (isJsonArray(allowed) && !allowed.some((one) => equalJson(one, value)))
    report.unsupported(
      here,
      value,
      allowed.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))),
    );
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (isJsonArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function hasType(value: Json, schema: JsonObject): boolean {
  const type = typeOf(value);
  if (schema['x-kubernetes-int-or-string'] === true) return type === 'integer' || type === 'string';
  const wanted = stringAt(schema, 'type');
  return wanted === undefined || wanted === '' || wanted === type || (wanted === 'number' && type === 'integer');
}

const lengthOf = (text: Json): number => (typeof text === 'string' ? [...text].length : 0);

const FORMATS: Readonly<Record<string, RegExp>> = {
  'date-time': /^\d{4}-\d\d-\d\d[tT]\d\d:\d\d:\d\d(\.\d+)?([zZ]|[+-]\d\d:\d\d)$/,
  date: /^\d{4}-\d\d-\d\d$/,
  uuid: /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i,
  ipv4: /^(\d{1,3}\.){3}\d{1,3}$/,
};

const STRING_CHECKS: readonly Check[] = [
  (report, place, value, { maxLength }) => {
    if (typeof maxLength === 'number' && lengthOf(value) > maxLength) report.tooLong(place, maxLength);
  },
  (report, place, value, { minLength }, path) => {
    if (typeof minLength === 'number' && lengthOf(value) < minLength)
      report.invalid(place, value, `${path} in body should be at least ${minLength} chars long`);
  },
  (report, place, value, { pattern }, path) => {
    if (typeof pattern === 'string' && typeof value === 'string' && !new RegExp(pattern, 'u').test(value))
      report.invalid(place, value, `${path} in body should match '${pattern}'`);
  },
  (report, place, value, { format }, path) => {
    const form = typeof format === 'string' ? FORMATS[format] : undefined;
    if (form !== undefined && typeof value === 'string' && !form.test(value))
      report.wrongType(place, value, `${path} in body must be of type ${format}: ${JSON.stringify(value)}`);
  },
];

const NUMBER_CHECKS: readonly Check[] = [
  (report, place, value, { multipleOf }, path) => {
    if (typeof multipleOf === 'number' && typeof value === 'number' && !Number.isInteger(value / multipleOf))
      report.invalid(place, value, `${path} in body should be a multiple of ${multipleOf}`);
  },
  (report, place, value, { maximum, exclusiveMaximum }, path) => {
    if (typeof maximum !== 'number' || typeof value !== 'number') return;
    const isBeyond = exclusiveMaximum === true ? value >= maximum : value > maximum;
    if (isBeyond)
      report.invalid(
        place,
        value,
        `${path} in body should be less than ${exclusiveMaximum === true ? '' : 'or equal to '}${maximum}`,
      );
  },
  (report, place, value, { minimum, exclusiveMinimum }, path) => {
    if (typeof minimum !== 'number' || typeof value !== 'number') return;
    const isBeyond = exclusiveMinimum === true ? value <= minimum : value < minimum;
    if (isBeyond)
      report.invalid(
        place,
        value,
        `${path} in body should be greater than ${exclusiveMinimum === true ? '' : 'or equal to '}${minimum}`,
      );
  },
];

function checkList(report: Report, place: Place, list: readonly Json[], schema: JsonObject, path: string): void {
  const { minItems, maxItems, items } = schema;
  if (typeof minItems === 'number' && list.length < minItems)
    report.invalid(place, list.length, `${path} in body should have at least ${minItems} items`);
  if (typeof maxItems === 'number' && list.length > maxItems) report.tooMany(place, list.length, maxItems);
  const kind = schema['x-kubernetes-list-type'];
  const keys = listAt(schema, 'x-kubernetes-list-map-keys').filter((key) => typeof key === 'string');
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    if (isJsonObject(items)) checkAgainst(report, place.item(index), item, items, `${path}[${index}]`);
    if (kind !== 'set' && kind !== 'map') continue;
    const id = kind === 'map' ? Object.fromEntries(keys.map((key) => [key, objectAt(item)[key] ?? null])) : item;
    if (seen.has(canonicalJson(id))) report.duplicate(place.item(index), id);
    seen.add(canonicalJson(id));
  }
}

function checkObject(report: Report, place: Place | undefined, object: JsonObject, schema: JsonObject, path: string): void {
  const here = place ?? at('<nil>');
  const properties = objectAt(schema, 'properties');
  const rest = schema.additionalProperties;
  const { maxProperties, minProperties } = schema;
  const count = Object.keys(object).length;
  if (typeof maxProperties === 'number' && count > maxProperties) report.tooMany(here, count, maxProperties);
  if (typeof minProperties === 'number' && count < minProperties)
    report.invalid(here, count, `${path} in body should have at least ${minProperties} properties`);
  for (const name of Object.keys(object)) {
    const member = object[name];
    const property = properties[name] ?? rest;
    if (member === undefined || !isJsonObject(property)) continue;
    // A null that may not be there counts as absent, where it is not required.
    if (member === null && property.nullable !== true) continue;
    checkAgainst(report, below(place, name), member, property, path === '' ? name : `${path}.${name}`);
  }
  for (const name of listAt(schema, 'required'))
    if (
      typeof name === 'string' &&
      (object[name] === undefined || (object[name] === null && objectAt(properties, name).nullable !== true))
    )
      report.required(below(place, name));
}
