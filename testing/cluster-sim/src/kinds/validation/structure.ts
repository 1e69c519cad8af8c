import { isJsonObject, type JsonObject, listAt, objectAt, stringAt } from '../../json.ts';
import { checkAgainst } from '../custom/validation.ts';
import type { Place, Report } from './report.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const LISTS = ['atomic', 'set', 'map'];
const MAPS = ['atomic', 'granular'];
const JUNCTORS = ['allOf', 'anyOf', 'oneOf'] as const;

/** Whether an `openAPIV3Schema` is structural: every field has one type, so that what is unknown can be told and dropped. */
export function checkStructure(report: Report, at: Place, schema: JsonObject): void {
  const type = stringAt(schema, 'type') ?? '';
  if (type === '') report.required(at.field('type'), 'must not be empty at the root');
  else if (type !== 'object') report.invalid(at.field('type'), type, 'must be object at the root');
  checkNode(report, at, schema);
  const metadata = objectAt(schema, 'properties', 'metadata');
  const others = Object.keys(objectAt(metadata, 'properties')).filter((name) => name !== 'name' && name !== 'generateName');
  if (others.length > 0)
    report.forbidden(
      at.field('properties[metadata]'),
      'must not specify anything other than name and generateName, but metadata is implicitly specified',
    );
}

function checkNode(report: Report, at: Place, schema: JsonObject): void {
  if (schema.default !== undefined) checkAgainst(report, at.field('default'), schema.default, schema, '');
  if (schema.$ref !== undefined) report.forbidden(at.field('$ref'), '$ref is not supported');
  if (schema.uniqueItems === true)
    report.forbidden(at.field('uniqueItems'), 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic');
  const keeps = at.field('x-kubernetes-preserve-unknown-fields');
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) report.invalid(keeps, false, 'must be true or undefined');
  report.oneOf(at.field('x-kubernetes-map-type'), schema['x-kubernetes-map-type'], MAPS);
  checkPattern(report, at, schema);
  checkListType(report, at, schema);
  for (const junctor of JUNCTORS)
    for (const [index, branch] of listAt(schema, junctor).filter(isJsonObject).entries())
      if (branch.type !== undefined && schema['x-kubernetes-int-or-string'] !== true)
        report.forbidden(at.field(junctor).item(index).field('type'), 'must be empty to be structural');
  const properties = objectAt(schema, 'properties');
  for (const name of Object.keys(properties))
    checkField(report, at.field('properties').item(name), objectAt(properties, name), 'object fields');
  if (isJsonObject(schema.additionalProperties))
    checkField(report, at.field('additionalProperties'), schema.additionalProperties, 'object fields');
  if (isJsonObject(schema.items)) checkField(report, at.field('items'), schema.items, 'array items');
  else if (schema.type === 'array') report.required(at.field('items'), 'must be specified');
}

function checkField(report: Report, at: Place, schema: JsonObject, of: string): void {
  const isFree = schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  checkNode(report, at, schema);
  const type = stringAt(schema, 'type') ?? '';
  if (type !== '') report.oneOf(at.field('type'), type, TYPES);
  else if (!isFree && schema.$ref === undefined) report.required(at.field('type'), `must not be empty for specified ${of}`);
}

function checkPattern(report: Report, at: Place, { pattern }: JsonObject): void {
  if (typeof pattern !== 'string') return;
  try {
    new RegExp(pattern, 'u');
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    report.invalid(at.field('pattern'), pattern, `must be a valid regular expression, but isn't: ${why}`);
  }
}

function checkListType(report: Report, at: Place, schema: JsonObject): void {
  const kind = schema['x-kubernetes-list-type'];
  const items = objectAt(schema, 'items');
  if (!report.oneOf(at.field('x-kubernetes-list-type'), kind, LISTS)) return;
  if (kind === 'set' && items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic')
    report.invalid(
      at.field('items').field('x-kubernetes-map-type'),
      items['x-kubernetes-map-type'] ?? null,
      'must be atomic as item of a list with x-kubernetes-list-type=set',
    );
  if (kind !== 'map') return;
  const keys = listAt(schema, 'x-kubernetes-list-map-keys').filter((key) => typeof key === 'string');
  if (keys.length === 0)
    report.required(at.field('x-kubernetes-list-map-keys'), 'must not be empty if x-kubernetes-list-type is map');
  for (const key of keys)
    if (!listAt(items, 'required').includes(key) && objectAt(items, 'properties', key).default === undefined)
      report.required(
        at.field('items').field('properties').item(key).field('default'),
        'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
      );
}
