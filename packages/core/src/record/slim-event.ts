import { type Event, kindOfStream, type StreamKind } from '../events.ts';
import type { Json } from '../kube/json.ts';
import { keyOf } from '../kube/keys.ts';
import { type KubeObject, keyOfObject, readKubeObject } from '../kube/kube-object.ts';
import { readAutoscaler, readBudget, writeAutoscaler, writeBudget } from '../objects/companions.ts';
import { writeDeployment } from '../objects/deployment.ts';
import { writeMemory } from '../rules/memory.ts';
import type { State } from '../state.ts';

/**
 * An event to be kept together with the state that it led to: of a Deployment or a memory that is in that state, its name alone is left; of an autoscaler
 * or a budget, what the state would have of it. As it arrived, with what every manager owns, an object is many times that.
 *
 * Law: to fold `fullEvent(slimEvent(event, after), after)` is to fold `event`.
 * @param after the state with the event folded in
 */
export function slimEvent(event: Event, after: State): Event {
  return withObjects(event, (object, kind) => {
    const read = readKubeObject(object);
    if (read === undefined) return object;
    switch (kind) {
      case 'memory':
        return slimMemory(read, after);
      case 'deployments':
        return slimDeployment(read, after);
      case 'autoscalers':
        return slimAutoscaler(read);
      case 'budgets':
        return writeBudget(readBudget(read));
      default:
        return object;
    }
  });
}

export function fullEvent(event: Event, after: State): Event {
  return withObjects(event, (object, kind) => {
    if (kind === 'memory') return fullMemory(object, after);
    if (kind !== 'deployments') return object;
    // What is no stored object was left as it arrived, and has no name at its top.
    const { name, namespace } = typeof object === 'object' && object !== null && 'name' in object ? object : {};
    if (typeof name !== 'string' || typeof namespace !== 'string') return object;
    const known = after.deployments.get(keyOf(namespace, name));
    return known === undefined ? object : writeDeployment(known);
  });
}

function slimDeployment(object: KubeObject, { deployments }: State): Json {
  const known = deployments.get(keyOfObject(object));
  const isKnown = known?.uid === object.uid && known.resourceVersion === object.resourceVersion;
  return isKnown ? { name: known.name, namespace: known.namespace } : object.raw;
}

/** Its rules are in the state, where they are shared from one version to the next. */
function slimMemory({ namespace, name, uid, resourceVersion, raw }: KubeObject, { memory }: State): Json {
  const isKnown = memory?.uid === uid && memory.resourceVersion === resourceVersion && !memory.isDamaged;
  return isKnown ? { namespace, name } : raw;
}

function fullMemory(object: Json, { memory }: State): Json {
  const { namespace, name } = typeof object === 'object' && object !== null && 'name' in object ? object : {};
  if (memory === undefined || namespace === undefined || name === undefined) return object;
  const { uid, resourceVersion } = memory;
  return { metadata: { namespace, name, uid, resourceVersion }, data: writeMemory(memory) };
}

/** One that targets no Deployment is known by its name alone: none of that name does. */
function slimAutoscaler(object: KubeObject): Json {
  const read = readAutoscaler(object);
  if (read !== undefined) return writeAutoscaler(read);
  const { name, namespace, uid, resourceVersion } = object;
  return { metadata: { name, namespace, uid, resourceVersion } };
}

/** The event with each object in it made anew; of what vanished the name alone matters. */
function withObjects(event: Event, make: (object: Json, kind: StreamKind) => Json): Event {
  switch (event.type) {
    case 'listed':
    case 'audited': {
      const kind = kindOfStream(event.stream);
      return { ...event, objects: event.objects.map((object) => make(object, kind)) };
    }
    case 'seen':
      return { ...event, object: make(event.object, kindOfStream(event.stream)) };
    case 'written':
      return { ...event, object: make(event.object, 'deployments') };
    case 'remembered':
      return { ...event, object: make(event.object, 'memory') };
    case 'looked':
      return event.object === undefined ? event : { ...event, object: make(event.object, 'deployments') };
    case 'vanished':
    case 'streamOpened':
    case 'streamFailed':
    case 'deleteAccepted':
    case 'writeFailed':
    case 'lookFailed':
    case 'rememberFailed':
      return event;
  }
}
