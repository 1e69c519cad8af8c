import { equalJson, type Json, type JsonObject } from '../json.ts';
import type { ListShape, ObjectShape, Schema } from '../schema/schema.ts';
import { element, elementOfItem } from './element.ts';
import { FieldCollector, type Fields } from './field-set.ts';
import { type Form, formOf, isEmptyForm, memberType } from './form.ts';

/** What a write did to the fields of an object. */
export interface Comparison {
  /** Fields that were added or have another value. */
  readonly changed: Fields;
  readonly removed: Fields;
}

/** Compares two states of an object; parts that both share are not walked. */
export function compared(schema: Schema, before: Json, after: Json): Comparison {
  const walk = new Walk();
  walk.value(schema, before, after);
  return { changed: walk.changed.done(), removed: walk.removed.done() };
}

const NO_MEMBERS: JsonObject = {};
const NO_ITEMS: readonly Json[] = [];

/** Walks both states in step; `undefined` is a side on which nothing stands. */
class Walk {
  readonly changed = new FieldCollector();
  readonly removed = new FieldCollector();
  readonly #path: string[] = [];

  value(schema: Schema, before: Json | undefined, after: Json | undefined): void {
    if (before === after) return;
    const was = before === undefined ? undefined : formOf(schema, before);
    const is = after === undefined ? undefined : formOf(schema, after);
    const isLeaf = this.#forms(was, is, before, after);
    if (isLeaf) return;
    if (before === undefined) this.changed.insert(this.#path);
    else if (after === undefined) this.removed.insert(this.#path);
  }

  /** Tells whether the value counts as one field. */
  #forms(was: Form | undefined, is: Form | undefined, before: Json | undefined, after: Json | undefined): boolean {
    const one = was ?? is;
    const other = is ?? was;
    if (one === undefined || other === undefined) return true;
    const areBothEmpty = (was === undefined || isEmptyForm(was)) && (is === undefined || isEmptyForm(is));
    if (one.kind !== other.kind) {
      // A value that changes its shape: what it held goes, what it holds comes, and it is itself another.
      if (one.kind !== 'leaf') this.#members(one, undefined);
      if (other.kind !== 'leaf') this.#members(undefined, other);
      this.changed.insert(this.#path);
      return true;
    }
    if (one.kind === 'leaf' || areBothEmpty) {
      if (before === undefined) this.changed.insert(this.#path);
      else if (after === undefined) this.removed.insert(this.#path);
      else if (!equalJson(before, after)) this.changed.insert(this.#path);
      return true;
    }
    this.#members(was, is);
    return false;
  }

  #members(was: Form | undefined, is: Form | undefined): void {
    const form = is ?? was;
    if (form?.kind === 'object')
      this.#object(form.shape, was?.kind === 'object' ? was.members : undefined, is?.kind === 'object' ? is.members : undefined);
    if (form?.kind === 'list')
      this.#list(form.shape, was?.kind === 'list' ? was.items : undefined, is?.kind === 'list' ? is.items : undefined);
  }

  #object(shape: ObjectShape, was: JsonObject = NO_MEMBERS, is: JsonObject = NO_MEMBERS): void {
    for (const name of Object.keys(was)) if (was[name] !== is[name]) this.#member(shape, name, was[name], is[name]);
    for (const name of Object.keys(is)) if (!Object.hasOwn(was, name)) this.#member(shape, name, undefined, is[name]);
  }

  #member(shape: ObjectShape, name: string, was: Json | undefined, is: Json | undefined): void {
    const type = memberType(shape, name);
    if (type !== undefined) this.#below(element(name), type, was, is);
  }

  #below(step: string, type: Schema, was: Json | undefined, is: Json | undefined): void {
    this.#path.push(step);
    this.value(type, was, is);
    this.#path.pop();
  }

  /** Items that stand twice for one element count as one field. */
  #list(list: ListShape, was: readonly Json[] = NO_ITEMS, is: readonly Json[] = NO_ITEMS): void {
    const [old, young] = [byElement(list, was), byElement(list, is)];
    for (const step of new Set([...old.keys(), ...young.keys()])) {
      const [before, after] = [old.get(step) ?? NO_ITEMS, young.get(step) ?? NO_ITEMS];
      if (before.length <= 1 && after.length <= 1) this.#below(step, list.items, before[0], after[0]);
      else if (before.length >= 2 && after.length >= 2) {
        if (!equalJson(before, after)) this.changed.insert([...this.#path, step]);
      } else if (before.length >= 2) {
        if (after[0] !== undefined) this.#below(step, list.items, undefined, after[0]);
        this.removed.insert([...this.#path, step]);
      } else {
        if (before[0] !== undefined) this.#below(step, list.items, before[0], undefined);
        this.changed.insert([...this.#path, step]);
      }
    }
  }
}

function byElement(list: ListShape, items: readonly Json[]): ReadonlyMap<string, readonly Json[]> {
  const found = new Map<string, Json[]>();
  for (const item of items) {
    const place = elementOfItem(list, item);
    if ('problem' in place) continue;
    const same = found.get(place.element);
    if (same === undefined) found.set(place.element, [item]);
    else same.push(item);
  }
  return found;
}
