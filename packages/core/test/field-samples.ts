import fc from 'fast-check';
import { CONTAINERS } from '../src/rules/container-fields.ts';
import { ENV, ENV_NAMES } from '../src/rules/env.ts';
import { type FieldTable, type Given, propertiesOf } from '../src/rules/field-table.ts';
import type { Report } from '../src/rules/report.ts';
import { RESOURCES } from '../src/rules/resources.ts';
import {
  ARGUMENTS,
  CONTAINER_NAME,
  FLAG,
  IMAGE,
  LABEL_KEYS,
  MOMENT,
  REPLICAS,
  SCALE_FACTOR,
  TEXT,
  type ValueKind,
} from '../src/rules/value-kinds.ts';
import type { YamlNode } from '../src/rules/yaml-node.ts';
import { readYamlTree } from '../src/rules/yaml-tree.ts';

/*
 * Values of fields, by the kind of value. The laws of fields hold for every field of the tables by them, so that a new field is tested
 * without a line of its own; only a new kind of value is added here.
 */

const SAMPLES: ReadonlyMap<unknown, readonly string[]> = new Map<unknown, readonly string[]>([
  [SCALE_FACTOR, ['0', '2', '.5', '"0.10"', '5e-1']],
  [TEXT, ['a', '1.10', '"x y"']],
  [IMAGE, ['busybox', '"registry:5000/a/b@sha256:0"', '10']],
  [CONTAINER_NAME, ['web', 'web-1']],
  [REPLICAS, ['0', '3', '"02"', '2147483647']],
  [FLAG, ['true', 'false', 'True', '"false"']],
  [MOMENT, ['"2026-12-24T18:00:00Z"', '"2026-12-24T18:00:00.5+01:00"']],
  [LABEL_KEYS, ['[]', 'app', '[app, example.com/b]']],
  [ARGUMENTS, ['[]', '[sh, -c, "1"]', '[True, 1.10]']],
  [
    ENV,
    ['"A: b"', '{A: True, B: 1.10, C: null}', '[{name: A, value: 1}, {name: B, valueFrom: {fieldRef: {fieldPath: a}}}]', '[]'],
  ],
  [ENV_NAMES, ['A', '[A, B]', '[]']],
  [RESOURCES, ['{limits: {cpu: 1, memory: 1Gi}}', '{}', '{requests: {cpu: 100m}, claims: [{name: a}]}']],
  [CONTAINERS, ['{}', '{a: {image: x}}', '{a: {env: {A: 1}, unset_env: B, command: [], args: [b]}, b: {}}']],
]);

/** Values of the kind, as a rules text has them: YAML on one line. */
export function samplesOf<T>(kind: ValueKind<T>): readonly string[] {
  const { enum: values } = kind.schema;
  const samples = Array.isArray(values) ? values.map((value) => JSON.stringify(value)) : SAMPLES.get(kind);
  if (samples === undefined)
    throw new Error(`there are no samples of a kind of value: add some for ${JSON.stringify(kind.schema)}`);
  return samples;
}

/** What the samples are read as. */
export function valuesOf<T>(kind: ValueKind<T>): readonly T[] {
  return samplesOf(kind)
    .map((sample) => kind.read(nodeOf(sample), REFUSING))
    .filter((value) => value !== undefined);
}

/** What a mapping may give of a table's fields: each of them, or not. */
export function anyGiven<V>(fields: FieldTable<V>, except: readonly (keyof V)[] = []): fc.Arbitrary<Given<V>> {
  const draws = propertiesOf(fields)
    .filter((property) => !except.includes(property))
    .map((property) =>
      fc.option(
        fc.constantFrom(...valuesOf(fields[property].kind)).map((value) => (given: Given<V>) => {
          given[property] = value;
        }),
      ),
    );
  return fc.tuple(...draws).map((puts) => {
    const given: Given<V> = {};
    for (const put of puts) put?.(given);
    return given;
  });
}

export function nodeOf(text: string): YamlNode {
  const tree = readYamlTree(text);
  if (tree.kind === 'unreadable' || tree.root === undefined) throw new Error(`${text} is no YAML`);
  return tree.root;
}

/** For what must be read without a complaint. */
export const REFUSING: Report = Object.assign(
  (severity: string, _: unknown, message: string) => {
    throw new Error(`${severity}: ${message}`);
  },
  { within: () => REFUSING },
);
