import { Map as ImmutableMap } from 'immutable';
import { namespaceOfStream, type StreamId } from '../events.ts';
import { type Key, splitKey } from '../kube/keys.ts';
import { type KubeObject, keyOfObject } from '../kube/kube-object.ts';
import { compareResourceVersions } from '../kube/resource-version.ts';
import { differences } from './differences.ts';
import type { List } from './watched-kind.ts';

/** Objects by their namespace and key, for that is how they are looked for. */
export type ByNamespace<Item> = ImmutableMap<string, ImmutableMap<Key, Item>>;

export function byNamespace<Item extends { readonly key: Key }>(items: readonly Item[]): ByNamespace<Item> {
  const groups = Map.groupBy(items, ({ key }) => splitKey(key).namespace);
  return ImmutableMap([...groups].map(([namespace, group]) => [namespace, ImmutableMap(group.map((item) => [item.key, item]))]));
}

/** Newer wins; what the audit lacks is gone, if it was there before. */
export function audited<Item extends { readonly key: Key; readonly resourceVersion: string }>(
  items: ByNamespace<Item>,
  { stream, resourceVersion }: List,
  found: readonly Item[],
): ByNamespace<Item> {
  const namespaces = namespaceOfStream(stream);
  const listed = new Set(found.map(({ key }) => key));
  let next = items;
  for (const [namespace, group] of items) {
    if (namespaces !== '*' && namespaces !== namespace) continue;
    for (const { key, resourceVersion: known } of group.values())
      if (!listed.has(key) && compareResourceVersions(known, resourceVersion) <= 0) next = withoutKey(next, namespace, key);
  }
  for (const item of found) {
    const { namespace } = splitKey(item.key);
    const known = next.get(namespace)?.get(item.key);
    if (known === undefined || compareResourceVersions(item.resourceVersion, known.resourceVersion) > 0)
      next = next.set(namespace, (next.get(namespace) ?? ImmutableMap<Key, Item>()).set(item.key, item));
  }
  return next;
}

export function without<Item>(items: ByNamespace<Item>, object: KubeObject): ByNamespace<Item> {
  return withoutKey(items, object.namespace, keyOfObject(object));
}

function withoutKey<Item>(items: ByNamespace<Item>, namespace: string, key: Key): ByNamespace<Item> {
  const left = items.get(namespace)?.delete(key);
  if (left === undefined) return items;
  return left.isEmpty() ? items.delete(namespace) : items.set(namespace, left);
}

/** Without all that a list of `stream` has anew. */
export function withoutNamespaces<Item>(items: ByNamespace<Item>, stream: StreamId): ByNamespace<Item> {
  const namespaces = namespaceOfStream(stream);
  return namespaces === '*' ? items.clear() : items.delete(namespaces);
}

/** How many of them are others. */
export function differencesIn<Item extends { readonly key: Key }>(before: ByNamespace<Item>, after: ByNamespace<Item>): number {
  return differences(allOf(before), allOf(after));
}

function allOf<Item extends { readonly key: Key }>(items: ByNamespace<Item>): ReadonlyMap<Key, Item> {
  return new Map([...items.values()].flatMap((group) => [...group.values()]).map((item) => [item.key, item]));
}
