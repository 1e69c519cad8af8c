import { type JsonObject, listAt, objectAt, stringAt } from '../json.ts';
import type { Cause } from '../kinds/index.ts';
import { type Address, subjectOf } from './address.ts';
import { rulesOf, storageKey } from './resource-rules.ts';
import { badRequest, conflict, invalid, MODIFIED, unexpected } from './status-error.ts';
import { cause } from './write-options.ts';

/**
 * Whether an object is the one that a path and the store mean. In the order in which the real server asks:
 *
 *   name and namespace (400) → UID of a PUT (409) → resourceVersion (409, 422) → what never changes (422, with all else that is invalid)
 */

/** @throws Refusal 400 */
export function checkPlace({ name = '', namespace, info }: Address, object: JsonObject): void {
  const given = stringAt(object, 'metadata', 'name') ?? '';
  if (given === '') throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (given !== name) throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
  if (info.namespaced) checkNamespace(namespace, object);
}

/** @throws Refusal 400 */
export function checkNamespace(namespace: string | undefined, object: JsonObject): void {
  const given = stringAt(object, 'metadata', 'namespace') ?? '';
  if (given !== '' && given !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

/** Of a PUT: its UID, where it tells one, is a precondition. @throws Refusal 409 */
export function checkUid(address: Address, before: JsonObject, given: JsonObject): void {
  const expected = stringAt(given, 'metadata', 'uid') ?? '';
  const uid = stringAt(before, 'metadata', 'uid') ?? '';
  if (expected === '' || expected === uid) return;
  const key = storageKey(address.info, address.namespace, address.name ?? '');
  const why = `Precondition failed: UID in precondition: ${expected}, UID in object meta: ${uid}`;
  throw conflict(
    subjectOf(address),
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`,
  );
}

/** The resourceVersion of the object that is to be written must be that of the stored one. @throws Refusal 409, 422, 500 */
export function checkVersion(address: Address, before: JsonObject, given: JsonObject): void {
  const expected = stringAt(given, 'metadata', 'resourceVersion') ?? '';
  if (!/^\d*$/.test(expected)) throw unexpected(`strconv.ParseUint: parsing ${JSON.stringify(expected)}: invalid syntax`);
  if (expected === '' || expected === '0') {
    if (rulesOf(address.info).needsVersion !== true || address.subresource === 'scale') return;
    throw invalid(subjectOf(address), [
      cause('Invalid', 'metadata.resourceVersion', 'Invalid value: 0: must be specified for an update'),
    ]);
  }
  if (expected !== stringAt(before, 'metadata', 'resourceVersion')) throw conflict(subjectOf(address), MODIFIED);
}

const IMMUTABLE = ['uid', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const;

/** What of the metadata a write may not change, in the words of a validation error. */
export function fixedMetadataCauses(before: JsonObject, given: JsonObject): readonly Cause[] {
  const stored = objectAt(before, 'metadata');
  const wanted = objectAt(given, 'metadata');
  const causes = IMMUTABLE.flatMap((field) => {
    const value = wanted[field];
    if (value === undefined || value === null || value === '' || value === stored[field]) return [];
    return [cause('Invalid', `metadata.${field}`, `Invalid value: ${JSON.stringify(value)}: field is immutable`)];
  });
  if (stored.deletionTimestamp === undefined) return causes;
  const former = listAt(stored, 'finalizers');
  const added = listAt(wanted, 'finalizers').filter((finalizer) => !former.includes(finalizer));
  if (added.length === 0) return causes;
  const found = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}}`;
  const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${found}`;
  return [...causes, cause('Forbidden', 'metadata.finalizers', message)];
}
