import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import { goSyntax, goText, goTypeOf } from '../schema/go-text.ts';
import type { ListShape, ObjectShape, Schema } from '../schema/schema.ts';
import { element, elementOfItem, elementText, pathText } from './element.ts';

/**
 * What is wrong with an intent before it can be merged, in the server's words; undefined for nothing.
 * Wrong are values of another type, fields that the type does not have, and list items that cannot be told apart.
 */
export function misfits(schema: Schema, intent: JsonObject): string | undefined {
  const found: string[] = [];
  check(schema, intent, [], found);
  return found.length <= 1 ? found[0] : ['errors:', ...found.map((line) => `  ${line}`)].join('\n');
}

/** `path` is the one path of the whole walk, pushed and popped on the way; its text is made only for what is wrong. */
type Path = string[];

function tell(found: string[], path: Path, what: string): void {
  const place = pathText(path);
  found.push(place === '' ? what : `${place}: ${what}`);
}

function check(schema: Schema, value: Json, path: Path, found: string[]): void {
  if (value === null) return;
  const { object, list, scalar } = schema;
  if (isJsonObject(value) && object !== undefined) checkMembers(object, value, path, found);
  else if (isJsonArray(value) && list !== undefined) checkItems(list, value, path, found);
  else {
    const wrong = object !== undefined && scalar === undefined ? notA('map', value) : checkLeaf(schema, value);
    if (wrong !== undefined) tell(found, path, wrong);
  }
}

function checkMembers(shape: ObjectShape, value: JsonObject, path: Path, found: string[]): void {
  const rest = shape.rest;
  const names = Object.keys(value);
  const strange = rest === undefined ? names.find((name) => !shape.fields.has(name)) : undefined;
  if (strange !== undefined) {
    tell(found, [...path, element(strange)], 'field not declared in schema');
    return;
  }
  for (const name of names) {
    const type = shape.fields.get(name)?.schema ?? rest;
    if (type === undefined) continue;
    path.push(element(name));
    check(type, value[name] ?? null, path, found);
    path.pop();
  }
}

function checkItems(list: ListShape, items: readonly Json[], path: Path, found: string[]): void {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    let step = `i:${index}`;
    if (list.kind !== 'atomic') {
      const place = elementOfItem(list, item);
      if ('problem' in place) {
        tell(found, path, `element ${index}: ${place.problem}`);
        return;
      }
      step = place.element;
      if (seen.has(step)) tell(found, path, `duplicate entries for key ${elementText(step)}`);
      seen.add(step);
    }
    path.push(step);
    check(list.items, item, path, found);
    path.pop();
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
