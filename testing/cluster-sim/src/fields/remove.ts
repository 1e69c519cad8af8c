import { isJsonArray, isJsonObject, type Json } from '../json.ts';
import type { ListShape, ObjectShape, Schema } from '../schema/schema.ts';
import { element, elementOfItem } from './element.ts';
import type { FieldSet, Fields } from './field-set.ts';
import { memberType } from './form.ts';

/** The value without the fields of the set. Null where nothing is left of it: its field then still stands, with nothing in it. */
export function withoutFields(schema: Schema, value: Json, gone: Fields): Json {
  if (gone === undefined || gone.children.size === 0) return value;
  if (isJsonObject(value) && schema.object !== undefined) {
    if (schema.object.atomic) return null;
    return withoutMembers(schema.object, value, gone);
  }
  if (isJsonArray(value) && schema.list !== undefined) {
    if (schema.list.kind === 'atomic' || value.length === 0) return null;
    return withoutItems(schema.list, value, gone);
  }
  return value;
}

function withoutMembers(shape: ObjectShape, value: { readonly [key: string]: Json }, gone: FieldSet): Json {
  const left: Record<string, Json> = {};
  let changed = false;
  for (const name of Object.keys(value)) {
    const member = value[name] ?? null;
    const below = gone.children.get(element(name));
    if (below?.member === true) {
      changed = true;
      continue;
    }
    const type = below === undefined ? undefined : memberType(shape, name);
    const kept = type === undefined ? member : withoutFields(type, member, below);
    if (kept !== member) changed = true;
    left[name] = kept;
  }
  if (!changed) return value;
  return Object.keys(left).length === 0 ? null : left;
}

function withoutItems(list: ListShape, items: readonly Json[], gone: FieldSet): Json {
  const left: Json[] = [];
  let changed = false;
  for (const item of items) {
    const place = elementOfItem(list, item);
    const below = 'element' in place ? gone.children.get(place.element) : undefined;
    if (below?.member === true) {
      changed = true;
      continue;
    }
    const kept = withoutFields(list.items, item, below);
    if (kept !== item) changed = true;
    left.push(kept);
  }
  if (!changed) return items;
  return left.length === 0 ? null : left;
}

/** The set with every named field that it has something below of: an owner of `.spec.replicas` keeps `.spec` from going. */
export function withNamedFields(schema: Schema | undefined, fields: Fields): Fields {
  if (fields === undefined || fields.children.size === 0) return fields;
  const children = new Map<string, FieldSet>();
  for (const [step, child] of fields.children) {
    const name = step.startsWith('f:') ? step.slice(2) : undefined;
    const field = name === undefined ? undefined : schema?.object?.fields.get(name);
    const type =
      name === undefined ? (step.startsWith('k:') ? schema?.list?.items : undefined) : (field?.schema ?? schema?.object?.rest);
    const below = withNamedFields(type, child) ?? child;
    const isNamed = field !== undefined && child.children.size > 0;
    children.set(step, isNamed && !below.member ? { member: true, children: below.children } : below);
  }
  return { member: fields.member, children };
}
