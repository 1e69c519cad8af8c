import { isJsonObject, type JsonObject, listAt, objectAt, stringAt } from '../json.ts';
import { safeSuffix } from '../safe-name.ts';

/**
 * What the server's own admission and allocation make of an object, after it has noted who set what: nobody owns it.
 * `former` is what an update replaces.
 */
export type Admit = (object: JsonObject, former: JsonObject | undefined) => JsonObject;

export const ADMIT: Readonly<Record<string, Admit>> = { Pod: admitPod, Service: admitService, Namespace: admitNamespace };

/** UIDs are counted, so all that is allotted by them is allotted once. */
function numberOf(object: JsonObject): number {
  return Number.parseInt((stringAt(object, 'metadata', 'uid') ?? '').slice(-12), 16) || 0;
}

/** Its finalizer is the server's own, and cannot be taken away by an update. */
function admitNamespace(namespace: JsonObject, former: JsonObject | undefined): JsonObject {
  if (former !== undefined) return { ...namespace, spec: former.spec ?? {} };
  const finalizers = listAt(namespace, 'spec', 'finalizers');
  if (finalizers.includes('kubernetes')) return namespace;
  return { ...namespace, spec: { ...objectAt(namespace, 'spec'), finalizers: [...finalizers, 'kubernetes'] } };
}

const FIRST_NODE_PORT = 30_000;
const NODE_PORTS = 2_768;

function admitService(service: JsonObject): JsonObject {
  const spec = objectAt(service, 'spec');
  if (spec.type === 'ExternalName') return service;
  const count = numberOf(service);
  const clusterIP = spec.clusterIP ?? `10.96.${(count >> 8) & 0xff}.${count & 0xff}`;
  const allotted: JsonObject = { clusterIP, clusterIPs: [clusterIP], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
  const hasNodePorts = spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts === true);
  const ports = listAt(spec, 'ports')
    .filter(isJsonObject)
    .map((port, index) => ({ nodePort: FIRST_NODE_PORT + ((count * 31 + index) % NODE_PORTS), ...port }));
  return { ...service, spec: { ...allotted, ...spec, ...(hasNodePorts ? { ports } : {}) } };
}

const PRIORITIES: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
};
const EVICTING = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

function admitPod(pod: JsonObject, former: JsonObject | undefined): JsonObject {
  if (former !== undefined) return pod;
  const spec = objectAt(pod, 'spec');
  const tolerations = listAt(spec, 'tolerations').filter(isJsonObject);
  const added = EVICTING.filter((key) => !tolerations.some((toleration) => tolerates(toleration, key))).map((key) => ({
    key,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  }));
  const account = stringAt(spec, 'serviceAccountName') ?? 'default';
  const withToken =
    spec.automountServiceAccountToken === false ? spec : mounted(spec, `kube-api-access-${safeSuffix(numberOf(pod))}`);
  return {
    ...pod,
    spec: {
      preemptionPolicy: 'PreemptLowerPriority',
      priority: PRIORITIES[stringAt(spec, 'priorityClassName') ?? ''] ?? 0,
      ...withToken,
      serviceAccountName: account,
      serviceAccount: account,
      ...(added.length === 0 ? {} : { tolerations: [...tolerations, ...added] }),
    },
  };
}

function tolerates({ key = '', effect = '' }: JsonObject, taint: string): boolean {
  return (key === taint || key === '') && (effect === 'NoExecute' || effect === '');
}

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

/** With the token of the pod's account in each container that has nothing else there. */
function mounted(spec: JsonObject, name: string): JsonObject {
  const mount = (container: JsonObject): JsonObject => {
    const mounts = listAt(container, 'volumeMounts');
    if (mounts.some((one) => stringAt(one, 'mountPath') === TOKEN_PATH)) return container;
    return { ...container, volumeMounts: [...mounts, { name, readOnly: true, mountPath: TOKEN_PATH }] };
  };
  const lists = ['containers', 'initContainers'].filter((list) => spec[list] !== undefined);
  const containers = lists.map((list) => [list, listAt(spec, list).filter(isJsonObject).map(mount)] as const);
  return { ...spec, ...Object.fromEntries(containers), volumes: [...listAt(spec, 'volumes'), { name, projected: token() }] };
}

function token(): JsonObject {
  const namespace = { path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } };
  return {
    defaultMode: 420,
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [namespace] } },
    ],
  };
}
