import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import { goSyntax, goText, goTypeOf } from '../schema/go-text.ts';
import type { ListShape, ObjectShape, Schema } from '../schema/schema.ts';
import { elementOfItem, elementText } from './element.ts';

/**
 * What is wrong with an intent before it can be merged, in the server's words; undefined for nothing.
 * Wrong are values of another type, fields that the type does not have, and list items that cannot be told apart.
 */
export function misfits(schema: Schema, intent: JsonObject): string | undefined {
  const found: string[] = [];
  check(schema, intent, '', found);
  return found.length <= 1 ? found[0] : ['errors:', ...found.map((line) => `  ${line}`)].join('\n');
}

function check(schema: Schema, value: Json, path: string, found: string[]): void {
  if (value === null) return;
  const { object, list, scalar } = schema;
  if (isJsonObject(value) && object !== undefined) checkMembers(object, value, path, found);
  else if (isJsonArray(value) && list !== undefined) checkItems(list, value, path, found);
  else {
    const wrong = object !== undefined && scalar === undefined ? notA('map', value) : checkLeaf(schema, value);
    if (wrong !== undefined) found.push(path === '' ? wrong : `${path}: ${wrong}`);
  }
}

function checkMembers(shape: ObjectShape, value: JsonObject, path: string, found: string[]): void {
  const rest = shape.rest;
  const names = Object.keys(value);
  const strange = rest === undefined ? names.find((name) => !shape.fields.has(name)) : undefined;
  if (strange !== undefined) {
    found.push(`${path}.${strange}: field not declared in schema`);
    return;
  }
  for (const name of names) {
    const type = shape.fields.get(name)?.schema ?? rest;
    if (type !== undefined) check(type, value[name] ?? null, `${path}.${name}`, found);
  }
}

function checkItems(list: ListShape, items: readonly Json[], path: string, found: string[]): void {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    let step = `[${index}]`;
    if (list.kind !== 'atomic') {
      const place = elementOfItem(list, item);
      if ('problem' in place) {
        found.push(`${path}: element ${index}: ${place.problem}`);
        return;
      }
      step = elementText(place.element);
      if (seen.has(place.element)) found.push(`${path}: duplicate entries for key ${step}`);
      seen.add(place.element);
    }
    check(list.items, item, `${path}${step}`, found);
  }
}

function checkLeaf(schema: Schema, value: Json): string | undefined {
  switch (schema.scalar) {
    case 'string':
    case 'bytes':
      return typeof value === 'string' ? undefined : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`;
    case 'integer':
    case 'number':
      return typeof value === 'number' ? undefined : `expected numeric (int or float), got ${goTypeOf(value)}`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got &{${goText(value)}}`;
    case 'time':
    case 'quantity':
    case 'int-or-string':
    case 'any':
      return typeof value === 'object' ? `expected any scalar, got &{${goText(value)}}` : undefined;
    case undefined:
      return notA('list', value);
  }
}

const notA = (what: string, value: Json): string => `expected ${what}, got &{${goText(value)}}`;
