import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { anyGiven, nodeOf, REFUSING, samplesOf, valuesOf } from '../../test/field-samples.ts';
import { canonicalJson, type Json } from '../kube/json.ts';
import { CONTAINER_FIELDS } from './container-fields.ts';
import {
  defaultsOf,
  type Field,
  type FieldTable,
  type Given,
  isComplete,
  optional,
  propertiesOf,
  readFields,
  required,
  requiredIn,
  type ValuesOf,
  withDefault,
  writeFields,
} from './field-table.ts';
import { RULE_FIELDS } from './rule-fields.ts';
import { FLAG, oneOf, REPLICAS, TEXT } from './value-kinds.ts';

function read<V>(fields: FieldTable<V>, written: Json): Given<V> {
  const node = nodeOf(canonicalJson(written));
  if (node.kind !== 'mapping') throw new Error('no mapping');
  return readFields(node, fields, REFUSING);
}

/** Each field of both tables. */
function everyField(): readonly (readonly [string, () => void])[] {
  return [...tests(RULE_FIELDS), ...tests(CONTAINER_FIELDS)];
}

function tests<V>(fields: FieldTable<V>): readonly (readonly [string, () => void])[] {
  return propertiesOf(fields).map((property) => [fields[property].name, () => holds(fields[property])]);
}

function holds<T>({ kind, usual, presence, meaning }: Field<T>): void {
  const values = valuesOf(kind);
  expect(values.length).toBe(samplesOf(kind).length);
  for (const value of [...values, ...(usual === undefined ? [] : [usual])])
    expect(kind.read(nodeOf(canonicalJson(kind.write(value))), REFUSING)).toEqual(value);
  expect(usual === undefined).toBe(presence !== 'default');
  expect(meaning).toMatch(/\.$/);
}

describe('given a field of a rule or of a container', () => {
  it.each(everyField())('then what is written of %s is read as the same value, its default too', (_, law) => law());

  it('then each has a name of its own', () => {
    for (const fields of [RULE_FIELDS, CONTAINER_FIELDS]) {
      const names = Object.values<{ name: string; formerly?: string }>(fields).flatMap(({ name, formerly }) =>
        formerly === undefined ? [name] : [name, formerly],
      );
      expect(new Set(names).size).toBe(names.length);
    }
  });
});

describe('given what a mapping gives, when it is written', () => {
  function roundTrip<V>(fields: FieldTable<V>): void {
    const defaults = defaultsOf(fields);
    fc.assert(
      fc.property(anyGiven(fields), (given) => {
        const written = writeFields<V>(given, fields);
        expect({ ...defaults, ...read(fields, written) }).toEqual({ ...defaults, ...given });
        expect(writeFields<V>(read(fields, written), fields)).toEqual(written);
      }),
    );
  }

  it('then it is read as the same', () => {
    roundTrip(RULE_FIELDS);
    roundTrip(CONTAINER_FIELDS);
  });

  it('then nothing is written of defaults', () => {
    expect(writeFields(defaultsOf(RULE_FIELDS), RULE_FIELDS)).toEqual({});
    expect(writeFields(defaultsOf(CONTAINER_FIELDS), CONTAINER_FIELDS)).toEqual({});
  });
});

describe('given a table, then its values have a type of their own', () => {
  const MODES = ['one', 'two'] as const;
  const FIELDS = {
    name: required('name', TEXT, 'A.'),
    least: withDefault('least', REPLICAS, 0, 'B.'),
    mode: withDefault('mode', oneOf(MODES), 'one', 'C.'),
    flag: optional('flag', FLAG, 'D.'),
  };

  it('with what is required or has a default, and maybe with what is optional', () => {
    expectTypeOf<ValuesOf<typeof FIELDS>>().branded.toEqualTypeOf<{
      readonly name: string;
      readonly least: number;
      readonly mode: 'one' | 'two';
      readonly flag?: boolean;
    }>();
    expectTypeOf<{ name: string; least: number; mode: 'one' }>().toExtend<ValuesOf<typeof FIELDS>>();
    expectTypeOf<{ name: string; least: number }>().not.toExtend<ValuesOf<typeof FIELDS>>();
    expect(requiredIn(FIELDS)).toEqual(['name']);
    expect(defaultsOf(FIELDS)).toEqual({ least: 0, mode: 'one' });
  });

  it('and are complete with all but what is optional', () => {
    expect(isComplete(FIELDS, { ...defaultsOf(FIELDS), name: 'a' })).toBe(true);
    expect(isComplete(FIELDS, { ...defaultsOf(FIELDS), flag: true })).toBe(false);
    expect(isComplete(FIELDS, { name: 'a', least: 0 })).toBe(false);
  });
});
