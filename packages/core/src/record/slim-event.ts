import type { Event } from '../events.ts';
import { KINDS, watchedKindOf } from '../evolve/kinds.ts';
import type { WatchedKind } from '../evolve/watched-kind.ts';
import type { Json } from '../kube/json.ts';
import { readKubeObject } from '../kube/kube-object.ts';
import type { State } from '../state.ts';

/**
 * An event to be kept together with the state that it led to: of a Deployment or a memory that is in that state, its name alone is left; of an autoscaler
 * or a budget, what the state would have of it. As it arrived, with what every manager owns, an object is many times that.
 *
 * Law: to fold `fullEvent(slimEvent(event, after), after)` is to fold `event`.
 * @param after the state with the event folded in
 */
export function slimEvent(event: Event, after: State): Event {
  return withObjects(event, (object, { slim }) => {
    const read = readKubeObject(object);
    return read === undefined ? object : slim(read, after);
  });
}

export function fullEvent(event: Event, after: State): Event {
  return withObjects(event, (object, { full }) => full(object, after));
}

/** The event with each object in it made anew; of what vanished the name alone matters. */
function withObjects(event: Event, make: (object: Json, kind: WatchedKind) => Json): Event {
  switch (event.type) {
    case 'listed':
    case 'audited': {
      const kind = watchedKindOf(event.stream);
      return { ...event, objects: event.objects.map((object) => make(object, kind)) };
    }
    case 'seen':
      return { ...event, object: make(event.object, watchedKindOf(event.stream)) };
    case 'written':
      return { ...event, object: make(event.object, KINDS.deployments) };
    case 'remembered':
      return { ...event, object: make(event.object, KINDS.memory) };
    case 'looked':
      return event.object === undefined ? event : { ...event, object: make(event.object, KINDS.deployments) };
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
