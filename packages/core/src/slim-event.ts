import { writeDeployment } from './deployment.ts';
import { type Event, kindOfStream } from './events.ts';
import type { Json } from './json.ts';
import { keyOf } from './keys.ts';
import { keyOfObject, readKubeObject } from './kube-object.ts';
import type { State } from './state.ts';

/**
 * An event to be kept together with the state that it led to: of a Deployment that is in that state, its name alone is left. As it arrived, with
 * what every manager owns, it is many times what the state has of it.
 *
 * Law: to fold `fullEvent(slimEvent(event, after), after)` is to fold `event`.
 * @param after the state with the event folded in
 */
export function slimEvent(event: Event, after: State): Event {
  return withObjects(event, (object) => {
    const read = readKubeObject(object);
    if (read === undefined) return object;
    const known = after.deployments.get(keyOfObject(read));
    const isKnown = known?.uid === read.uid && known.resourceVersion === read.resourceVersion;
    return isKnown ? { name: known.name, namespace: known.namespace } : object;
  });
}

export function fullEvent(event: Event, after: State): Event {
  return withObjects(event, (object) => {
    // What is no stored object was left as it arrived, and has no name at its top.
    const { name, namespace } = typeof object === 'object' && object !== null && 'name' in object ? object : {};
    if (typeof name !== 'string' || typeof namespace !== 'string') return object;
    const known = after.deployments.get(keyOf(namespace, name));
    return known === undefined ? object : writeDeployment(known);
  });
}

/** The event with each Deployment in it made anew. */
function withObjects(event: Event, make: (object: Json) => Json): Event {
  switch (event.type) {
    case 'listed':
    case 'audited':
      return kindOfStream(event.stream) === 'deployments' ? { ...event, objects: event.objects.map(make) } : event;
    case 'seen':
      return kindOfStream(event.stream) === 'deployments' ? { ...event, object: make(event.object) } : event;
    case 'written':
      return { ...event, object: make(event.object) };
    case 'looked':
      return event.object === undefined ? event : { ...event, object: make(event.object) };
    case 'vanished':
    case 'streamOpened':
    case 'streamFailed':
    case 'deleteAccepted':
    case 'writeFailed':
    case 'lookFailed':
      return event;
  }
}
