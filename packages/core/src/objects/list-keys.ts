import { canonicalJson, isJsonArray, isJsonObject, type Json, type JsonObject } from '../kube/json.ts';

/**
 * The lists in a pod template that are maps in truth, with the fields that make their items' keys.
 *
 * Source: `x-kubernetes-list-map-keys` (or the patch merge key) in the published OpenAPI schema of `apps/v1` Deployments.
 * By the list's field name: within a pod template no two such lists of one name have different keys, and `ports` and
 * `claims` occur only inside containers.
 */
const LIST_KEYS: Readonly<Record<string, readonly string[]>> = {
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
  claims: ['name'],
  schedulingGates: ['name'],
  evictionResponders: ['name'],
};

/** The fields that make the keys of a list's items; `undefined` where it is no keyed list. */
export function keysOfList(field: string): readonly string[] | undefined {
  return Object.hasOwn(LIST_KEYS, field) ? LIST_KEYS[field] : undefined;
}

/**
 * Collapses items with the same key in every keyed list below `value`: the last one wins, in the place of the first.
 * Stored objects may hold such duplicates (an env name twice, a port twice); server-side apply refuses them.
 * Also drops `null` members: absent and `null` are the same to the API server, but not to server-side apply.
 *
 * What has none of this stays the very same object: nearly always all of it.
 */
function collapseDuplicates(value: Json): Json {
  if (isJsonObject(value)) return collapseMembers(value);
  if (!isJsonArray(value)) return value;
  let items: Json[] | undefined;
  for (const [index, item] of value.entries()) {
    const collapsed = collapseDuplicates(item);
    if (collapsed !== item) items ??= value.slice(0, index);
    items?.push(collapsed);
  }
  return items ?? value;
}

export function collapseMembers(object: JsonObject): JsonObject {
  let result: Record<string, Json> | undefined;
  for (const field of Object.keys(object)) {
    const member = object[field] ?? null;
    const collapsed = collapseDuplicates(member);
    const keys = isJsonArray(collapsed) ? keysOfList(field) : undefined;
    const single = keys !== undefined && isJsonArray(collapsed) ? lastOfEachKey(collapsed, keys) : collapsed;
    if (single === member && member !== null) continue;
    result ??= { ...object };
    if (member === null) delete result[field];
    else result[field] = single;
  }
  return result ?? object;
}

function lastOfEachKey(items: readonly Json[], keys: readonly string[]): readonly Json[] {
  if (items.length < 2) return items;
  const byKey = new Map<string, Json>();
  for (const item of items) byKey.set(keyOfItem(item, keys), item);
  return byKey.size === items.length ? items : [...byKey.values()];
}

/** Equal for equal keys, and only for those: no JSON begins as the key does that is one text, which nearly all are. */
function keyOfItem(item: Json, keys: readonly string[]): string {
  const [first = ''] = keys;
  if (keys.length === 1 && isJsonObject(item) && typeof item[first] === 'string') return `=${item[first]}`;
  return canonicalJson(isJsonObject(item) ? keys.map((field) => item[field] ?? null) : item);
}
