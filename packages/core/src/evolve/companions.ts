import { Map as ImmutableMap } from 'immutable';
import { namespaceOfStream } from '../events.ts';
import { type Key, splitKey } from '../kube/keys.ts';
import { type KubeObject, keyOfObject } from '../kube/kube-object.ts';
import { compareResourceVersions } from '../kube/resource-version.ts';
import { type Autoscaler, type Budget, readAutoscaler, readBudget } from '../objects/companions.ts';
import type { State } from '../state.ts';
import type { List } from './watched-kind.ts';

/**
 * What is known of autoscalers and disruption budgets: the watch tells of them, in order, and audits do. They are by namespace, for that is
 * how they are looked for.
 */
export function autoscalerSeen(state: State, object: KubeObject): State {
  const autoscaler = readAutoscaler(object);
  if (autoscaler === undefined) return autoscalerVanished(state, object);
  return { ...state, autoscalers: state.autoscalers.setIn([object.namespace, autoscaler.key], autoscaler) };
}

export function autoscalerVanished(state: State, object: KubeObject): State {
  return { ...state, autoscalers: without(state.autoscalers, object) };
}

export function autoscalersListed(state: State, { stream, objects }: List): State {
  const others = withoutNamespaces(state.autoscalers, namespaceOfStream(stream));
  return objects.reduce(autoscalerSeen, { ...state, autoscalers: others });
}

export function budgetSeen(state: State, object: KubeObject): State {
  const budget = readBudget(object);
  return { ...state, budgets: state.budgets.setIn([object.namespace, budget.key], budget) };
}

export function budgetVanished(state: State, object: KubeObject): State {
  return { ...state, budgets: without(state.budgets, object) };
}

export function budgetsListed(state: State, { stream, objects }: List): State {
  return objects.reduce(budgetSeen, { ...state, budgets: withoutNamespaces(state.budgets, namespaceOfStream(stream)) });
}

export function autoscalersAudited(state: State, list: List): State {
  const found = list.objects.map(readAutoscaler).filter((autoscaler) => autoscaler !== undefined);
  const autoscalers = audited(state.autoscalers, list, found);
  return autoscalers === state.autoscalers ? state : { ...state, autoscalers };
}

export function budgetsAudited(state: State, list: List): State {
  const budgets = audited(state.budgets, list, list.objects.map(readBudget));
  return budgets === state.budgets ? state : { ...state, budgets };
}

/** `state` with these known, as if each had been seen. */
export function restoreCompanions(state: State, autoscalers: readonly Autoscaler[], budgets: readonly Budget[]): State {
  return { ...state, autoscalers: byNamespace(autoscalers), budgets: byNamespace(budgets) };
}

type ByNamespace<Item> = ImmutableMap<string, ImmutableMap<Key, Item>>;

function byNamespace<Item extends { readonly key: Key }>(items: readonly Item[]): ByNamespace<Item> {
  const groups = Map.groupBy(items, ({ key }) => splitKey(key).namespace);
  return ImmutableMap([...groups].map(([namespace, group]) => [namespace, ImmutableMap(group.map((item) => [item.key, item]))]));
}

/** Newer wins; what the audit lacks is gone, if it was there before. */
function audited<Item extends { readonly key: Key; readonly resourceVersion: string }>(
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

function without<Item>(items: ByNamespace<Item>, object: KubeObject): ByNamespace<Item> {
  return withoutKey(items, object.namespace, keyOfObject(object));
}

function withoutKey<Item>(items: ByNamespace<Item>, namespace: string, key: Key): ByNamespace<Item> {
  const left = items.get(namespace)?.delete(key);
  if (left === undefined) return items;
  return left.isEmpty() ? items.delete(namespace) : items.set(namespace, left);
}

function withoutNamespaces<Item>(items: ByNamespace<Item>, namespaces: '*' | string): ByNamespace<Item> {
  return namespaces === '*' ? items.clear() : items.delete(namespaces);
}
