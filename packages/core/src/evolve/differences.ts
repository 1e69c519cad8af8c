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
