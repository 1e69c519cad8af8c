import { CONFIRM_ANNOTATION } from '../../decide/guardrails/mass-deletion.ts';
import { type Event, type Failure, kindOfStream, type StreamId } from '../../events.ts';
import { type Json, type JsonObject, objectAt, stringMapAt } from '../../kube/json.ts';
import { readKubeObject } from '../../kube/kube-object.ts';
import { readAutoscaler, readBudget, writeAutoscaler, writeBudget } from '../../objects/companions.ts';
import { readDeployment, writeDeployment } from '../../objects/deployment.ts';
import { withRuleLines } from '../../rules/memory.ts';
import { redactDeployment, redactIntent } from './deployment.ts';
import type { Digest } from './digest.ts';
import { redactRuleLine } from './rule.ts';

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
    case 'audited':
      return { ...event, objects: event.objects.map((object) => redactObject(event.stream, object, digest)) };
    case 'seen':
    case 'vanished':
      return { ...event, object: redactObject(event.stream, event.object, digest) };
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

function redactObject(stream: StreamId, raw: Json, digest: Digest): Json {
  switch (kindOfStream(stream)) {
    case 'deployments':
      return redactDeploymentObject(raw, digest);
    case 'autoscalers':
    case 'budgets':
      return companionObject(stream, raw);
    case 'binding':
      return bindingObject(raw);
    case 'configmap':
      return redactConfigMap(raw, digest);
    case 'memory':
      return redactMemory(raw, digest);
  }
}

function companionObject(stream: StreamId, raw: Json): Json {
  const object = readKubeObject(raw);
  if (object === undefined) return null;
  if (kindOfStream(stream) === 'budgets') return writeBudget(readBudget(object));
  const autoscaler = readAutoscaler(object);
  return autoscaler === undefined ? { metadata: identityOf(raw) } : writeAutoscaler(autoscaler);
}

function redactDeploymentObject(raw: Json, digest: Digest): Json {
  const object = readKubeObject(raw);
  return object === undefined ? null : writeDeployment(redactDeployment(readDeployment(object), digest));
}

function redactConfigMap(raw: Json, digest: Digest): Json {
  const data = Object.entries(stringMapAt(raw, 'data')).map(([key, text]) => [key, digest(text)]);
  const annotations = pick(objectAt(raw, 'metadata', 'annotations'), [CONFIRM_ANNOTATION]);
  return { metadata: { ...identityOf(raw), annotations }, data: Object.fromEntries(data) };
}

function redactMemory(raw: Json, digest: Digest): Json {
  const data = withRuleLines(stringMapAt(raw, 'data'), (line) => redactRuleLine(line, digest));
  return { metadata: identityOf(raw), data };
}

function bindingObject(raw: Json): Json {
  return { metadata: identityOf(raw), ...pick(objectAt(raw), ['ruleType', 'cmName', 'cmNamespace', 'cmConfigTag']) };
}

function identityOf(raw: Json): JsonObject {
  return pick(objectAt(raw, 'metadata'), ['namespace', 'name', 'uid', 'resourceVersion', 'generation', 'deletionTimestamp']);
}

function pick(object: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([field]) => fields.includes(field)));
}
