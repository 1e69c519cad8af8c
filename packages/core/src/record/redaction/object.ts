import { CONFIRM_ANNOTATION } from '../../decide/guardrails/mass-deletion.ts';
import { type Json, type JsonObject, objectAt, stringMapAt } from '../../kube/json.ts';
import { readKubeObject } from '../../kube/kube-object.ts';
import { readAutoscaler, readBudget, writeAutoscaler, writeBudget } from '../../objects/companions.ts';
import { readDeployment, writeDeployment } from '../../objects/deployment.ts';
import { withRuleLines } from '../../rules/memory.ts';
import { redactDeployment } from './deployment.ts';
import type { Digest } from './digest.ts';
import { redactRuleLine } from './rule.ts';

/* Raw objects of each kind, as the table of event.ts has them. */

export function redactAutoscaler(raw: Json): Json {
  const object = readKubeObject(raw);
  if (object === undefined) return null;
  const autoscaler = readAutoscaler(object);
  return autoscaler === undefined ? { metadata: identityOf(raw) } : writeAutoscaler(autoscaler);
}

export function redactBudget(raw: Json): Json {
  const object = readKubeObject(raw);
  return object === undefined ? null : writeBudget(readBudget(object));
}

export function redactDeploymentObject(raw: Json, digest: Digest): Json {
  const object = readKubeObject(raw);
  return object === undefined ? null : writeDeployment(redactDeployment(readDeployment(object), digest));
}

export function redactConfigMap(raw: Json, digest: Digest): Json {
  const data = Object.entries(stringMapAt(raw, 'data')).map(([key, text]) => [key, digest(text)]);
  const annotations = pick(objectAt(raw, 'metadata', 'annotations'), [CONFIRM_ANNOTATION]);
  return { metadata: { ...identityOf(raw), annotations }, data: Object.fromEntries(data) };
}

export function redactMemory(raw: Json, digest: Digest): Json {
  const data = withRuleLines(stringMapAt(raw, 'data'), (line) => redactRuleLine(line, digest));
  return { metadata: identityOf(raw), data };
}

export function redactBinding(raw: Json): Json {
  return { metadata: identityOf(raw), ...pick(objectAt(raw), ['ruleType', 'cmName', 'cmNamespace', 'cmConfigTag']) };
}

function identityOf(raw: Json): JsonObject {
  return pick(objectAt(raw, 'metadata'), ['namespace', 'name', 'uid', 'resourceVersion', 'generation', 'deletionTimestamp']);
}

function pick(object: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([field]) => fields.includes(field)));
}
