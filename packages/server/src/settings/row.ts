import type { ValueKind } from './value-kinds.ts';

/** One row of the table of settings: an environment variable, and a flag of the same name. */
export interface Row<T> {
  readonly name: string;
  readonly kind: ValueKind<T>;
  readonly presence: 'required' | 'optional' | 'default';
  /** As one would write it; a row has it exactly if its presence is `default`. Empty: none at all, for a list. */
  readonly fallback?: string;
  readonly description: string;
  /** What to do when it is missing or wrong, beside setting it. */
  readonly hint?: string;
  /** It is required where the other row has this text, and ignored where it has not. */
  readonly onlyWith?: { readonly row: Row<string>; readonly text: string };
}

/** A row whose value is always there. */
interface Present<T> extends Row<T> {
  readonly presence: 'required' | 'default';
}

/** A row whose value may be absent. */
interface Optional<T> extends Row<T> {
  readonly presence: 'optional';
}

/** Rows, and groups of rows, by the property that each of them becomes. */
export interface Table {
  readonly [property: string]: Row<unknown> | Table;
}

/** What a table reads. */
export type ValuesOf<T> = Properties<T, PresentIn<T>> & Partial<Properties<T, Exclude<keyof T, PresentIn<T>>>>;

/** Maps over keys of the table itself, so that an editor leads from a property to its row. */
type Properties<T, K extends keyof T> = { readonly [P in K]: T[P] extends Row<infer Value> ? Value : ValuesOf<T[P]> };
type PresentIn<T> = { [K in keyof T]: T[K] extends { readonly presence: 'optional' } ? never : K }[keyof T];

/** A group that reads a `V`: it has a row for each property, also for one that may be absent. */
export type GroupOf<V> = {
  readonly [K in keyof V]-?: Record<never, never> extends Pick<V, K> ? Optional<NonNullable<V[K]>> : RowOrGroup<V[K]>;
};
// In brackets, for a union is one row.
type RowOrGroup<T> = [T] extends [string | number | boolean | readonly unknown[]] ? Present<T> : GroupOf<T>;

export function required<T>(name: string, kind: ValueKind<T>, description: string): Present<T> {
  return { name, kind, presence: 'required', description };
}

export function optional<T>(
  name: string,
  kind: ValueKind<T>,
  description: string,
  more: Pick<Row<T>, 'hint' | 'onlyWith'> = {},
): Optional<T> {
  return { name, kind, presence: 'optional', description, ...more };
}

/** @param fallback as one would write it */
export function withDefault<T>(name: string, kind: ValueKind<T>, fallback: string, description: string): Present<T> {
  return { name, kind, presence: 'default', fallback, description };
}

/** Every row, in the order of the table. */
export function rowsOf(table: Table): readonly Row<unknown>[] {
  return Object.values(table).flatMap((one) => (isRow(one) ? [one] : rowsOf(one)));
}

/** Reads each row by `read`; `undefined` where one lacks that must be there. */
export function readTable<T extends Table>(table: T, read: (row: Row<unknown>) => unknown): ValuesOf<T> | undefined {
  const values: Record<string, unknown> = {};
  for (const [property, one] of Object.entries(table)) {
    const value = isRow(one) ? read(one) : readTable(one, read);
    if (value !== undefined) values[property] = value;
  }
  return isComplete(table, values) ? values : undefined;
}

function isComplete<T extends Table>(table: T, values: object): values is ValuesOf<T> {
  return Object.entries(table).every(([property, one]) => one.presence === 'optional' || Object.hasOwn(values, property));
}

function isRow(one: Row<unknown> | Table): one is Row<unknown> {
  return typeof one.name === 'string';
}

/** `CRD_NAME` → `crd-name`: flags are named like variables, with a dash for each underscore. */
export function flagOf(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

/** In one line of one form: `NAME: what it got; accepted: …; what to do`. */
export function complaint({ name, kind, hint }: Row<unknown>, what: string): string {
  return `${name}: ${what}; accepted: ${kind.accepted}; set ${name} or --${flagOf(name)}${hint === undefined ? '' : ` (${hint})`}`;
}
