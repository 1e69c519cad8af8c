import { Map as ImmutableMap } from 'immutable';
import { type Autoscaler, type Budget, readAutoscaler, readBudget } from './companions.ts';
import { type Key, splitKey } from './keys.ts';
import { type KubeObject, keyOfObject } from './kube-object.ts';
import type { State } from './state.ts';

/**
 * What is known of autoscalers and disruption budgets: nobody but the watch tells of them, in order. They are by namespace, for that is
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

/** @param namespaces those that the list is of */
export function autoscalersListed(state: State, namespaces: '*' | string, objects: readonly KubeObject[]): State {
  return objects.reduce(autoscalerSeen, { ...state, autoscalers: withoutNamespaces(state.autoscalers, namespaces) });
}

export function budgetSeen(state: State, object: KubeObject): State {
  const budget = readBudget(object);
  return { ...state, budgets: state.budgets.setIn([object.namespace, budget.key], budget) };
}

export function budgetVanished(state: State, object: KubeObject): State {
  return { ...state, budgets: without(state.budgets, object) };
}

export function budgetsListed(state: State, namespaces: '*' | string, objects: readonly KubeObject[]): State {
  return objects.reduce(budgetSeen, { ...state, budgets: withoutNamespaces(state.budgets, namespaces) });
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

function without<Item>(items: ByNamespace<Item>, object: KubeObject): ByNamespace<Item> {
  const left = items.get(object.namespace)?.delete(keyOfObject(object));
  if (left === undefined) return items;
  return left.isEmpty() ? items.delete(object.namespace) : items.set(object.namespace, left);
}

function withoutNamespaces<Item>(items: ByNamespace<Item>, namespaces: '*' | string): ByNamespace<Item> {
  return namespaces === '*' ? items.clear() : items.delete(namespaces);
}
