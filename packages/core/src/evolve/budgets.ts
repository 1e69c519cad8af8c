import { namespaceOfStream } from '../events.ts';
import { canonicalJson } from '../kube/json.ts';
import { type Key, splitKey } from '../kube/keys.ts';
import { type KubeObject, readKubeObject } from '../kube/kube-object.ts';
import { readBudget, writeBudget } from '../objects/companions.ts';
import type { State } from '../state.ts';
import { audited, differencesIn, without, withoutNamespaces } from './by-namespace.ts';
import { allKeys } from './concerned.ts';
import type { WatchedKind } from './watched-kind.ts';

/** Disruption budgets. They only tell of hazards: nothing waits for them. */
export const BUDGETS: WatchedKind = {
  needs: { decidable: 'nothing', complete: 'nothing' },
  listed: (state, { stream, objects }) => objects.reduce(seen, { ...state, budgets: withoutNamespaces(state.budgets, stream) }),
  audited: (state, list) => {
    const budgets = audited(state.budgets, list, list.objects.map(readBudget));
    return budgets === state.budgets ? state : { ...state, budgets };
  },
  seen,
  vanished: (state, object) => ({ ...state, budgets: without(state.budgets, object) }),
  missed: (before, after) => differencesIn(before.budgets, after.budgets),
  touched: (before, after, stream) => ofChanges(before, after, namespaceOfStream(stream)),
  slim: (object) => writeBudget(readBudget(object)),
  full: (object) => object,
  redacted: (raw) => {
    const object = readKubeObject(raw);
    return object === undefined ? null : writeBudget(readBudget(object));
  },
};

function seen(state: State, object: KubeObject): State {
  const budget = readBudget(object);
  return { ...state, budgets: state.budgets.setIn([object.namespace, budget.key], budget) };
}

/** @param where the namespace, or all of them */
function ofChanges(before: State, after: State, where: string): Iterable<Key> {
  if (before.budgets === after.budgets) return [];
  return [...allKeys(before, after)].filter((key) => {
    const { namespace } = splitKey(key);
    const isThere = where === '*' || where === namespace;
    return isThere && selectorsIn(before, namespace) !== selectorsIn(after, namespace);
  });
}

function selectorsIn({ budgets }: State, namespace: string): string {
  return canonicalJson([...(budgets.get(namespace)?.values() ?? [])].map(({ key, selector }) => [key, selector ?? null]));
}
