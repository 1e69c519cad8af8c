import type { JsonObject } from '@ddprofiler-rc/core';
import { isJsonObject, listAt, numberAt, objectAt, stringAt } from '../json.ts';
import type { Exchange } from '../request.ts';
import { schemaOf } from '../schema/index.ts';
import type { ClusterState } from '../state.ts';
import type { Expected } from './body.ts';
import { invalid } from './status-error.ts';
import { answerOf, finish, isObject, type WriteContext } from './write.ts';
import { cause, type WriteOptions } from './write-options.ts';

/** What stands in the body of a scale subresource. */
export const SCALE: Expected = {
  kind: 'Scale',
  group: 'autoscaling',
  version: 'v1',
  schema: schemaOf({ group: 'autoscaling', version: 'v1', kind: 'Scale' }),
  isCustom: false,
};

/** The `Scale` of a Deployment or ReplicaSet, as its subresource shows it. Replicas that are asked for are left out where they are 0. */
export function scaleOf(object: JsonObject): JsonObject {
  const { namespace = '', name = '', uid = '', resourceVersion = '', creationTimestamp = '' } = objectAt(object, 'metadata');
  const replicas = numberAt(object, 'spec', 'replicas') ?? 0;
  const selector = selectorText(objectAt(object, 'spec', 'selector'));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: numberAt(object, 'status', 'replicas') ?? 0, ...(selector === '' ? {} : { selector }) },
  };
}

/** Writes the replicas of a Scale, and nothing else; a Scale is answered. @throws Refusal 422 */
export function writeScale(
  state: ClusterState,
  context: WriteContext,
  options: WriteOptions,
  before: JsonObject,
  scale: JsonObject,
): Exchange {
  const replicas = numberAt(scale, 'spec', 'replicas') ?? 0;
  checkReplicas(context, replicas);
  const object = { ...before, spec: { ...objectAt(before, 'spec'), replicas } };
  return answeredAsScale(finish(context, options, { state, before, object, isRecorded: false, causes: [] }));
}

export function checkReplicas({ address }: WriteContext, replicas: number): void {
  if (replicas >= 0) return;
  const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
  throw invalid({ kind: 'Scale', group: 'autoscaling', name: address.name ?? '' }, [cause('Invalid', 'spec.replicas', message)]);
}

export function answeredAsScale(exchange: Exchange): Exchange {
  const { answer } = exchange;
  return isObject(answer) ? { ...exchange, answer: answerOf(answer.status, scaleOf(answer.body)) } : exchange;
}

/** As a label selector is written: requirements by the order of their keys, of one key those of `matchLabels` first. */
function selectorText(selector: JsonObject): string {
  const labels = Object.entries(objectAt(selector, 'matchLabels')).map(([key, value]) => ({
    key,
    text: `${key}=${String(value)}`,
  }));
  const expressions = listAt(selector, 'matchExpressions')
    .filter(isJsonObject)
    .map((expression) => ({ key: stringAt(expression, 'key') ?? '', text: expressionText(expression) }));
  return [...labels, ...expressions]
    .sort(({ key: one }, { key: other }) => (one < other ? -1 : one > other ? 1 : 0))
    .map(({ text }) => text)
    .join(',');
}

function expressionText(expression: JsonObject): string {
  const key = stringAt(expression, 'key') ?? '';
  const values = listAt(expression, 'values').map(String).sort().join(',');
  const operator = stringAt(expression, 'operator');
  if (operator === 'Exists') return key;
  if (operator === 'DoesNotExist') return `!${key}`;
  return `${key} ${operator === 'NotIn' ? 'notin' : 'in'} (${values})`;
}
