import { isJsonObject, type Json, type JsonObject, numberAt, objectAt, stringAt } from './json.ts';
import { type Key, keyOf } from './keys.ts';

/** Any object of the Kubernetes API, raw, with the parts of its metadata that identity and order hang on checked once. */
export interface KubeObject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** True from the moment that deletion was asked for (`metadata.deletionTimestamp`). */
  readonly terminating: boolean;
  readonly raw: JsonObject;
}

/**
 * The one place where raw JSON of the API server is narrowed to an object with an identity.
 * @returns `undefined` where `metadata.name`, `uid` or `resourceVersion` is absent: such a thing is no stored object.
 */
export function readKubeObject(raw: Json | undefined): KubeObject | undefined {
  if (!isJsonObject(raw)) return undefined;
  const metadata = objectAt(raw, 'metadata');
  const name = stringAt(metadata, 'name');
  const uid = stringAt(metadata, 'uid');
  const resourceVersion = stringAt(metadata, 'resourceVersion');
  if (name === undefined || uid === undefined || resourceVersion === undefined) return undefined;
  const namespace = stringAt(metadata, 'namespace') ?? '';
  return { namespace, name, uid, resourceVersion, terminating: metadata.deletionTimestamp !== undefined, raw };
}

export function keyOfObject(object: KubeObject): Key {
  return keyOf(object.namespace, object.name);
}

/** `metadata.generation`: counts changes of the spec, not of the status. 0 where absent. */
export function generationOf(object: KubeObject): number {
  return numberAt(objectAt(object.raw, 'metadata'), 'generation') ?? 0;
}
