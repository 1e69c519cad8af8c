import { equalJson, isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import { goText, goTypeOf } from '../schema/go-text.ts';
import type { Field, ObjectShape, Schema } from '../schema/schema.ts';
import { badRequest, type Patched, PatchRefused } from './patched.ts';

const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const ELEMENT_ORDER = '$setElementOrder/';
const DELETE_PRIMITIVES = '$deleteFromPrimitiveList/';

/**
 * Strategic merge patch: like a merge patch, and lists marked `merge` merge too, scalars as sets and objects by their merge key.
 *
 * | directive                              | stands in               | means                                               |
 * | -------------------------------------- | ----------------------- | --------------------------------------------------- |
 * | `$patch: replace`, `$patch: delete`    | an object, a list item  | replace instead of merging; remove                  |
 * | `$retainKeys: [...]`                   | an object               | members that are not named go                       |
 * | `$setElementOrder/<field>: [...]`      | beside a list           | these items come in this order                      |
 * | `$deleteFromPrimitiveList/<field>`     | beside a list           | these scalars go                                    |
 */
export function strategicMergePatched(schema: Schema, object: JsonObject, patch: Json): Patched {
  if (patch === null) return { object };
  if (!isJsonObject(patch)) {
    const got = isJsonArray(patch) ? 'array' : typeof patch === 'boolean' ? 'bool' : typeof patch;
    return badRequest(`json: cannot unmarshal ${got} into Go value of type map[string]interface {}`);
  }
  try {
    return { object: mergeObject(schema.object, object, patch) };
  } catch (thrown) {
    if (thrown instanceof PatchRefused) return thrown.refusal;
    throw thrown;
  }
}

const unexpected = (message: string): PatchRefused => new PatchRefused(500, '', message);
const malformed = (message: string): PatchRefused => new PatchRefused(400, 'BadRequest', message);

function mergeObject(shape: ObjectShape | undefined, original: JsonObject, patch: JsonObject): JsonObject {
  const directive = patch[DIRECTIVE];
  if (directive !== undefined) {
    const { [DIRECTIVE]: _marker, ...rest } = patch;
    if (directive === 'replace') return rest;
    if (directive === 'delete') return {};
    throw unexpected(`unknown patch type: ${goText(directive)} in map: ${goText(patch)}`);
  }
  const made: Record<string, Json> = { ...retained(original, patch) };
  const done = new Set<string>([RETAIN_KEYS]);
  const orders = patch[ELEMENT_ORDER.slice(0, -1)];
  if (orders !== undefined && !isJsonArray(orders))
    throw unexpected(`expected a []interface {}, but received a ${goTypeOf(orders)}`);
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(ELEMENT_ORDER)) continue;
    const name = key.slice(ELEMENT_ORDER.length);
    done.add(key).add(name);
    const ordered = orderedList(memberOf(shape, name), made[name], patch[name], patch[key] ?? null);
    if (ordered !== undefined) made[name] = ordered;
  }
  for (const key of Object.keys(patch)) {
    if (done.has(key)) continue;
    const isDeletion = key.startsWith(DELETE_PRIMITIVES);
    const name = isDeletion ? key.slice(DELETE_PRIMITIVES.length) : key;
    const value = patch[key] ?? null;
    const former = made[name];
    if (isDeletion) {
      if (isJsonArray(former) && isJsonArray(value))
        made[name] = former.filter((item) => !value.some((gone) => equalJson(gone, item)));
    } else if (value === null) delete made[name];
    else set(made, name, mergeMember(memberOf(shape, name), former, value));
  }
  return made;
}

function set(object: Record<string, Json>, name: string, value: Json | undefined): void {
  if (value === undefined) delete object[name];
  else object[name] = value;
}

function retained(original: JsonObject, patch: JsonObject): JsonObject {
  const keys = patch[RETAIN_KEYS];
  if (keys === undefined) return original;
  const isDirective = (key: string): boolean =>
    key === RETAIN_KEYS || key.startsWith(ELEMENT_ORDER) || key.startsWith(DELETE_PRIMITIVES);
  const strays = Object.keys(patch).some(
    (key) => !isDirective(key) && patch[key] !== null && isJsonArray(keys) && !keys.includes(key),
  );
  if (!isJsonArray(keys) || strays) throw malformed('invalid patch format of retainKeys');
  return Object.fromEntries(Object.entries(original).filter(([name]) => keys.includes(name)));
}

interface Member {
  readonly schema: Schema | undefined;
  readonly merges: boolean;
  readonly replaces: boolean;
  readonly mergeKey: string;
}

function memberOf(shape: ObjectShape | undefined, name: string): Member {
  const field: Field | undefined = shape?.fields.get(name);
  return {
    schema: field?.schema ?? shape?.rest,
    merges: field?.patchStrategy.includes('merge') ?? false,
    replaces: field?.patchStrategy.includes('replace') ?? false,
    mergeKey: field?.patchMergeKey ?? '',
  };
}

/** Undefined: nothing is to stand there. */
function mergeMember(member: Member, former: Json | undefined, value: Json): Json | undefined {
  if (isJsonObject(former) && isJsonObject(value))
    return member.replaces ? value : mergeObject(member.schema?.object, former, value);
  if (isJsonArray(former) && isJsonArray(value)) return member.merges ? mergeList(member, former, value) : value;
  return fresh(value);
}

/** What a patch brings to where nothing stood: without its nulls and directives. */
function fresh(value: Json): Json | undefined {
  if (isJsonArray(value)) return value.map(fresh).filter((item) => item !== undefined);
  if (!isJsonObject(value)) return value;
  if (value[DIRECTIVE] !== undefined) return undefined;
  const made: Record<string, Json> = {};
  for (const [name, member] of Object.entries(value)) if (member !== null) set(made, name, fresh(member));
  return made;
}

function mergeList(member: Member, former: readonly Json[], patch: readonly Json[]): readonly Json[] {
  if (former.length === 0 && patch.length === 0) return former;
  const kinds = new Set([...former, ...patch].map(isJsonObject));
  if (kinds.size > 1) throw unexpected(`list element types are not identical: [${goText(former)} ${goText(patch)}]`);
  if (kinds.has(false)) {
    const all = [...new Set([...former, ...patch])];
    return inOrder(all, patch, former, sameValue);
  }
  if (member.mergeKey === '')
    throw unexpected(`cannot merge lists without merge key for ${member.schema?.list?.items.name ?? ''}`);
  const { kept, wanted } = withoutDirectives(member.mergeKey, former.filter(isJsonObject), patch.filter(isJsonObject));
  const merged = [...kept];
  for (const item of wanted) {
    const key = mergeKeyOf(item, member.mergeKey);
    const at = merged.findIndex((other) => equalJson(other[member.mergeKey], key));
    const found = merged[at];
    if (found === undefined) merged.push(item);
    else merged[at] = mergeObject(member.schema?.list?.items.object, found, item);
  }
  return inOrder(merged, wanted, kept, sameKey(member.mergeKey));
}

/** The items that stay and those to merge, after `$patch: delete` and `$patch: replace` items have done their work. */
function withoutDirectives(
  key: string,
  former: readonly JsonObject[],
  patch: readonly JsonObject[],
): { kept: readonly JsonObject[]; wanted: readonly JsonObject[] } {
  let kept = former;
  let replaces = false;
  const wanted: JsonObject[] = [];
  for (const item of patch) {
    const directive = item[DIRECTIVE];
    if (directive === undefined) wanted.push(item);
    else if (directive === 'delete') {
      const gone = mergeKeyOf(item, key);
      kept = kept.filter((other) => !equalJson(other[key], gone));
    } else if (directive === 'replace') replaces = true;
    else if (directive === 'merge') throw unexpected('merging lists cannot yet be specified in the patch');
    else throw unexpected(`unknown patch type: ${goText(directive)} in map: ${goText(item)}`);
  }
  return replaces ? { kept: wanted, wanted: [] } : { kept, wanted };
}

function mergeKeyOf(item: JsonObject, key: string): Json {
  const value = item[key];
  if (value === undefined) throw unexpected(`map: ${goText(item)} does not contain declared merge key: ${key}`);
  return value;
}

/** A list that `$setElementOrder` speaks of; undefined where there is none. */
function orderedList(
  member: Member,
  former: Json | undefined,
  patch: Json | undefined,
  order: Json,
): readonly Json[] | undefined {
  if (!isJsonArray(order)) throw unexpected(`expected a []interface {}, but received a ${goTypeOf(order)}`);
  for (const list of [former, patch])
    if (list !== undefined && !isJsonArray(list)) throw unexpected(`expected a []interface {}, but received a ${goTypeOf(list)}`);
  const same = member.mergeKey === '' ? sameValue : sameKey(member.mergeKey);
  if (isJsonArray(patch)) checkOrder(patch, order, same);
  if (!isJsonArray(former) && !isJsonArray(patch)) return undefined;
  const merged = isJsonArray(patch) ? mergeMember(member, isJsonArray(former) ? former : undefined, patch) : former;
  return isJsonArray(merged) ? inOrder(merged, order, isJsonArray(former) ? former : [], same) : undefined;
}

/** The patch's own items must come in the order that it asks for. */
function checkOrder(patch: readonly Json[], order: readonly Json[], same: Same): void {
  const items = patch.filter((item) => !isJsonObject(item) || item[DIRECTIVE] === undefined);
  if (items.length === 0 || order.length === 0) return;
  let at = 0;
  for (const wanted of order) {
    const item = items[at];
    if (item !== undefined && same(item, wanted)) at += 1;
  }
  if (at < items.length)
    throw unexpected(`The order in patch list:\n${goText(patch)}\n doesn't match $setElementOrder list:\n${goText(order)}\n`);
}

type Same = (one: Json, other: Json) => boolean;

const sameValue: Same = (one, other) => equalJson(one, other);

function sameKey(key: string): Same {
  return (one, other) => isJsonObject(one) && isJsonObject(other) && equalJson(one[key], other[key]);
}

/**
 * Items that `order` names come in its order, the others in the server's. Where both meet, the server's item goes first only where it
 * stood before the other in the server's list.
 */
function inOrder(items: readonly Json[], order: readonly Json[], server: readonly Json[], same: Same): readonly Json[] {
  const place = (list: readonly Json[], item: Json): number => list.findIndex((other) => same(item, other));
  const sorted = (list: Json[], by: readonly Json[]): Json[] => list.sort((one, other) => place(by, one) - place(by, other));
  const wanted = sorted(
    items.filter((item) => place(order, item) >= 0),
    order,
  );
  const others = sorted(
    items.filter((item) => place(order, item) < 0),
    server,
  );
  const out: Json[] = [];
  while (wanted.length > 0 || others.length > 0) {
    const [left, right] = [others[0], wanted[0]];
    const isServersFirst = right === undefined || (left !== undefined && place(server, left) < place(server, right));
    const next = isServersFirst ? others.shift() : wanted.shift();
    if (next !== undefined) out.push(next);
  }
  return out;
}
