import { type Event, kindOfStream } from '../events.ts';
import type { Key } from '../kube/keys.ts';
import type { State } from '../state.ts';

/** Of how many objects an audit found another state than the watch had told: 0, as long as no line of it is lost. */
export function missedBy(before: State, after: State, event: Event): number {
  if (event.type !== 'audited' || before === after) return 0;
  switch (kindOfStream(event.stream)) {
    case 'binding':
    case 'memory':
    case 'configmap':
      return 1;
    case 'deployments':
      // What nobody had looked for yet was not missed.
      return differences(
        before.deployments,
        after.deployments.filterNot((_, key) => before.unseen.has(key)),
      );
    case 'autoscalers':
      return differences(allOf(before.autoscalers), allOf(after.autoscalers));
    case 'budgets':
      return differences(allOf(before.budgets), allOf(after.budgets));
  }
}

interface Objects {
  get(key: Key): unknown;
  keys(): Iterable<Key>;
}

function differences(before: Objects, after: Objects): number {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key) !== after.get(key)).length;
}

function allOf<Item extends { readonly key: Key }>(byNamespace: {
  values(): Iterable<{ values(): Iterable<Item> }>;
}): ReadonlyMap<Key, Item> {
  return new Map([...byNamespace.values()].flatMap((group) => [...group.values()]).map((item) => [item.key, item]));
}
