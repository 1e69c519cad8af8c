/** `namespace/name` of a Deployment. For a clone it is the unit of queueing, retry and ordering. */
export type Key = `${string}/${string}`;

export function keyOf(namespace: string, name: string): Key {
  return `${namespace}/${name}`;
}

/** Splits a key at its slash; namespaces and names contain none. */
export function splitKey(key: Key): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
