import { canonicalJson, type Json, type JsonObject } from '../kube/json.ts';
import { safeName } from './quoting.ts';
import type { Report } from './report.ts';
import { suggestion } from './suggestion.ts';
import type { ValueKind } from './value-kinds.ts';
import { found, jsonOf, type YamlMapping, type YamlNode } from './yaml-node.ts';

/** Settings while they are read. */
export type Draft<S> = { -readonly [K in keyof S]?: S[K] };

/** One field of a mapping in the rules text ↔ one property of what is read from it. */
export interface Field<S> {
  readonly name: string;
  /** One sentence for the reference. */
  readonly meaning: string;
  readonly schema: JsonObject;
  /** An older name that is still read. */
  readonly formerly?: string;
  /** Puts the value into `draft`, or reports why not. */
  readonly read: (node: YamlNode, draft: Draft<S>, report: Report) => void;
  /** The value in a form that `read` accepts; `undefined` where `settings` has none. */
  readonly write: (settings: Draft<S>) => Json | undefined;
}

/** All fields of a mapping, and the values that hold where one is not given. */
export interface FieldTable<S> {
  readonly fields: readonly Field<S>[];
  readonly defaults: Draft<S>;
}

/** Makes the fields of an `S`: `fieldsOf<S>()(name, property, kind, meaning)`. */
export function fieldsOf<S>() {
  return <K extends keyof S & string>(
    name: string,
    property: K,
    kind: ValueKind<NonNullable<S[K]>>,
    meaning: string,
    formerly?: string,
  ): Field<S> => ({
    name,
    meaning,
    schema: kind.schema,
    ...(formerly === undefined ? {} : { formerly }),
    read: (node, draft, report) => {
      const value = kind.read(node, report);
      if (value !== undefined) draft[property] = value;
    },
    write: (settings) => {
      const value = settings[property];
      return value === undefined || value === null ? undefined : kind.write(value);
    },
  });
}

/** What `node` gives of the table's fields; what is wrong goes to `report`. */
export function readFields<S>(node: YamlMapping, { fields }: FieldTable<S>, report: Report): Draft<S> {
  const draft: Draft<S> = {};
  const given = new Map(node.entries.map(({ key, value }) => [key.text, value]));
  for (const { key, value } of node.entries) {
    const reportField = report.within(safeName(key.text));
    const field = fields.find(({ name, formerly }) => name === key.text || formerly === key.text);
    if (field === undefined) {
      const known = fields.map(({ name }) => name);
      reportField('warning', key, `unknown field, ignored${suggestion(key.text, known)}`);
    } else if (field.name === key.text) {
      field.read(value, draft, reportField);
    } else {
      reportField('warning', key, `deprecated; use \`${field.name}\``);
      const current = given.get(field.name);
      if (current === undefined) field.read(value, draft, reportField);
      else if (!same(jsonOf(value), jsonOf(current)))
        reportField('error', value, `${found(value)}, but \`${field.name}\` is ${found(current)}; give that alone`);
    }
  }
  return draft;
}

/** The fields of `settings` that are not at their default, as a rules text has them. */
export function writeFields<S>(settings: Draft<S>, { fields, defaults }: FieldTable<S>): JsonObject {
  const written: Record<string, Json> = {};
  for (const { name, write } of fields) {
    const value = write(settings);
    const usual = write(defaults);
    if (value !== undefined && (usual === undefined || !same(value, usual))) written[name] = value;
  }
  return written;
}

function same(one: Json, another: Json): boolean {
  return canonicalJson(one) === canonicalJson(another);
}
