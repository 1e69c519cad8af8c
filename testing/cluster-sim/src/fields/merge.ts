import { equalJson, isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { ListShape, ObjectShape, Schema } from '../schema/schema.ts';
import { elementOfItem } from './element.ts';
import { formOf, isEmptyForm, memberType } from './form.ts';

/**
 * The live value with the intent laid over it: what the intent does not speak of stays, leaves are the intent's. Undefined: nothing is left.
 * The live value itself where the intent says nothing new.
 */
export function merged(schema: Schema, live: Json | undefined, intent: Json | undefined): Json | undefined {
  if (intent === undefined || live === intent) return live;
  if (live === undefined) return intent;
  const [is, wanted] = [formOf(schema, live), formOf(schema, intent)];
  if (is.kind !== wanted.kind || wanted.kind === 'leaf' || (isEmptyForm(is) && isEmptyForm(wanted)))
    return equalJson(live, intent) ? live : intent;
  if (is.kind === 'object' && wanted.kind === 'object') return mergedObject(wanted.shape, live, is.members, wanted.members);
  if (is.kind === 'list' && wanted.kind === 'list') return mergedList(wanted.shape, live, is.items, wanted.items);
  return intent;
}

function mergedObject(shape: ObjectShape, live: Json, is: JsonObject, wanted: JsonObject): Json | undefined {
  let made: Record<string, Json> | undefined = isJsonObject(live) ? undefined : {};
  for (const name of Object.keys(wanted)) {
    const type = memberType(shape, name);
    if (type === undefined) continue;
    const value = merged(type, is[name], wanted[name]);
    if (value === is[name]) continue;
    made ??= { ...is };
    if (value === undefined) delete made[name];
    else made[name] = value;
  }
  if (made === undefined) return live;
  return Object.keys(made).length === 0 ? undefined : made;
}

/**
 * Merges lists of items that have elements.
 *
 * Law: the intent's items keep the intent's order. Items that only the live list has keep their order among each other, and go before the
 * intent's item that they met first, so that with no item in common the live ones come first.
 */
function mergedList(list: ListShape, live: Json, is: readonly Json[], wanted: readonly Json[]): Json | undefined {
  const mine = indexed(list, is);
  const theirs = indexed(list, wanted);
  const shared = theirs.steps.filter((step) => mine.at.has(step));
  const done = new Set<string>();
  const out: Json[] = [];
  let nextShared = 0;
  const take = (step: string): void => {
    done.add(step);
    const value = merged(list.items, mine.at.get(step), theirs.at.get(step));
    if (value !== undefined) out.push(value);
  };

  let left = 0;
  let right = 0;
  while (left < is.length || right < wanted.length) {
    const here = mine.steps[left];
    const there = theirs.steps[right];
    if (here === undefined && there === undefined) break;
    if (here !== undefined && there !== undefined) {
      if (here === there) {
        take(here);
        left += 1;
        right += 1;
        nextShared += 1;
        continue;
      }
      // Shared, but not the one whose turn it is: it comes where the intent has it.
      if (theirs.at.has(here) && nextShared < shared.length && shared[nextShared] !== here) {
        left += 1;
        continue;
      }
    }
    if (here !== undefined) {
      if (!theirs.at.has(here)) {
        const item = is[left];
        if (item !== undefined) out.push(item);
        left += 1;
        continue;
      }
      if (done.has(here)) left += 1;
    }
    if (there !== undefined) {
      take(there);
      right += 1;
    }
  }
  if (out.length === 0) return undefined;
  return isJsonArray(live) && out.length === live.length && out.every((item, index) => item === live[index]) ? live : out;
}

/** The elements of a list's items in order, and the items by element; one that stands twice is not merged with anything. */
function indexed(
  list: ListShape,
  items: readonly Json[],
): { steps: readonly string[]; at: ReadonlyMap<string, Json | undefined> } {
  const steps: string[] = [];
  const at = new Map<string, Json | undefined>();
  for (const item of items) {
    const place = elementOfItem(list, item);
    const step = 'element' in place ? place.element : '';
    at.set(step, at.has(step) ? undefined : item);
    steps.push(step);
  }
  return { steps, at };
}
