import { canonicalJson, type Json } from '../kube/json.ts';
import { type Key, splitKey } from '../kube/keys.ts';
import { keyOfObject, readKubeObject } from '../kube/kube-object.ts';
import { isSameForDecisions } from '../objects/deployment.ts';
import { knownSourceOf, type State } from '../state.ts';
import { isMade } from './interest.ts';

/* The keys whose decision may be another, once objects of one kind are others: parts of touched.ts. */

/** By autoscalers: one that is new, gone, or has another target. */
export function concernedByAutoscalers(before: State, after: State): Iterable<Key> {
  if (before.autoscalers === after.autoscalers) return [];
  const [former, present] = [targetsIn(before), targetsIn(after)];
  const changed = [...former, ...present].filter(([key]) => former.get(key) !== present.get(key));
  return concerned(
    before,
    after,
    changed.map(([, target]) => target),
  );
}

/** Of each autoscaler, by its own key. */
function targetsIn({ autoscalers }: State): ReadonlyMap<Key, Key> {
  const all = [...autoscalers.values()].flatMap((some) => [...some.values()]);
  return new Map(all.map(({ key, target }) => [key, target]));
}

/** By the budgets of a namespace, or of all. */
export function concernedByBudgets(before: State, after: State, where: string): Iterable<Key> {
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

/** Every key that a decision can be asked for: of each rule in force, of each that was, and of whatever else bears our mark. */
export function allKeys(...states: readonly State[]): ReadonlySet<Key> {
  const keys = new Set<Key>();
  for (const state of states) {
    for (const key of state.book.rules.keys()) keys.add(key);
    for (const key of state.book.removals.keys()) keys.add(key);
    for (const key of state.unclaimed.keys()) keys.add(key);
  }
  return keys;
}

/** By the Deployment that one event is about. */
export function concernedByDeployment(before: State, after: State, raw: Json): ReadonlySet<Key> {
  const isSame =
    before.deployments === after.deployments && before.unseen === after.unseen && before.unclaimed === after.unclaimed;
  if (isSame) return new Set();
  const object = readKubeObject(raw);
  if (object === undefined) return new Set();
  const key = keyOfObject(object);
  // A clone that comes up may put the presence of its source in question, which others follow too.
  const source = after.ours.has(key) ? knownSourceOf(after, key) : undefined;
  return concerned(before, after, changedAmong(before, after, source === undefined ? [key] : [key, source]));
}

/** By all Deployments that are others now. */
export function concernedByDeployments(before: State, after: State): ReadonlySet<Key> {
  const changed: Key[] = [];
  for (const [key, deployment] of after.deployments) if (before.deployments.get(key) !== deployment) changed.push(key);
  for (const key of before.deployments.keys()) if (!after.deployments.has(key)) changed.push(key);
  for (const one of [before.unseen, after.unseen, before.unclaimed, after.unclaimed]) changed.push(...one.keys());
  return concerned(before, after, changedAmong(before, after, changed));
}

export function changedAmong(before: State, after: State, keys: readonly Key[]): readonly Key[] {
  return keys.filter(
    (key) =>
      before.unseen.get(key) !== after.unseen.get(key) ||
      before.unclaimed.get(key)?.uid !== after.unclaimed.get(key)?.uid ||
      !isSameForDecisions(before.deployments.get(key), after.deployments.get(key)),
  );
}

/** The keys that hang on these Deployments. */
export function concerned(before: State, after: State, deployments: readonly Key[]): ReadonlySet<Key> {
  const keys = new Set<Key>();
  for (const key of deployments) {
    for (const { book, unclaimed } of [before, after]) {
      if (isMade(book, key) || unclaimed.has(key)) keys.add(key);
      for (const clone of book.clonesOf.get(key) ?? []) keys.add(clone);
    }
  }
  return keys;
}
