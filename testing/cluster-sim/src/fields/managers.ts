import { isJsonArray, isJsonObject, type Json, type JsonObject, objectAt, stringAt } from '../json.ts';
import { decodeFields, encodeFields, type FieldSet } from './field-set.ts';

type Operation = 'Apply' | 'Update';

/** Who owns something, and how it came to be: one entry of `metadata.managedFields`. */
export interface Manager {
  readonly name: string;
  readonly operation: Operation;
  readonly apiVersion: string;
  /** Empty for the resource's main face. */
  readonly subresource: string;
}

export interface Ownership {
  readonly manager: Manager;
  readonly fields: FieldSet;
  /** As it stands in the entry, to the second; absent where an apply changed nothing of the object. */
  readonly time: string | undefined;
}

/** All owners, by identity. */
export type Owners = ReadonlyMap<string, Ownership>;

export const NO_OWNERS: Owners = new Map();

/** What makes two entries one: an applier is the same whatever version it applied. Sorts as the server sorts managers in messages. */
export function identity({ name, operation, apiVersion, subresource }: Manager): string {
  return JSON.stringify({
    manager: name,
    operation,
    ...(operation === 'Update' && { apiVersion }),
    ...(subresource !== '' && { subresource }),
  });
}

/** How messages call a manager. */
export function managerText({ name, operation, apiVersion, subresource }: Manager): string {
  const face = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`;
  return `${JSON.stringify(name)}${face}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}

const known = new WeakMap<readonly Json[], Owners>();

/** The owners that an object's `metadata.managedFields` tells; undefined where it cannot be read. */
export function ownersOf(object: JsonObject): Owners | undefined {
  const entries = objectAt(object, 'metadata').managedFields;
  if (entries === undefined || entries === null) return NO_OWNERS;
  if (!isJsonArray(entries)) return undefined;
  const remembered = known.get(entries);
  if (remembered !== undefined) return remembered;
  const owners = new Map<string, Ownership>();
  for (const entry of entries) {
    const operation = stringAt(entry, 'operation');
    const apiVersion = stringAt(entry, 'apiVersion') ?? '';
    if ((operation !== 'Apply' && operation !== 'Update') || apiVersion === '' || stringAt(entry, 'fieldsType') !== 'FieldsV1')
      return undefined;
    const manager = {
      name: stringAt(entry, 'manager') ?? '',
      operation,
      apiVersion,
      subresource: stringAt(entry, 'subresource') ?? '',
    } as const;
    const fields = decodeFields(objectAt(entry, 'fieldsV1'));
    if (fields !== undefined) owners.set(identity(manager), { manager, fields, time: stringAt(entry, 'time') });
  }
  known.set(entries, owners);
  return owners;
}

/** Whether a client asks for the owners to be forgotten: by an empty list, or one entry with nothing in it. */
export function asksToForget(object: JsonObject): boolean {
  const entries = objectAt(object, 'metadata').managedFields;
  if (!isJsonArray(entries)) return false;
  const [first] = entries;
  return entries.length === 0 || (entries.length === 1 && isJsonObject(first) && Object.keys(first).length === 0);
}

/** `object` with these owners told in `metadata.managedFields`, in the server's order; without the field where there are none. */
export function withOwners(object: JsonObject, owners: Owners): JsonObject {
  const metadata = objectAt(object, 'metadata');
  if (owners.size === 0) {
    if (metadata.managedFields === undefined) return object;
    const { managedFields: _forgotten, ...rest } = metadata;
    return { ...object, metadata: rest };
  }
  return { ...object, metadata: { ...metadata, managedFields: [...owners.values()].sort(inOrder).map(entryOf) } };
}

function entryOf({ manager, fields, time }: Ownership): JsonObject {
  return {
    manager: manager.name,
    operation: manager.operation,
    apiVersion: manager.apiVersion,
    ...(time !== undefined && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: encodeFields(fields),
    ...(manager.subresource !== '' && { subresource: manager.subresource }),
  };
}

/** Appliers first; then older before younger, one without a time before all. */
function inOrder(one: Ownership, other: Ownership): number {
  return (
    compareText(one.manager.operation, other.manager.operation) ||
    compareText(one.time ?? '', other.time ?? '') ||
    compareText(one.manager.name, other.manager.name) ||
    compareText(one.manager.apiVersion, other.manager.apiVersion) ||
    compareText(one.manager.subresource, other.manager.subresource)
  );
}

export function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** A time as entries have it: to the second. */
export function timeText(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}
