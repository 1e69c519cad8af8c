import type { JsonObject } from '@ddprofiler-rc/core';
import { stringAt } from '../json.ts';
import type { Cause } from './resource-info.ts';

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Why no object can have such a name; names of almost all kinds are DNS subdomains (RFC 1123). */
export function nameCauses(object: JsonObject): readonly Cause[] {
  const name = stringAt(object, 'metadata', 'name') ?? '';
  if (SUBDOMAIN.test(name) && name.length <= 253) return [];
  const message =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
  return [{ reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(name)}: ${message}`, field: 'metadata.name' }];
}
