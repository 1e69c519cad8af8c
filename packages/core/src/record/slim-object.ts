import type { Json } from '../kube/json.ts';
import { type Key, keyOf } from '../kube/keys.ts';
import { type KubeObject, keyOfObject } from '../kube/kube-object.ts';
import { readAutoscaler, readBudget, writeAutoscaler, writeBudget } from '../objects/companions.ts';
import { writeDeployment } from '../objects/deployment.ts';
import { writeMemory } from '../rules/memory.ts';
import type { State } from '../state.ts';

/* What is left of an object in a slim event (slim-event.ts), and the object anew. */

/** Its name alone, where the state has this very version. */
export function slimDeployment(object: KubeObject, { deployments }: State): Json {
  const known = deployments.get(keyOfObject(object));
  const isKnown = known?.uid === object.uid && known.resourceVersion === object.resourceVersion;
  return isKnown ? { name: known.name, namespace: known.namespace } : object.raw;
}

/** What is no stored object was left as it arrived, and has no name at its top. */
function nameAtTop(object: Json): Key | undefined {
  const { name, namespace } = typeof object === 'object' && object !== null && 'name' in object ? object : {};
  return typeof name !== 'string' || typeof namespace !== 'string' ? undefined : keyOf(namespace, name);
}

export function fullDeployment(object: Json, { deployments }: State): Json {
  const key = nameAtTop(object);
  const known = key === undefined ? undefined : deployments.get(key);
  return known === undefined ? object : writeDeployment(known);
}

/** Its rules are in the state, where they are shared from one version to the next. */
export function slimMemory({ namespace, name, uid, resourceVersion, raw }: KubeObject, { memory }: State): Json {
  const isKnown = memory?.uid === uid && memory.resourceVersion === resourceVersion && !memory.isDamaged;
  return isKnown ? { namespace, name } : raw;
}

export function fullMemory(object: Json, { memory }: State): Json {
  const { namespace, name } = typeof object === 'object' && object !== null && 'name' in object ? object : {};
  if (memory === undefined || namespace === undefined || name === undefined) return object;
  const { uid, resourceVersion } = memory;
  return { metadata: { namespace, name, uid, resourceVersion }, data: writeMemory(memory) };
}

/** One that targets no Deployment is known by its name alone: none of that name does. */
export function slimAutoscaler(object: KubeObject): Json {
  const read = readAutoscaler(object);
  if (read !== undefined) return writeAutoscaler(read);
  const { name, namespace, uid, resourceVersion } = object;
  return { metadata: { name, namespace, uid, resourceVersion } };
}

export function slimBudget(object: KubeObject): Json {
  return writeBudget(readBudget(object));
}
