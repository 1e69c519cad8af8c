import type { Event, Failure } from '../../events.ts';
import { watchedKindOf } from '../../evolve/kinds.ts';
import { redactIntent } from './deployment.ts';
import type { Digest } from './digest.ts';
import { redactDeploymentObject, redactMemory } from './object.ts';

/**
 * An event with all that decisions look at and no value that may be secret.
 *
 * | object | keeps |
 * | --- | --- |
 * | Deployment | what core keeps of it, redacted |
 * | autoscaler, budget | what core keeps of it |
 * | ConfigMap | its metadata's identity, and what it confirms; of each value a digest: what was read of the rules text is recorded beside it |
 * | memory | its metadata's identity, and its rules, redacted |
 * | binding | its metadata's identity, and its own fields |
 * | what is no object | nothing: it changed nothing |
 *
 * Law: to fold redacted events and decide is to fold the events, decide, and redact the decision.
 */
export function redactEvent(event: Event, digest: Digest): Event {
  switch (event.type) {
    case 'listed':
    case 'audited': {
      const { redacted } = watchedKindOf(event.stream);
      return { ...event, objects: event.objects.map((object) => redacted(object, digest)) };
    }
    case 'seen':
    case 'vanished':
      return { ...event, object: watchedKindOf(event.stream).redacted(event.object, digest) };
    case 'written': {
      const { object, unmet } = event;
      return {
        ...event,
        object: redactDeploymentObject(object, digest),
        ...(unmet === undefined ? {} : { unmet: redactIntent(unmet, digest) }),
      };
    }
    case 'looked':
      return event.object === undefined ? event : { ...event, object: redactDeploymentObject(event.object, digest) };
    case 'remembered':
      return { ...event, object: redactMemory(event.object, digest) };
    case 'writeFailed':
    case 'lookFailed':
    case 'rememberFailed':
      return { ...event, failure: redactFailure(event.failure, digest) };
    case 'streamOpened':
    case 'streamFailed':
    case 'deleteAccepted':
      return event;
  }
}

/** The API server's words about a write may quote what was written. */
export function redactFailure(failure: Failure, digest: Digest): Failure {
  return { ...failure, message: digest(failure.message) };
}
