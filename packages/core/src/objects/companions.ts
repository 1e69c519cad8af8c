import { isJsonObject, type JsonObject, objectAt, stringAt } from '../kube/json.ts';
import { type Key, keyOf, splitKey } from '../kube/keys.ts';
import { type KubeObject, keyOfObject } from '../kube/kube-object.ts';

/** What the core keeps of a HorizontalPodAutoscaler that targets a Deployment. */
export interface Autoscaler {
  readonly key: Key;
  readonly uid: string;
  readonly resourceVersion: string;
  /** The Deployment whose replicas it decides. */
  readonly target: Key;
}

/** What the core keeps of a PodDisruptionBudget. */
export interface Budget {
  readonly key: Key;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Raw: the pods that it counts. An empty one counts all of its namespace; `undefined`: it counts none. */
  readonly selector: JsonObject | undefined;
}

/** `undefined` where it targets something else. */
export function readAutoscaler(object: KubeObject): Autoscaler | undefined {
  const target = objectAt(object.raw, 'spec', 'scaleTargetRef');
  const name = stringAt(target, 'name');
  if (stringAt(target, 'kind') !== 'Deployment' || name === undefined) return undefined;
  const { uid, resourceVersion, namespace } = object;
  return { key: keyOfObject(object), uid, resourceVersion, target: keyOf(namespace, name) };
}

/** A raw object that {@link readAutoscaler} reads as `autoscaler`. */
export function writeAutoscaler({ key, uid, resourceVersion, target }: Autoscaler): JsonObject {
  return {
    metadata: { ...splitKey(key), uid, resourceVersion },
    spec: { scaleTargetRef: { kind: 'Deployment', name: splitKey(target).name } },
  };
}

export function readBudget(object: KubeObject): Budget {
  const { uid, resourceVersion, namespace } = object;
  const { selector } = objectAt(object.raw, 'spec');
  return { key: keyOfObject(object), namespace, uid, resourceVersion, selector: isJsonObject(selector) ? selector : undefined };
}

/** A raw object that {@link readBudget} reads as `budget`. */
export function writeBudget({ key, uid, resourceVersion, selector }: Budget): JsonObject {
  return { metadata: { ...splitKey(key), uid, resourceVersion }, spec: selector === undefined ? {} : { selector } };
}
