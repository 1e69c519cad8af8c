import { Ajv2020 } from 'ajv/dist/2020.js';
import { load } from 'js-yaml';
import { expect, it } from 'vitest';
import { samplesOf, valuesOf } from '../../test/field-samples.ts';
import { canonicalJson } from '../kube/json.ts';
import { CONTAINER_FIELDS } from './container-fields.ts';
import { type Field, type FieldTable, propertiesOf } from './field-table.ts';
import { rulesSchema } from './json-schema.ts';
import { RULE_FIELDS } from './rule-fields.ts';

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { 'date-time': true } });
const isValid = ajv.compile(rulesSchema());

/** Each field with each sample that it reads, and as it writes it. */
function samplesIn<V>(fields: FieldTable<V>): readonly (readonly [string, string])[] {
  return propertiesOf(fields).flatMap((property) => sampled(fields[property]));
}

function sampled<T>({ name, kind, formerly }: Field<T>): readonly (readonly [string, string])[] {
  const texts = [...samplesOf(kind), ...valuesOf(kind).map((value) => canonicalJson(kind.write(value)))];
  const names = formerly === undefined ? [name] : [name, formerly];
  return names.flatMap((one) => texts.map((text) => [one, text] as const));
}

const rule = (more: string) => `shop: {deployments: {web: {${more}}}}`;
const NEEDED = { scale_factor: '1', name_suffix: 'p' };

it.each(samplesIn(RULE_FIELDS))('given a rule with %s: %s, then the schema takes it as what reads rules does', (name, sample) => {
  const fields = Object.entries({ ...NEEDED, [name]: sample }).map(([one, value]) => `${one}: ${value}`);
  expect(isValid(load(rule(fields.join(', ')))), JSON.stringify(isValid.errors)).toBe(true);
});

it.each(samplesIn(CONTAINER_FIELDS))('given a container with %s: %s, then the schema takes it too', (name, sample) => {
  const text = rule(`scale_factor: 1, name_suffix: p, containers: {a: {${name}: ${sample}}}`);
  expect(isValid(load(text)), JSON.stringify(isValid.errors)).toBe(true);
});
