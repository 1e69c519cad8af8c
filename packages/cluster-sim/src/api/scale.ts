import type { JsonObject } from '@ddprofiler-rc/core';
import { numberAt, objectAt, stringAt } from '../json.ts';

/** The `Scale` of a Deployment or ReplicaSet, as its subresource shows it. */
export function scaleOf(object: JsonObject): JsonObject {
  const { namespace = '', name = '', uid = '', resourceVersion = '', creationTimestamp = '' } = objectAt(object, 'metadata');
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: numberAt(object, 'spec', 'replicas') ?? 0 },
    status: {
      replicas: numberAt(object, 'status', 'replicas') ?? 0,
      selector: selectorText(objectAt(object, 'spec', 'selector')),
    },
  };
}

/** The object with the replicas of this scale. */
export function scaled(object: JsonObject, scale: JsonObject): JsonObject {
  const replicas = numberAt(scale, 'spec', 'replicas') ?? 0;
  return { ...object, spec: { ...objectAt(object, 'spec'), replicas } };
}

function selectorText(selector: JsonObject): string {
  return Object.entries(objectAt(selector, 'matchLabels'))
    .map(([label, value]) => `${label}=${String(value)}`)
    .sort()
    .join(',');
}

/** The resourceVersion that a write expects, if it names one. */
export function expectedVersion(object: JsonObject): string | undefined {
  const version = stringAt(object, 'metadata', 'resourceVersion');
  return version === '' ? undefined : version;
}
