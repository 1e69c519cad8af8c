import { digest } from '../kube/digest.ts';
import { canonicalJson, isEqual, isJsonArray, isJsonObject, type Json, type JsonObject } from '../kube/json.ts';
import { equalQuantities } from '../kube/quantity.ts';
import { contentOf, type Deployment, ownedOf } from '../objects/deployment.ts';
import type { Intent } from '../objects/intent.ts';
import { isOwnedWhole, membersOf, type Owned } from '../objects/owned-fields.ts';

/** One way in which a clone is not what we want it to be. */
export interface Drift {
  /** Path in the object, e.g. `spec.template.spec.containers[name=web].image`; of a set's member, the set's own: a member is a value. */
  readonly path: string;
  readonly kind: 'differs' | 'missing' | 'notOwned' | 'notWanted' | 'order';
  /** Digest of the live value; empty where there is none. Values themselves may be secrets. */
  readonly live: string;
  /** Digest of the wanted value; empty where none is wanted. */
  readonly want: string;
}

/**
 * Compares what we want with what is there: the whole test for "in sync".
 *
 * | intent | live | our managedFields | drift |
 * | --- | --- | --- | --- |
 * | value | equal | own it | none |
 * | value | other | any | differs |
 * | value | absent | any | missing |
 * | value | equal | do not own it | notOwned (someone else wrote it last: another could change it unseen) |
 * | absent | any | own it | notWanted (it must go from the clone) |
 * | list | other relative order | own it | order (managedFields do not show the order) |
 * | absent | any | do not own it | none (others' fields on our clone stay) |
 *
 * How a list or map is compared is read from managedFields, which the API server wrote from its own schema: `k:{…}` children
 * make a list of keyed items, `v:` children a set, a leaf `{}` an atomic value that is compared whole.
 */
export function driftOf(intent: Intent, live: Deployment): readonly Drift[] {
  const drifts: Drift[] = [];
  const want = contentOf({ ...intent.metadata, spec: intent.spec });
  const have = contentOf(live);
  // Not `compare`: an empty record of what we own is no leaf, it says that we own nothing.
  compareFields('', want, have, membersOf(ownedOf(live)), drifts);
  return drifts;
}

/** Of the digests of single values. */
const DIGITS = 16;

/** Equal drifts have equal signatures; the empty one is the empty text. */
export function driftSignature(drifts: readonly Drift[]): string {
  if (drifts.length === 0) return '';
  // With what is wanted: what admission made of the last intent must not hide that another value is wanted now.
  return digest(canonicalJson(drifts.map(({ path, kind, live, want }) => [path, kind, live, want])), 32);
}

function compare(path: string, want: Json, stored: Json | undefined, owned: Owned | undefined, drifts: Drift[]): void {
  // The API server stores no empty value, and keeps who owns it.
  const have = stored === undefined && want === '' ? '' : stored;
  if (have === undefined) {
    drifts.push({ path, kind: 'missing', live: '', want: digestOf(want) });
    return;
  }
  if (owned === undefined) {
    drifts.push({ path, kind: equal(path, want, have) ? 'notOwned' : 'differs', live: digestOf(have), want: digestOf(want) });
    return;
  }
  // Nearly all of a clone in sync, most of which is its source's very own.
  if (isOwnedWhole(owned) && isEqual(want, have)) return;
  const members = membersOf(owned);
  if (isJsonObject(want) && isJsonObject(have) && hasMembers(members, 'f:')) {
    compareFields(path, want, have, members, drifts);
  } else if (isJsonArray(want) && isJsonArray(have) && hasMembers(members, 'k:')) {
    compareItems(path, want, have, members, drifts);
  } else if (isJsonArray(want) && isJsonArray(have) && hasMembers(members, 'v:')) {
    compareMembers(path, want, have, members, drifts);
  } else if (!equal(path, want, have)) {
    drifts.push({ path, kind: 'differs', live: digestOf(have), want: digestOf(want) });
  }
}

type Members = ReadonlyMap<string, Owned>;

function compareFields(path: string, want: JsonObject, have: JsonObject, owned: Members, drifts: Drift[]): void {
  for (const [field, value] of Object.entries(want)) {
    compare(memberPath(path, field), value, have[field], owned.get(`f:${field}`), drifts);
  }
  for (const child of namesIn(owned, 'f:')) {
    if (want[child] === undefined)
      drifts.push({ path: memberPath(path, child), kind: 'notWanted', live: digestOf(have[child]), want: '' });
  }
}

function memberPath(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}

function compareItems(path: string, want: readonly Json[], have: readonly Json[], owned: Members, drifts: Drift[]): void {
  const unmatched = new Map(namesIn(owned, 'k:').map((child) => [child, parseKey(child)]));
  let lastPosition = -1;
  let inOrder = true;
  for (const item of want) {
    const found = [...unmatched].find(([, key]) => hasKey(item, key));
    if (found === undefined) {
      drifts.push({ path: `${path}[${itemName(item)}]`, kind: 'missing', live: '', want: digestOf(item) });
      continue;
    }
    const [child, key] = found;
    unmatched.delete(child);
    const position = have.findIndex((candidate) => hasKey(candidate, key));
    compare(`${path}[${describeKey(key)}]`, item, have[position], owned.get(`k:${child}`), drifts);
    if (position >= 0 && position < lastPosition) inOrder = false;
    lastPosition = Math.max(lastPosition, position);
  }
  if (!inOrder) drifts.push({ path, kind: 'order', live: digestOf(have), want: digestOf(want) });
  for (const [, key] of unmatched) {
    drifts.push({
      path: `${path}[${describeKey(key)}]`,
      kind: 'notWanted',
      live: digestOf(have.find((candidate) => hasKey(candidate, key))),
      want: '',
    });
  }
}

function compareMembers(path: string, want: readonly Json[], have: readonly Json[], owned: Members, drifts: Drift[]): void {
  const ownedMembers = new Set(namesIn(owned, 'v:'));
  for (const member of want) {
    const want = digestOf(member);
    if (!have.some((candidate) => equal(path, member, candidate))) drifts.push({ path, kind: 'missing', live: '', want });
    else if (!ownedMembers.delete(JSON.stringify(member))) drifts.push({ path, kind: 'notOwned', live: want, want });
  }
  for (const text of ownedMembers) drifts.push({ path, kind: 'notWanted', live: digest(text, DIGITS), want: '' });
}

/** Fields whose values are quantities; anything else that looks like a number is compared as text, labels and annotations of such names too. */
const QUANTITY_FIELD = /^(?!.*\.(?:annotations|labels)\.).*(?:\.(?:limits|requests)\.[^[\]]+|\.(?:divisor|sizeLimit|storage))$/;

function equal(path: string, want: Json, have: Json): boolean {
  if (typeof want === 'string' && typeof have === 'string') {
    return want === have || (QUANTITY_FIELD.test(path) && equalQuantities(want, have));
  }
  return want === have || canonicalJson(want) === canonicalJson(have);
}

function hasMembers(owned: Members, prefix: string): boolean {
  for (const name of owned.keys()) if (name.startsWith(prefix)) return true;
  return false;
}

function namesIn(owned: Members, prefix: string): string[] {
  return [...owned.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}

function parseKey(text: string): JsonObject {
  const key: Json = JSON.parse(text);
  return isJsonObject(key) ? key : {};
}

/** An item that lacks a key field has that field's default; sources are read with defaults filled in, so only `protocol` can lack. */
const KEY_DEFAULTS: JsonObject = { protocol: 'TCP' };

function hasKey(item: Json, key: JsonObject): boolean {
  return isJsonObject(item) && Object.entries(key).every(([field, value]) => (item[field] ?? KEY_DEFAULTS[field]) === value);
}

function describeKey(key: JsonObject): string {
  return Object.entries(key)
    .map(([field, value]) => `${field}=${String(value)}`)
    .join(',');
}

function itemName(item: Json): string {
  const name = isJsonObject(item) ? item.name : undefined;
  return typeof name === 'string' ? `name=${name}` : 'new item';
}

function digestOf(value: Json | undefined): string {
  return value === undefined ? '' : digest(canonicalJson(value), DIGITS);
}
