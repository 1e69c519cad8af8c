import type { Limits } from '@ddprofiler-rc/core';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { optional, type Row, readTable, required, rowsOf, type ValuesOf, withDefault } from './row.ts';
import type { Settings } from './settings.ts';
import { TABLE } from './table.ts';
import { anyText, COUNT, SWITCH } from './value-kinds.ts';

const ROWS = {
  name: required('NAME', anyText('a name'), 'A name.'),
  group: {
    most: optional('MOST', COUNT, 'Most of them.'),
    within: { least: withDefault('LEAST', COUNT, '1', 'Fewest of them.') },
  },
  file: optional('FILE', anyText('a path'), 'A file.'),
  loud: withDefault('LOUD', SWITCH, 'false', 'Whether it is loud.'),
};

/** Reads a row's fallback, or what is given for it. */
const reading =
  (given: Readonly<Record<string, string>>) =>
  ({ name, kind, fallback }: Row<unknown>): unknown => {
    const text = given[name] ?? fallback;
    const parsed = text === undefined ? { problem: '' } : kind.parse(text);
    return 'value' in parsed ? parsed.value : undefined;
  };

describe('a table of rows', () => {
  test('has a type for what it reads', () => {
    expectTypeOf<ValuesOf<typeof ROWS>>().branded.toEqualTypeOf<{
      readonly name: string;
      readonly group: { readonly most?: number; readonly within: { readonly least: number } };
      readonly file?: string;
      readonly loud: boolean;
    }>();
    expectTypeOf<Settings['limits']>().branded.toEqualTypeOf<Limits>();
  });

  test('reads each row into its property, and leaves out what is not given', () => {
    expect(readTable(ROWS, reading({ NAME: 'a' }))).toEqual({ name: 'a', group: { within: { least: 1 } }, loud: false });
    expect(readTable(ROWS, reading({ NAME: 'a', MOST: '5', FILE: 'f' }))).toEqual({
      name: 'a',
      group: { most: 5, within: { least: 1 } },
      file: 'f',
      loud: false,
    });
  });

  test('reads nothing where one lacks that must be there', () => {
    expect(readTable(ROWS, reading({}))).toBeUndefined();
    expect(readTable(ROWS, reading({ NAME: 'a', LEAST: 'x' }))).toBeUndefined();
  });

  test('has its rows in order', () => {
    expect(rowsOf(ROWS).map(({ name }) => name)).toEqual(['NAME', 'MOST', 'LEAST', 'FILE', 'LOUD']);
  });
});

describe('each row of the settings', () => {
  test('has a name of its own, as environment variables have it', () => {
    const names = rowsOf(TABLE).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
  });

  test.each(rowsOf(TABLE).map((row) => [row.name, row] as const))('%s takes its own default', (_, row) => {
    expect(row.fallback === undefined).toBe(row.presence !== 'default');
    if (row.fallback !== undefined) expect(row.kind.parse(row.fallback)).toHaveProperty('value');
  });
});
