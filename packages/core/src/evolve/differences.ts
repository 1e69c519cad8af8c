import type { Key } from '../kube/keys.ts';

interface Objects {
  get(key: Key): unknown;
  keys(): Iterable<Key>;
}

/** How many keys have another value. */
export function differences(before: Objects, after: Objects): number {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key) !== after.get(key)).length;
}

export function allOf<Item extends { readonly key: Key }>(byNamespace: {
  values(): Iterable<{ values(): Iterable<Item> }>;
}): ReadonlyMap<Key, Item> {
  return new Map([...byNamespace.values()].flatMap((group) => [...group.values()]).map((item) => [item.key, item]));
}
