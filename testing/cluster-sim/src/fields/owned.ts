import { isJsonObject, type Json } from '../json.ts';
import type { ListShape, Schema } from '../schema/schema.ts';
import { element, elementOfItem } from './element.ts';
import { FieldCollector, type Fields } from './field-set.ts';
import { formOf, memberType } from './form.ts';

/**
 * The fields that an intent speaks of. A named field that holds more fields is itself not among them; an item, a member of a map,
 * a null and an empty object are.
 */
export function fieldsIn(schema: Schema, value: Json): Fields {
  const set = new FieldCollector();
  collect(schema, value, set);
  return set.done();
}

function collect(schema: Schema, value: Json, into: FieldCollector): void {
  const form = formOf(schema, value);
  if (form.kind === 'leaf') into.member = true;
  else if (form.kind === 'list') collectItems(form.shape, form.items, into);
  else
    for (const name of Object.keys(form.members)) {
      const type = memberType(form.shape, name);
      if (type === undefined) continue;
      const member = form.members[name] ?? null;
      const isEmpty = member === null || (isJsonObject(member) && Object.keys(member).length === 0);
      const below = new FieldCollector();
      collect(type, member, below);
      if (isEmpty || !form.shape.fields.has(name)) below.member = true;
      if (below.done() !== undefined) into.children.set(element(name), below);
    }
}

/** Items that stand twice for one element are owned as that element alone. */
function collectItems(list: ListShape, items: readonly Json[], into: FieldCollector): void {
  const seen = new Set<string>();
  for (const item of items) {
    const place = elementOfItem(list, item);
    if ('problem' in place) continue;
    const isTwice = seen.has(place.element);
    if (isTwice) into.children.delete(place.element);
    seen.add(place.element);
    const below = into.at(place.element);
    if (!isTwice) collect(list.items, item, below);
    below.member = true;
  }
}
