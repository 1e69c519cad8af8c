import { canonicalJson, type Json, type JsonObject } from '../kube/json.ts';
import { safeName } from './quoting.ts';
import type { Report } from './report.ts';
import { suggestion } from './suggestion.ts';
import type { ValueKind } from './value-kinds.ts';
import { found, jsonOf, type YamlMapping, type YamlNode } from './yaml-node.ts';

/*
 * A table of fields says all that there is to say of a mapping in the rules text:
 *
 *   const FIELDS = {
 *     replicas: withDefault('min_replicas', REPLICAS, 0, 'The clone has at least so many replicas.'),
 *     image: optional('image', IMAGE, 'Image of the container.'),
 *   };
 *   interface Change extends ValuesOf<typeof FIELDS> {}      // { readonly replicas: number; readonly image?: string }
 *
 * The type of what is read follows from it, and so do the reader, the writer, the JSON Schema and the reference.
 */

/** One field of a mapping in the rules text. */
export interface Field<T> {
  /** As the rules text has it. */
  readonly name: string;
  readonly kind: ValueKind<T>;
  readonly presence: 'required' | 'optional' | 'default';
  /** The value where none is given; a field has it exactly if its presence is `default`. */
  readonly usual?: T;
  /** One sentence for the reference. */
  readonly meaning: string;
  /** An older name that is still read. */
  readonly formerly?: string;
}

/** Fields by the property of `V` that each of them gives. */
export type FieldTable<V> = { readonly [K in keyof V]: Field<V[K]> };

/** What was given of a table's fields. */
export type Given<V> = { -readonly [K in keyof V]?: V[K] };

/** A field whose property is always there. */
interface Present<T> extends Field<T> {
  readonly presence: 'required' | 'default';
}

/** A field whose property may be absent. */
interface Optional<T> extends Field<T> {
  readonly presence: 'optional';
}

/** What a table reads: a property for each field, which may be absent where the field is optional. */
export type ValuesOf<F> = Properties<F, PresentIn<F>> & Partial<Properties<F, Exclude<keyof F, PresentIn<F>>>>;

/** Maps over keys of the table itself, so that an editor leads from a property to its line of the table. */
type Properties<F, K extends keyof F> = { readonly [P in K]: F[P] extends Field<infer T> ? T : never };
type PresentIn<F> = { [K in keyof F]: F[K] extends { readonly presence: 'optional' } ? never : K }[keyof F];

export function required<T>(name: string, kind: ValueKind<T>, meaning: string): Present<T> {
  return { name, kind, presence: 'required', meaning };
}

export function optional<T>(name: string, kind: ValueKind<T>, meaning: string, formerly?: string): Optional<T> {
  return { name, kind, presence: 'optional', meaning, ...(formerly === undefined ? {} : { formerly }) };
}

export function withDefault<T>(name: string, kind: ValueKind<T>, usual: NoInfer<T>, meaning: string): Present<T> {
  return { name, kind, presence: 'default', usual, meaning };
}

/** The properties of a table, in its order. */
export function propertiesOf<V>(fields: FieldTable<V>): readonly (keyof V & string)[] {
  const properties: (keyof V & string)[] = [];
  for (const property in fields) properties.push(property);
  return properties;
}

/** The values that hold where none is given. */
export function defaultsOf<V>(fields: FieldTable<V>): Given<V> {
  const defaults: Given<V> = {};
  for (const property of propertiesOf(fields)) {
    const { usual } = fields[property];
    if (usual !== undefined) defaults[property] = usual;
  }
  return defaults;
}

/** Names of the fields that every mapping must have. */
export function requiredIn<V>(fields: FieldTable<V>): readonly string[] {
  return propertiesOf(fields)
    .map((property) => fields[property])
    .filter(({ presence }) => presence === 'required')
    .map(({ name }) => name);
}

/** Whether every property is there that is never absent. */
export function isComplete<F extends Readonly<Record<string, { readonly presence: string }>>, G extends object>(
  fields: F,
  given: G,
): given is G & ValuesOf<F> {
  return Object.entries(fields).every(([property, { presence }]) => presence === 'optional' || Object.hasOwn(given, property));
}

/** What `node` gives of the table's fields; what is wrong goes to `report`. */
export function readFields<V>(node: YamlMapping, fields: FieldTable<V>, report: Report): Given<V> {
  const given: Given<V> = {};
  const properties = propertiesOf(fields);
  const values = new Map(node.entries.map(({ key, value }) => [key.text, value]));
  const read = <K extends keyof V>(property: K, value: YamlNode, reportField: Report): void => {
    const one = fields[property].kind.read(value, reportField);
    if (one !== undefined) given[property] = one;
  };
  for (const { key, value } of node.entries) {
    const reportField = report.within(safeName(key.text));
    const property = properties.find((one) => fields[one].name === key.text || fields[one].formerly === key.text);
    if (property === undefined) {
      const known = properties.map((one) => fields[one].name);
      reportField('warning', key, `unknown field, ignored${suggestion(key.text, known)}`);
      continue;
    }
    const { name } = fields[property];
    if (name === key.text) {
      read(property, value, reportField);
      continue;
    }
    reportField('warning', key, `deprecated; use \`${name}\``);
    const current = values.get(name);
    if (current === undefined) read(property, value, reportField);
    else if (!same(jsonOf(value), jsonOf(current)))
      reportField('error', value, `${found(value)}, but \`${name}\` is ${found(current)}; give that alone`);
  }
  return given;
}

/** The values that are not at their default, as a rules text has them. */
export function writeFields<V>(values: NoInfer<Given<V>>, fields: FieldTable<V>): JsonObject {
  const written: Record<string, Json> = {};
  for (const property of propertiesOf(fields)) {
    const value = values[property];
    if (value === undefined) continue;
    const { name, kind, usual } = fields[property];
    const json = kind.write(value);
    if (usual === undefined || !same(json, kind.write(usual))) written[name] = json;
  }
  return written;
}

function same(one: Json, another: Json): boolean {
  return canonicalJson(one) === canonicalJson(another);
}
