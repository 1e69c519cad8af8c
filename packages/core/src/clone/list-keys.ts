import { canonicalJson, isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';

/**
 * The lists in a pod template that are maps in truth, with the fields that make their items' keys.
 *
 * Source: `x-kubernetes-list-map-keys` (or the patch merge key) in the published OpenAPI schema of `apps/v1` Deployments.
 * By the list's field name: within a pod template no two such lists of one name have different keys, and `ports` and
 * `claims` occur only inside containers.
 */
export const LIST_KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  ports: ['containerPort', 'protocol'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  volumes: ['name'],
  imagePullSecrets: ['name'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  resourceClaims: ['name'],
  claims: ['name', 'request'],
  schedulingGates: ['name'],
};

/**
 * Collapses items with the same key in every keyed list below `value`: the last one wins, in the place of the first.
 * Stored objects may hold such duplicates (an env name twice, a port twice); server-side apply refuses them.
 * Also drops `null` members: absent and `null` are the same to the API server, but not to server-side apply.
 *
 * Law: is `value` itself where there is nothing to collapse or drop, which is nearly always.
 */
export function collapseDuplicates(value: Json): Json {
  if (isJsonArray(value)) return collapseItems(value);
  return isJsonObject(value) ? collapseMembers(value) : value;
}

export function collapseMembers(object: JsonObject): JsonObject {
  let changed: Record<string, Json> | undefined;
  for (const field of Object.keys(object)) {
    const member = object[field] ?? null;
    const keys = LIST_KEYS[field];
    const inside = collapseDuplicates(member);
    const collapsed = keys !== undefined && isJsonArray(inside) ? lastOfEachKey(inside, keys) : inside;
    if (collapsed === member && member !== null) continue;
    changed ??= { ...object };
    if (collapsed === null) delete changed[field];
    else changed[field] = collapsed;
  }
  return changed ?? object;
}

function collapseItems(items: readonly Json[]): readonly Json[] {
  const collapsed = items.map(collapseDuplicates);
  return collapsed.every((item, index) => item === items[index]) ? items : collapsed;
}

function lastOfEachKey(items: readonly Json[], keys: readonly string[]): readonly Json[] {
  if (items.length < 2) return items;
  const byKey = new Map<string, Json>();
  for (const item of items) {
    const key = isJsonObject(item) ? canonicalJson(keys.map((field) => item[field] ?? null)) : canonicalJson(item);
    byKey.set(key, item);
  }
  return byKey.size === items.length ? items : [...byKey.values()];
}
