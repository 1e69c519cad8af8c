import { equalJson, isJsonObject, type Json, type JsonObject, objectAt } from '../json.ts';
import type { ObjectShape, Schema } from '../schema/schema.ts';
import { writtenOut } from '../schema/written-out.ts';
import { type Comparison, compared } from './compare.ts';
import { difference, type Fields, union } from './field-set.ts';
import {
  asksToForget,
  compareText,
  identity,
  type Manager,
  NO_OWNERS,
  type Owners,
  type Ownership,
  ownersOf,
  timeText,
  withOwners,
} from './managers.ts';
import { ownable, settable } from './stripped.ts';

/** A write that is no apply: create, update or patch. */
export interface Write {
  readonly schema: Schema;
  /** Undefined for a create. */
  readonly before: JsonObject | undefined;
  /** What is to be stored, defaults and all. Its `managedFields` are the client's word: they replace the live ones where they can be read. */
  readonly after: JsonObject;
  readonly manager: string;
  readonly apiVersion: string;
  /** Undefined or empty for the main face. */
  readonly subresource?: string | undefined;
  readonly now: number;
}

const MAX_UPDATERS = 10;

/**
 * `after` with right `metadata.managedFields`: the writer owns all that it changed, nobody else does any more, and what is gone is nobody's.
 * An object that lives without owners stays without, until it is applied for the first time.
 */
export function recordUpdate({ schema, before, after, manager, apiVersion, subresource = '', now }: Write): JsonObject {
  const live = before === undefined ? NO_OWNERS : (ownersOf(before) ?? NO_OWNERS);
  const owners = told(after, live, subresource);
  if (owners.size === 0 && before !== undefined) return withOwners(after, NO_OWNERS);
  const writer: Manager = { name: manager === '' ? 'unknown' : manager, operation: 'Update', apiVersion, subresource };
  const found = compared(schema, before ?? emptyOf(schema), after);
  const left = disowned(owners, filtered(schema, subresource, found), undefined);
  const changed = ownable(settable(schema, subresource, found.changed));
  const key = identity(writer);
  const fields = union(left.get(key)?.fields, changed);
  if (changed !== undefined && fields !== undefined) left.set(key, { manager: writer, fields, time: timeText(now) });
  return keptTimes(before, withOwners(after, capped(left)));
}

function told(after: JsonObject, live: Owners, subresource: string): Owners {
  const entries = objectAt(after, 'metadata').managedFields;
  if (subresource !== '' || entries === undefined) return live;
  if (asksToForget(after)) return NO_OWNERS;
  const mine = ownersOf(after);
  return mine === undefined || mine.size === 0 ? live : mine;
}

export function filtered(schema: Schema, subresource: string, { changed, removed }: Comparison): Comparison {
  return { changed: settable(schema, subresource, changed), removed: settable(schema, subresource, removed) };
}

/** The owners without what a write changed or removed; the one with identity `except` keeps its own. */
export function disowned(owners: Owners, { changed, removed }: Comparison, except: string | undefined): Map<string, Ownership> {
  const left = new Map<string, Ownership>();
  for (const [key, owner] of owners) {
    const fields = key === except ? owner.fields : difference(difference(owner.fields, changed), removed);
    if (fields === owner.fields) left.set(key, owner);
    else if (fields !== undefined) left.set(key, { ...owner, fields });
  }
  return left;
}

/**
 * The server's idea of an object of which nothing is set: what its encoding always writes stands there already. A create that sets one of
 * these changes it rather than adds it, which decides whether the field itself is owned. Custom resources have no such fields.
 */
function emptyOf(schema: Schema): JsonObject {
  if (schema.name === undefined || schema.object === undefined) return EMPTY;
  const known = empties.get(schema.object);
  if (known !== undefined) return known;
  const empty = writtenOut(schema, EMPTY);
  empties.set(schema.object, empty);
  return empty;
}

const EMPTY: JsonObject = {};
const empties = new WeakMap<ObjectShape, JsonObject>();

/** The oldest updaters become one, "ancient-changes", so that an object does not collect them without end. */
function capped(owners: Map<string, Ownership>): Owners {
  const updaters = [...owners].filter(([, { manager }]) => manager.operation === 'Update');
  if (updaters.length <= MAX_UPDATERS) return owners;
  updaters.sort(([one, { time }], [other, { time: theirs }]) => compareText(time ?? '', theirs ?? '') || compareText(one, other));
  const firsts = new Map<string, string>();
  let count = updaters.length;
  for (const [key, owner] of updaters) {
    if (count <= MAX_UPDATERS) break;
    const { apiVersion } = owner.manager;
    const first = firsts.get(apiVersion);
    if (first === undefined) {
      firsts.set(apiVersion, key);
      continue;
    }
    const ancient: Manager = { name: 'ancient-changes', operation: 'Update', apiVersion, subresource: '' };
    const bucket = identity(ancient);
    const former = owners.get(bucket) ?? owners.get(first);
    if (!owners.has(bucket)) owners.delete(first);
    owners.delete(key);
    const fields: Fields = union(owner.fields, former?.fields);
    if (fields !== undefined) owners.set(bucket, { manager: ancient, fields, time: owner.time });
    count -= 1;
  }
  return owners;
}

/** A write that changed nothing but times of `managedFields` did not change them either: the object before it. */
export function keptTimes(before: JsonObject | undefined, after: JsonObject): JsonObject {
  if (before === undefined) return after;
  const { managedFields: was, ...metadataBefore } = objectAt(before, 'metadata');
  const { managedFields: is, ...metadataAfter } = objectAt(after, 'metadata');
  if (!equalJson(withoutTimes(was), withoutTimes(is)) || !equalJson(metadataBefore, metadataAfter)) return after;
  return equalJson({ ...before, metadata: {} }, { ...after, metadata: {} }) ? before : after;
}

function withoutTimes(entries: Json | undefined): Json {
  if (!Array.isArray(entries)) return null;
  return entries.map((entry: Json) => (isJsonObject(entry) ? { ...entry, time: null } : entry));
}
