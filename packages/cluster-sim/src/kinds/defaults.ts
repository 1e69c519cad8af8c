import type { Json, JsonObject } from '@ddprofiler-rc/core';
import { isJsonArray, isJsonObject, objectAt } from '../json.ts';
import { canonicalQuantity } from './quantity.ts';

/** What the API server fills in where a field is absent, and what it leaves out; data, by kind of struct. Read off a real one, v1.37. */
const CONTAINER: JsonObject = {
  resources: {},
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
};
const POD: JsonObject = {
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  securityContext: {},
  schedulerName: 'default-scheduler',
};
const DEPLOYMENT: JsonObject = {
  replicas: 1,
  revisionHistoryLimit: 10,
  progressDeadlineSeconds: 600,
};
const ROLLING: JsonObject = { maxUnavailable: '25%', maxSurge: '25%' };
const PROBE: JsonObject = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };

/** A Deployment as it is stored. Law: a Deployment that is complete comes back as it is. */
export function defaultedDeployment(deployment: JsonObject): JsonObject {
  const spec = objectAt(deployment, 'spec');
  const strategy = objectAt(spec, 'strategy');
  const type = strategy.type ?? 'RollingUpdate';
  const rolling = { rollingUpdate: { ...ROLLING, ...objectAt(strategy, 'rollingUpdate') } };
  return {
    ...deployment,
    spec: {
      ...DEPLOYMENT,
      ...spec,
      strategy: { type, ...(type === 'RollingUpdate' ? rolling : {}) },
      template: defaultedTemplate(objectAt(spec, 'template')),
    },
    status: deployment.status ?? {},
  };
}

export function defaultedReplicaSet(replicaSet: JsonObject): JsonObject {
  const spec = objectAt(replicaSet, 'spec');
  return {
    ...replicaSet,
    spec: { replicas: 1, ...spec, template: defaultedTemplate(objectAt(spec, 'template')) },
    status: replicaSet.status ?? { replicas: 0 },
  };
}

export function defaultedPod(pod: JsonObject): JsonObject {
  return {
    ...pod,
    spec: defaultedPodSpec(objectAt(pod, 'spec')),
    status: pod.status ?? { phase: 'Pending', qosClass: 'BestEffort' },
  };
}

export function defaultedNamespace(namespace: JsonObject): JsonObject {
  const metadata = objectAt(namespace, 'metadata');
  const labels = { 'kubernetes.io/metadata.name': metadata.name ?? '', ...objectAt(metadata, 'labels') };
  return {
    ...namespace,
    metadata: { ...metadata, labels },
    spec: { finalizers: ['kubernetes'], ...objectAt(namespace, 'spec') },
    status: { phase: 'Active', ...objectAt(namespace, 'status') },
  };
}

function defaultedTemplate(template: JsonObject): JsonObject {
  const metadata = { creationTimestamp: null, ...objectAt(template, 'metadata') };
  const { creationTimestamp: _, ...named } = metadata;
  return { ...template, metadata: named, spec: defaultedPodSpec(objectAt(template, 'spec')) };
}

function defaultedPodSpec(spec: JsonObject): JsonObject {
  const account = spec.serviceAccountName ?? spec.serviceAccount;
  return {
    ...POD,
    ...spec,
    ...(account === undefined ? {} : { serviceAccountName: account, serviceAccount: account }),
    ...mapped(spec, 'containers', defaultedContainer),
    ...mapped(spec, 'initContainers', defaultedContainer),
    ...mapped(spec, 'volumes', defaultedVolume),
  };
}

/** Empty lists vanish, as they do in the server's own JSON. */
function mapped(spec: JsonObject, field: string, complete: (item: JsonObject) => JsonObject): JsonObject {
  const items = spec[field];
  if (!isJsonArray(items)) return {};
  return { [field]: items.map((item) => (isJsonObject(item) ? complete(item) : item)) };
}

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];

function defaultedContainer(container: JsonObject): JsonObject {
  const { env, ports, resources, ...others } = container;
  const image = typeof container.image === 'string' ? container.image : '';
  const probes = PROBES.filter((name) => isJsonObject(container[name])).map((name) => [
    name,
    { ...PROBE, ...objectAt(container, name) },
  ]);
  return {
    ...CONTAINER,
    imagePullPolicy: isLatest(image) ? 'Always' : 'IfNotPresent',
    ...others,
    ...Object.fromEntries(probes),
    ...(isJsonArray(env) && env.length > 0 ? { env: env.map(storedVariable) } : {}),
    ...(isJsonArray(ports) && ports.length > 0 ? { ports: ports.map((port) => ({ protocol: 'TCP', ...objectAt(port) })) } : {}),
    ...(resources === undefined ? {} : { resources: storedResources(objectAt(resources)) }),
  };
}

/** `value: ""` is no value, in JSON as the server writes it. */
function storedVariable(variable: Json): Json {
  if (!isJsonObject(variable)) return variable;
  const { value, ...others } = variable;
  const reference = objectAt(variable, 'valueFrom', 'fieldRef');
  if (Object.keys(reference).length > 0) {
    return { ...variable, valueFrom: { ...objectAt(variable, 'valueFrom'), fieldRef: { apiVersion: 'v1', ...reference } } };
  }
  return value === '' || value === undefined ? others : variable;
}

/** Quantities are stored canonical, and a limit without a request is one. */
function storedResources(resources: JsonObject): JsonObject {
  const limits = quantities(objectAt(resources, 'limits'));
  const requests = { ...limits, ...quantities(objectAt(resources, 'requests')) };
  return {
    ...resources,
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
    ...(Object.keys(requests).length === 0 ? {} : { requests }),
  };
}

function quantities(named: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(named).map(([name, value]) => [name, typeof value === 'string' ? canonicalQuantity(value) : String(value)]),
  );
}

/** The mode of the files that a volume brings. */
const MODES: Readonly<Record<string, JsonObject>> = {
  configMap: { defaultMode: 420 },
  secret: { defaultMode: 420 },
  projected: { defaultMode: 420 },
  downwardAPI: { defaultMode: 420 },
  hostPath: { type: '' },
};

function defaultedVolume(volume: JsonObject): JsonObject {
  const filled = Object.entries(volume).map(([kind, source]): [string, Json] => {
    const defaults = MODES[kind];
    return [kind, defaults === undefined || !isJsonObject(source) ? source : { ...defaults, ...source }];
  });
  return Object.fromEntries(filled);
}

/** No tag is `latest`; a digest is neither. */
function isLatest(image: string): boolean {
  if (image.includes('@')) return false;
  const last = image.slice(image.lastIndexOf('/') + 1);
  return !last.includes(':') || last.endsWith(':latest');
}
