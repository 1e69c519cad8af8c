import type { Json, JsonObject } from '../json.ts';
import { equalJson, isJsonObject, objectAt, stringAt } from '../json.ts';
import { readFields } from '../schema/read.ts';
import type { Schema } from '../schema/schema.ts';
import { misfits } from './check.ts';
import { compared } from './compare.ts';
import { pathText } from './element.ts';
import { difference, equalFields, type Fields, intersection, paths, union } from './field-set.ts';
import {
  compareText,
  identity,
  type Manager,
  managerText,
  type Owners,
  type Ownership,
  ownersOf,
  timeText,
  withOwners,
} from './managers.ts';
import { merged } from './merge.ts';
import { fieldsIn } from './owned.ts';
import { withNamedFields, withoutFields } from './remove.ts';
import { ownable, settable, withReset } from './stripped.ts';
import { disowned, filtered, keptTimes, recordUpdate } from './update.ts';

/** A server-side apply. */
export interface Intent {
  readonly schema: Schema;
  /** Undefined where the apply creates the object. */
  readonly live: JsonObject | undefined;
  readonly intent: JsonObject;
  readonly manager: string;
  readonly force: boolean;
  readonly apiVersion: string;
  readonly subresource?: string | undefined;
  readonly now: number;
}

interface ConflictCause {
  readonly reason: 'FieldManagerConflict';
  readonly message: string;
  readonly field: string;
}

export type Applied =
  | { readonly kind: 'applied'; readonly object: JsonObject }
  /** Another manager owns with another value what the intent sets: 409. */
  | { readonly kind: 'conflict'; readonly message: string; readonly causes: readonly ConflictCause[] }
  /** The intent cannot be applied at all. An answer 500 has no reason; that is how the server has it. */
  | { readonly kind: 'invalid'; readonly status: 400 | 500; readonly message: string };

/**
 * Lays an intent over the live object.
 *
 * | field                                  | in the intent                                         | not in the intent, but in the manager's last one |
 * | -------------------------------------- | ----------------------------------------------------- | ------------------------------------------------ |
 * | owned by nobody else                   | set, owned                                            | removed                                          |
 * | owned by others too, same value        | shared                                                | stays, owned by the others                       |
 * | owned by others, another value         | conflict; with force, set and taken from them         | stays, owned by the others                       |
 */
export function applyIntent({ schema, live, intent, manager, force, apiVersion, subresource = '', now }: Intent): Applied {
  if (objectAt(intent, 'metadata').managedFields !== undefined && objectAt(intent, 'metadata').managedFields !== null)
    return { kind: 'invalid', status: 400, message: 'metadata.managedFields must be nil' };
  const misfit = misfits(schema, intent);
  if (misfit !== undefined)
    return { kind: 'invalid', status: 500, message: `failed to create typed patch object (${identityText(intent)}): ${misfit}` };

  const applier: Manager = { name: manager === '' ? 'unknown' : manager, operation: 'Apply', apiVersion, subresource };
  const key = identity(applier);
  const intended = settable(schema, subresource, fieldsIn(schema, intent));
  if (live === undefined) {
    const created = readFields(schema, withReset(schema, subresource, intent, {})).value;
    return {
      kind: 'applied',
      object: withOwners(created, ownersWith(new Map(), key, applier, ownable(intended), timeText(now))),
    };
  }

  const before = ownersOf(live);
  if (before === undefined)
    return {
      kind: 'invalid',
      status: 500,
      message: 'failed to decode managed fields: an entry of metadata.managedFields cannot be read',
    };
  const owners = before.size === 0 ? firstOwners(schema, live, apiVersion, subresource, now) : before;
  const last = owners.get(key)?.fields;
  const owned = ownable(intended);
  const fields = equalFields(owned, last) ? last : owned;
  const whole = merged(schema, live, intent) ?? intent;
  const pruned = withoutGivenUp(schema, whole, owners, last, fields, key);
  const object = isJsonObject(pruned) ? pruned : {};

  const comparison = filtered(schema, subresource, compared(schema, live, object));
  const conflicts = conflictsOf(owners, comparison.changed, key);
  if (conflicts.length > 0 && !force) return conflictAnswer(conflicts);

  const isUnchanged = object === live || equalJson(object, live);
  const left = disowned(owners, comparison, key);
  const time = isUnchanged ? owners.get(key)?.time : timeText(now);
  const kept = object === live ? live : withReset(schema, subresource, readFields(schema, object).value, live);
  return {
    kind: 'applied',
    object: keptTimes(live, withOwners(kept, ownersWith(left, key, applier, fields, time))),
  };
}

function ownersWith(
  owners: Map<string, Ownership>,
  key: string,
  manager: Manager,
  fields: Fields,
  time: string | undefined,
): Owners {
  if (fields === undefined) owners.delete(key);
  else owners.set(key, { manager, fields, time });
  return owners;
}

/** An object that lived without owners: all of it counts as written by one, which the first apply then meets. */
function firstOwners(schema: Schema, live: JsonObject, apiVersion: string, subresource: string, now: number): Owners {
  const written = recordUpdate({
    schema,
    before: undefined,
    after: live,
    manager: 'before-first-apply',
    apiVersion,
    subresource,
    now,
  });
  return ownersOf(written) ?? new Map();
}

/**
 * The merged object without what the manager applied last time, does not now, and nobody else owns. What lies below such a field, was never
 * the manager's and is owned by nobody, goes with it only where it is a field of its own: the merged object is asked three times therefore.
 */
function withoutGivenUp(schema: Schema, whole: Json, owners: Owners, last: Fields, now: Fields, key: string): Json {
  if (last === undefined || difference(last, now) === undefined) return whole;
  const mine = withNamedFields(schema, last);
  const managed = [...owners].reduce<Fields>((all, [other, { fields }]) => (other === key ? all : union(all, fields)), now);
  const all = withNamedFields(schema, fieldsIn(schema, whole));
  const setOf = (value: Json): Fields => withNamedFields(schema, fieldsIn(schema, value));
  const bare = withoutFields(schema, whole, mine);
  const unowned = difference(all, union(setOf(bare), withNamedFields(schema, managed)));
  const owned = withoutFields(schema, whole, unowned);
  return withoutFields(schema, whole, intersection(difference(all, setOf(owned)), mine));
}

interface Conflict {
  readonly manager: Manager;
  readonly path: string;
}

function conflictsOf(owners: Owners, changed: Fields, key: string): readonly Conflict[] {
  if (changed === undefined) return [];
  return [...owners]
    .filter(([other]) => other !== key)
    .sort(([one], [other]) => compareText(one, other))
    .flatMap(([, { manager, fields }]) =>
      paths(intersection(fields, changed)).map((path) => ({ manager, path: pathText(path) })),
    );
}

function conflictAnswer(conflicts: readonly Conflict[]): Applied {
  const causes = conflicts.map(
    ({ manager, path }) =>
      ({ reason: 'FieldManagerConflict', message: `conflict with ${managerText(manager)}`, field: path }) as const,
  );
  const [only] = conflicts;
  if (conflicts.length === 1 && only !== undefined)
    return {
      kind: 'conflict',
      message: `Apply failed with 1 conflict: conflict with ${managerText(only.manager)}: ${only.path}`,
      causes,
    };
  const lines: string[] = [];
  let former: Manager | undefined;
  for (const { manager, path } of conflicts) {
    if (manager !== former) lines.push(`conflicts with ${managerText(manager)}:`);
    lines.push(`- ${path}`);
    former = manager;
  }
  return { kind: 'conflict', message: `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`, causes };
}

function identityText(object: JsonObject): string {
  const metadata = objectAt(object, 'metadata');
  const name = `${stringAt(metadata, 'namespace') ?? ''}/${stringAt(metadata, 'name') ?? ''}`;
  const apiVersion = stringAt(object, 'apiVersion') ?? '';
  return `${name}; ${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${stringAt(object, 'kind') ?? ''}`;
}
