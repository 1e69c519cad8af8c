/** Objects that cases begin with. Deployments and ReplicaSets have no replicas unless a case is about pods. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '@ddprofiler-rc/cluster-sim';
import type { Resource } from './resources.ts';

/**
 * `base` with other values at dotted paths (`spec.template.spec.containers.0.image`); undefined takes a member away. A dot in a key is
 * written `~`.
 */
export function changed(base: JsonObject, changes: Readonly<Record<string, Json | undefined>>): JsonObject {
  let result: Json = base;
  for (const [path, value] of Object.entries(changes)) {
    result = replacedAt(
      result,
      path.split('.').map((step) => step.replaceAll('~', '.')),
      value,
    );
  }
  if (!isJsonObject(result)) throw new Error('an object changed stays an object');
  return result;
}

function replacedAt(here: Json | undefined, path: readonly string[], value: Json | undefined): Json {
  const [step, ...rest] = path;
  if (step === undefined) throw new Error('a path has a step');
  if (isJsonArray(here)) {
    const items = [...here];
    const index = Number(step);
    if (rest.length > 0) items[index] = replacedAt(items[index], rest, value);
    else if (value === undefined) items.splice(index, 1);
    else items[index] = value;
    return items;
  }
  const object = isJsonObject(here) ? here : {};
  if (rest.length > 0) return { ...object, [step]: replacedAt(object[step], rest, value) };
  const { [step]: _, ...others } = object;
  return value === undefined ? others : { ...object, [step]: value };
}

export const configMap = (name: string, data: JsonObject = { a: '1' }, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});

const podTemplate = (app: string): JsonObject => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'app', image: 'nginx:1.25' }] },
});

export const deployment = (name = 'web', changes: Readonly<Record<string, Json | undefined>> = {}): JsonObject =>
  changed(
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels: { app: name } },
      spec: { replicas: 0, selector: { matchLabels: { app: name } }, template: podTemplate(name) },
    },
    changes,
  );

export const replicaSet = (name = 'set', changes: Readonly<Record<string, Json | undefined>> = {}): JsonObject =>
  changed(
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name },
      spec: { replicas: 0, selector: { matchLabels: { app: name } }, template: podTemplate(name) },
    },
    changes,
  );

/** No node takes it, and no token is mounted: nothing about it depends on the cluster. */
export const pod = (name = 'pod', changes: Readonly<Record<string, Json | undefined>> = {}): JsonObject =>
  changed(
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: { app: name } },
      spec: {
        automountServiceAccountToken: false,
        schedulerName: 'nobody',
        containers: [{ name: 'app', image: 'nginx:1.25' }],
      },
    },
    changes,
  );

export const service = (name = 'svc', changes: Readonly<Record<string, Json | undefined>> = {}): JsonObject =>
  changed(
    { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } },
    changes,
  );

export const autoscaler = (name = 'hpa', changes: Readonly<Record<string, Json | undefined>> = {}): JsonObject =>
  changed(
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name },
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 5 },
    },
    changes,
  );

export const budget = (name = 'pdb', changes: Readonly<Record<string, Json | undefined>> = {}): JsonObject =>
  changed(
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
    },
    changes,
  );

export const lease = (name = 'lease', changes: Readonly<Record<string, Json | undefined>> = {}): JsonObject =>
  changed(
    {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name },
      spec: {
        holderIdentity: 'one',
        leaseDurationSeconds: 15,
        acquireTime: '2020-01-01T00:00:00.000000Z',
        renewTime: '2020-01-01T00:00:00.123456Z',
        leaseTransitions: 1,
      },
    },
    changes,
  );

export const event = (name = 'event', changes: Readonly<Record<string, Json | undefined>> = {}): JsonObject =>
  changed(
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name },
      involvedObject: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: '$NS', name: 'web', uid: 'u-1' },
      reason: 'Cloned',
      message: 'a clone was made',
      type: 'Normal',
      source: { component: 'ddprofiler-rc' },
      firstTimestamp: '2020-01-01T00:00:00Z',
      lastTimestamp: '2020-01-01T00:00:00Z',
      count: 1,
    },
    changes,
  );

export const binding = (name = 'rules', changes: Readonly<Record<string, Json | undefined>> = {}): JsonObject =>
  changed(
    {
      apiVersion: 'crds.grove/v1',
      kind: 'DDProfCrd',
      metadata: { name },
      ruleType: 'configmap',
      cmName: 'rules',
      cmNamespace: '$NS',
      cmConfigTag: 'rules',
    },
    changes,
  );

export const namespace = (name: string, changes: Readonly<Record<string, Json | undefined>> = {}): JsonObject =>
  changed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, changes);

/** One object of each kind, with its name. */
export const EACH_KIND: readonly (readonly [Resource, string, JsonObject])[] = [
  ['configmaps', 'cm', configMap('cm')],
  ['deployments', 'web', deployment()],
  ['replicasets', 'set', replicaSet()],
  ['services', 'svc', service()],
  ['horizontalpodautoscalers', 'hpa', autoscaler()],
  ['poddisruptionbudgets', 'pdb', budget()],
  ['leases', 'lease', lease()],
  ['events', 'event', event()],
  ['ddprofcrds', 'rules', binding()],
  ['pods', 'pod', pod()],
];
