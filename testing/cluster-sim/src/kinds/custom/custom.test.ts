import { expect, test } from 'vitest';
import { asNewDefinition } from '../../api/custom-definition.ts';
import { type JsonObject, listAt, objectAt, stringAt } from '../../json.ts';
import { causesAgainst } from '../validation/index.ts';
import answers from './answers.json' with { type: 'json' };
import { completeCustom } from './defaults.ts';
import { causesAgainstCustom } from './validation.ts';

/** What a real API server v1.37 answered to definitions that are wrong, and to objects of one that is right. */
const ANSWERS: JsonObject = answers;
const SCHEMA = objectAt(ANSWERS, 'schema');

const rows = (name: string): readonly JsonObject[] => listAt(ANSWERS, name).map((row) => objectAt(row));
const textOf = (cause: unknown): string => JSON.stringify(cause, ['reason', 'field', 'message']);
const told = (row: JsonObject): string => listAt(row, 'causes').map(textOf).join(' ');

test.each(rows('definitions').map((row) => [told(row), row] as const))('a definition: %s', (_told, row) => {
  const definition = asNewDefinition(objectAt(row, 'object'));
  expect(causesAgainst('CustomResourceDefinition', definition, undefined, undefined).map(textOf)).toEqual(
    listAt(row, 'causes').map(textOf),
  );
});

const objectOf = ({ spec }: JsonObject): JsonObject =>
  completeCustom(SCHEMA, { metadata: { name: 't' }, ...(spec === null || spec === undefined ? {} : { spec }) });

const refused = rows('objects').filter((row) => row.causes !== undefined);
const stored = rows('objects').filter((row) => row.stored !== undefined);

test.each(refused.map((row) => [JSON.stringify(row.spec), row] as const))('%s is refused', (_spec, row) => {
  expect(causesAgainstCustom(SCHEMA, objectOf(row), undefined).map(textOf)).toEqual(listAt(row, 'causes').map(textOf));
});

// What the schema does not know is dropped when a body is read, so `unk` stands here still.
test.each(stored.map((row) => [JSON.stringify(row.spec), row] as const))('%s is stored, complete', (_spec, row) => {
  const { unk: _unknown, ...spec } = objectAt(objectOf(row), 'spec');
  expect(spec).toEqual(row.stored);
  expect(causesAgainstCustom(SCHEMA, objectOf(row), undefined)).toEqual([]);
});

test('what is complete comes back as it is', () => {
  const once = completeCustom(SCHEMA, { spec: { a: 'ab', o: {}, m: [{ k: 'x' }] } });
  expect(completeCustom(SCHEMA, once)).toBe(once);
});

test('a status is told by itself', () => {
  const [cause] = causesAgainstCustom(SCHEMA, { metadata: { name: 't' }, status: { ok: 5 } }, 'status');
  expect(stringAt({ ...cause }, 'message')).toBe('Invalid value: "integer": ok in body must be of type boolean: "integer"');
  expect(cause).toMatchObject({ field: 'status.ok', reason: 'FieldValueTypeInvalid' });
});
