import type { Json } from '../kube/json.ts';
import type { Key } from '../kube/keys.ts';
import { type KubeObject, readKubeObject } from '../kube/kube-object.ts';
import { readAutoscaler, writeAutoscaler } from '../objects/companions.ts';
import { identityOf } from '../record/redaction/object.ts';
import { type State, streamState } from '../state.ts';
import { audited, differencesIn, without, withoutNamespaces } from './by-namespace.ts';
import { allKeys, concerned } from './concerned.ts';
import type { WatchedKind } from './watched-kind.ts';

/** Autoscalers that target a Deployment: they decide how many replicas it has. */
export const AUTOSCALERS: WatchedKind = {
  needs: { decidable: 'asked', complete: 'asked' },
  listed: (state, { stream, objects }) =>
    objects.reduce(seen, { ...state, autoscalers: withoutNamespaces(state.autoscalers, stream) }),
  audited: (state, list) => {
    const found = list.objects.map(readAutoscaler).filter((autoscaler) => autoscaler !== undefined);
    const autoscalers = audited(state.autoscalers, list, found);
    return autoscalers === state.autoscalers ? state : { ...state, autoscalers };
  },
  seen,
  vanished,
  missed: (before, after) => differencesIn(before.autoscalers, after.autoscalers),
  touched: (before, after, stream) => (streamState(before, stream).listed ? ofChanges(before, after) : allKeys(after)),
  slim,
  full: (object) => object,
  redacted: (raw) => {
    const object = readKubeObject(raw);
    if (object === undefined) return null;
    const autoscaler = readAutoscaler(object);
    return autoscaler === undefined ? { metadata: identityOf(raw) } : writeAutoscaler(autoscaler);
  },
};

function seen(state: State, object: KubeObject): State {
  const autoscaler = readAutoscaler(object);
  if (autoscaler === undefined) return vanished(state, object);
  return { ...state, autoscalers: state.autoscalers.setIn([object.namespace, autoscaler.key], autoscaler) };
}

function vanished(state: State, object: KubeObject): State {
  return { ...state, autoscalers: without(state.autoscalers, object) };
}

/** By each that is new, gone, or has another target. */
function ofChanges(before: State, after: State): Iterable<Key> {
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

/** One that targets no Deployment is known by its name alone: none of that name does. */
function slim(object: KubeObject): Json {
  const read = readAutoscaler(object);
  if (read !== undefined) return writeAutoscaler(read);
  const { name, namespace, uid, resourceVersion } = object;
  return { metadata: { name, namespace, uid, resourceVersion } };
}
