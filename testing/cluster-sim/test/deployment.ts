import type { JsonObject } from '../src/json.ts';
import { schemaOf } from '../src/schema/index.ts';
import type { Schema } from '../src/schema/schema.ts';

/** The type of a built-in kind that these tests cannot do without. */
export function kind(group: string, version: string, name: string): Schema {
  const schema = schemaOf({ group, version, kind: name });
  if (schema === undefined) throw new Error(`no type for ${group}/${version} ${name}`);
  return schema;
}

export const DEPLOYMENT: Schema = kind('apps', 'v1', 'Deployment');

/** A Deployment that says no more than `spec` and `metadata` do. */
export function deployment(spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop', ...metadata }, spec };
}

/** A spec with these containers. */
export function containers(...list: readonly JsonObject[]): JsonObject {
  return { template: { spec: { containers: list } } };
}
