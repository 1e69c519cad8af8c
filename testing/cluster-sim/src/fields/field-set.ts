import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { compareElements } from './element.ts';

/**
 * Which fields somebody owns: a tree whose edges are path elements in the words of `fieldsV1` (`f:name`, `k:{"name":"web"}`, `v:"x"`).
 * Immutable. A node of which nothing is left does not exist: `undefined` is the empty set.
 */
export interface FieldSet {
  /** Whether the field at this node is itself in the set, apart from what lies below it. */
  readonly member: boolean;
  readonly children: ReadonlyMap<string, FieldSet>;
}

export type Fields = FieldSet | undefined;

const NONE: ReadonlyMap<string, FieldSet> = new Map();
const LEAF: FieldSet = { member: true, children: NONE };

function node(member: boolean, children: ReadonlyMap<string, FieldSet>): Fields {
  if (children.size > 0) return { member, children };
  return member ? LEAF : undefined;
}

/** The children of `one`, each as `make` gives it; the same map where nothing changed. */
function mapped(one: FieldSet, make: (child: FieldSet, element: string) => Fields): ReadonlyMap<string, FieldSet> {
  let changed: Map<string, FieldSet> | undefined;
  for (const [element, child] of one.children) {
    const made = make(child, element);
    if (made === child) continue;
    changed ??= new Map(one.children);
    if (made === undefined) changed.delete(element);
    else changed.set(element, made);
  }
  return changed ?? one.children;
}

function rebuilt(one: FieldSet, member: boolean, children: ReadonlyMap<string, FieldSet>): Fields {
  return member === one.member && children === one.children ? one : node(member, children);
}

export function union(one: Fields, other: Fields): Fields {
  if (one === undefined || one === other) return other;
  if (other === undefined) return one;
  let children: Map<string, FieldSet> | undefined;
  for (const [element, child] of other.children) {
    const mine = one.children.get(element);
    const both = union(mine, child);
    if (both === mine || both === undefined) continue;
    children ??= new Map(one.children);
    children.set(element, both);
  }
  return rebuilt(one, one.member || other.member, children ?? one.children);
}

/** What is in `one` and not in `other`; owning a field is apart from owning what lies below it. */
export function difference(one: Fields, other: Fields): Fields {
  if (one === undefined || other === undefined) return one;
  if (one === other) return undefined;
  const children = mapped(one, (child, element) => difference(child, other.children.get(element)));
  return rebuilt(one, one.member && !other.member, children);
}

/** What is in `one`, and neither in `other` nor below anything in it. */
export function outside(one: Fields, other: Fields): Fields {
  if (one === undefined || other === undefined) return one;
  const children = mapped(one, (child, element) => {
    const excluded = other.children.get(element);
    return excluded?.member === true ? undefined : outside(child, excluded);
  });
  return rebuilt(one, one.member && !other.member, children);
}

export function intersection(one: Fields, other: Fields): Fields {
  if (one === undefined || other === undefined || one === other) return one === undefined ? undefined : other;
  const children = mapped(one, (child, element) => intersection(child, other.children.get(element)));
  return rebuilt(one, one.member && other.member, children);
}

export function equalFields(one: Fields, other: Fields): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  if (one.member !== other.member || one.children.size !== other.children.size) return false;
  for (const [element, child] of one.children) if (!equalFields(child, other.children.get(element))) return false;
  return true;
}

/** The paths in the set, as lists of elements: of each node first the members among its children, then what lies below, both sorted. */
export function paths(fields: Fields, above: readonly string[] = []): readonly (readonly string[])[] {
  if (fields === undefined) return [];
  const elements = [...fields.children.keys()].sort(compareElements);
  const members = elements
    .filter((element) => fields.children.get(element)?.member === true)
    .map((element) => [...above, element]);
  return [...members, ...elements.flatMap((element) => paths(fields.children.get(element), [...above, element]))];
}

/** Collects paths one by one; `done` gives the set. */
export class FieldCollector implements FieldSet {
  member = false;
  children: Map<string, FieldCollector> = new Map();

  at(element: string): FieldCollector {
    const known = this.children.get(element);
    if (known !== undefined) return known;
    const made = new FieldCollector();
    this.children.set(element, made);
    return made;
  }

  insert(path: readonly string[]): void {
    let here: FieldCollector = this;
    for (const element of path) here = here.at(element);
    here.member = true;
  }

  done(): Fields {
    return this.member || this.children.size > 0 ? this : undefined;
  }
}

export function fieldsOf(...all: readonly (readonly string[])[]): Fields {
  const collector = new FieldCollector();
  for (const path of all) collector.insert(path.map((name) => `f:${name}`));
  return collector.done();
}

const decoded = new WeakMap<JsonObject, FieldSet>();
const encoded = new WeakMap<FieldSet, JsonObject>();

/** The set that `fieldsV1` tells. */
export function decodeFields(json: JsonObject): Fields {
  const known = decoded.get(json);
  if (known !== undefined) return known;
  const set = decodeNode(json, false);
  if (set !== undefined) {
    decoded.set(json, set);
    encoded.set(set, json);
  }
  return set;
}

function decodeNode(json: JsonObject, isItem: boolean): Fields {
  const elements = Object.keys(json);
  const children = new Map<string, FieldSet>();
  for (const element of elements) {
    if (element === '.') continue;
    const below: Json | undefined = json[element];
    const child = isJsonObject(below) ? decodeNode(below, true) : undefined;
    if (child !== undefined) children.set(element, child);
  }
  return node(isItem && (elements.length === 0 || Object.hasOwn(json, '.')), children);
}

const EMPTY: JsonObject = {};

/** `fieldsV1` of the set, in the server's order. */
export function encodeFields(set: FieldSet): JsonObject {
  const known = encoded.get(set);
  if (known !== undefined) return known;
  const json = encodeNode(set);
  encoded.set(set, json);
  decoded.set(json, set);
  return json;
}

function encodeNode(set: FieldSet): JsonObject {
  if (set.children.size === 0) return EMPTY;
  const json: Record<string, Json> = set.member ? { '.': EMPTY } : {};
  const elements = [...set.children.keys()];
  if (elements.length > 1) elements.sort(compareElements);
  for (const element of elements) {
    const child = set.children.get(element);
    if (child !== undefined) json[element] = encodeNode(child);
  }
  return json;
}
