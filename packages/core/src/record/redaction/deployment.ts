import { DEFAULT_CONTAINER_ANNOTATION } from '../../clone/container.ts';
import { isOwnAnnotation } from '../../clone/mark.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, stringMapAt } from '../../kube/json.ts';
import type { Deployment } from '../../objects/deployment.ts';
import type { Intent } from '../../objects/intent.ts';
import type { Digest } from './digest.ts';
import { redactArgument } from './rule.ts';

/**
 * Values that may be secret, as digests; all that decisions look at stays.
 *
 * | where | becomes a digest |
 * | --- | --- |
 * | annotations, of the Deployment and of its pods | every value, but for what we write on a clone, and the default container's name |
 * | pod template: `env`, `httpHeaders` | `value` of each entry |
 * | pod template: `command`, `args` | each entry, but for the flag of leader election |
 * | pod template: `volumeAttributes`, `options` | each value |
 *
 * The empty text stays: to the API server an empty value is an absent one.
 */
export function redactDeployment(deployment: Deployment, digest: Digest): Deployment {
  const { annotations, spec, accepted } = deployment;
  return {
    ...deployment,
    annotations: redactAnnotations(annotations, digest),
    spec: redactSpec(spec, digest),
    accepted: accepted && {
      intent: redactIntent(accepted.intent, digest),
      answer: redactDeployment(accepted.answer, digest),
    },
  };
}

export function redactIntent(intent: Intent, digest: Digest): Intent {
  const { metadata, spec } = intent;
  return {
    ...intent,
    metadata: { ...metadata, annotations: redactAnnotations(metadata.annotations, digest) },
    spec: redactSpec(spec, digest),
  };
}

function isKept(name: string, value: string): boolean {
  return name === DEFAULT_CONTAINER_ANNOTATION || isOwnAnnotation(name, value);
}

function redactAnnotations(annotations: Readonly<Record<string, string>>, digest: Digest): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(annotations).map(([name, value]) => [name, isKept(name, value) ? value : digest(value)]),
  );
}

function redactSpec(spec: JsonObject, digest: Digest): JsonObject {
  const { template } = spec;
  if (!isJsonObject(template)) return spec;
  const { metadata } = template;
  const annotated =
    isJsonObject(metadata) && isJsonObject(metadata.annotations)
      ? { ...template, metadata: { ...metadata, annotations: redactAnnotations(stringMapAt(metadata, 'annotations'), digest) } }
      : template;
  return {
    ...spec,
    template: { ...annotated, ...('spec' in template ? { spec: redactWithin(template.spec ?? null, digest) } : {}) },
  };
}

/** Fields of a pod whose whole content may be secret, and lists whose entries' `value` may be. */
const SECRET_FIELDS = new Set(['command', 'args', 'volumeAttributes', 'options']);
const LISTS_OF_VALUES = new Set(['env', 'httpHeaders']);

function redactWithin(value: Json, digest: Digest): Json {
  if (isJsonArray(value)) return value.map((item) => redactWithin(item, digest));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, member]): [string, Json] => {
      if (SECRET_FIELDS.has(field)) return [field, redactWhole(member, (text) => redactArgument(text, digest))];
      if (LISTS_OF_VALUES.has(field) && isJsonArray(member)) return [field, member.map((entry) => redactValue(entry, digest))];
      return [field, redactWithin(member, digest)];
    }),
  );
}

/** An `EnvVar`, or a header. */
function redactValue(entry: Json, digest: Digest): Json {
  if (!isJsonObject(entry) || !('value' in entry)) return entry;
  return { ...entry, value: redactWhole(entry.value ?? null, digest) };
}

/** Every text in `value`. */
function redactWhole(value: Json, digest: Digest): Json {
  if (typeof value === 'string') return digest(value);
  if (isJsonArray(value)) return value.map((item) => redactWhole(item, digest));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, redactWhole(member, digest)]));
}
