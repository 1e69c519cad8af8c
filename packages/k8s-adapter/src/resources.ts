import {
  type BindingName,
  configMapStream,
  type Key,
  kindOfStream,
  memoryLocation,
  type NamespacedKind,
  namespaceOfStream,
  type StreamId,
  splitKey,
} from '@ddprofiler-rc/core';

/** What one stream lists and watches. */
export interface WatchTarget<Stream extends string = StreamId> {
  readonly stream: Stream;
  readonly path: string;
  /** Limits the stream to one object. */
  readonly fieldSelector?: string;
  /** In words, for messages: `Deployments in all namespaces`. */
  readonly what: string;
  /** What to do when the API server has no such resource, or refuses to show it. */
  readonly hint: { readonly notFound: string; readonly forbidden: string };
}

const BINDING_GROUP = 'crds.grove';

export function bindingTarget(binding: { readonly namespace: string; readonly name: string }): WatchTarget {
  const { namespace, name } = binding;
  return {
    stream: 'binding',
    path: `/apis/${BINDING_GROUP}/v1/namespaces/${segment(namespace)}/ddprofcrds`,
    fieldSelector: `metadata.name=${name}`,
    what: `the binding DDProfCrd ${namespace}/${name}`,
    hint: {
      notFound: `the custom resource definition ddprofcrds.${BINDING_GROUP} is not installed; install it (it comes with the chart), then the operator goes on by itself`,
      forbidden: `give the operator list and watch on ddprofcrds.${BINDING_GROUP} in namespace ${namespace}`,
    },
  };
}

export function configMapTarget(location: { readonly namespace: string; readonly name: string }): WatchTarget {
  const { namespace, name } = location;
  return {
    stream: configMapStream(namespace, name),
    path: `/api/v1/namespaces/${segment(namespace)}/configmaps`,
    fieldSelector: `metadata.name=${name}`,
    what: `the ConfigMap ${namespace}/${name}`,
    hint: {
      notFound: 'is this address a Kubernetes API server?',
      forbidden: `give the operator list and watch on configmaps in namespace ${namespace}`,
    },
  };
}

/** The memory of a binding (core's memory.ts). */
export function memoryTarget(binding: BindingName): WatchTarget {
  const location = memoryLocation(binding);
  const { namespace, name } = location;
  return {
    ...configMapTarget(location),
    stream: 'memory',
    hint: {
      notFound: 'is this address a Kubernetes API server?',
      forbidden: `give the operator list, watch, create and patch on configmap ${name} in namespace ${namespace}`,
    },
  };
}

export function memoryPath(binding: BindingName): string {
  const { namespace, name } = memoryLocation(binding);
  return `/api/v1/namespaces/${segment(namespace)}/configmaps/${segment(name)}`;
}

/** No stream of the core's: what a Lease tells is for the elector, and never gets into a journal. */
export type LeaseStreamId = `lease/${string}/${string}`;

/** The Lease of a binding. */
export function leaseTarget(lease: { readonly namespace: string; readonly name: string }): WatchTarget<LeaseStreamId> {
  const { namespace, name } = lease;
  return {
    stream: `lease/${namespace}/${name}`,
    path: leasePath({ namespace }),
    fieldSelector: `metadata.name=${name}`,
    what: `the Lease ${namespace}/${name}`,
    hint: {
      notFound: 'is this address a Kubernetes API server?',
      forbidden: `give the operator get, list, watch, create and patch on leases.coordination.k8s.io in namespace ${namespace}`,
    },
  };
}

/** What each kind that is watched by namespace is to the API server. */
const NAMESPACED: Readonly<
  Record<NamespacedKind, { readonly api: string; readonly plural: string; readonly words: string; readonly group: string }>
> = {
  deployments: { api: 'apps/v1', plural: 'deployments', words: 'Deployments', group: 'apps' },
  autoscalers: {
    api: 'autoscaling/v2',
    plural: 'horizontalpodautoscalers',
    words: 'HorizontalPodAutoscalers',
    group: 'autoscaling',
  },
  budgets: { api: 'policy/v1', plural: 'poddisruptionbudgets', words: 'PodDisruptionBudgets', group: 'policy' },
};

/** @param stream one that is there for the life of the operator, of one namespace or of all */
export function namespacedTarget(stream: StreamId): WatchTarget {
  const kind = kindOfStream(stream);
  if (kind === 'binding' || kind === 'memory' || kind === 'configmap') throw new RangeError(`${stream} is about one object`);
  const { api, plural, words, group } = NAMESPACED[kind];
  const namespace = namespaceOfStream(stream);
  const where = namespace === '*' ? 'all namespaces' : `namespace ${namespace}`;
  return {
    stream,
    path: namespace === '*' ? `/apis/${api}/${plural}` : `/apis/${api}/namespaces/${segment(namespace)}/${plural}`,
    what: `${words} in ${where}`,
    hint: {
      notFound: 'is this address a Kubernetes API server?',
      forbidden: `give the operator list and watch on ${plural}.${group} in ${where}, or name the namespaces it may see in WATCH_NAMESPACES`,
    },
  };
}

export function bindingPath(binding: { readonly namespace: string; readonly name: string }): string {
  const { namespace, name } = binding;
  return `/apis/${BINDING_GROUP}/v1/namespaces/${segment(namespace)}/ddprofcrds/${segment(name)}`;
}

/** @param lease without a name: where Leases of the namespace are listed and made */
export function leasePath({ namespace, name }: { readonly namespace: string; readonly name?: string }): string {
  const collection = `/apis/coordination.k8s.io/v1/namespaces/${segment(namespace)}/leases`;
  return name === undefined ? collection : `${collection}/${segment(name)}`;
}

export function eventsPath(namespace: string): string {
  return `/apis/events.k8s.io/v1/namespaces/${segment(namespace)}/events`;
}

/** What to do where a look for one Deployment is refused. */
export function readHint(key: Key): string {
  return `give the operator get on deployments.apps in namespace ${splitKey(key).namespace}`;
}

export function deploymentPath(key: Key): string {
  const { namespace, name } = splitKey(key);
  return `/apis/apps/v1/namespaces/${segment(namespace)}/deployments/${segment(name)}`;
}

function segment(text: string): string {
  return encodeURIComponent(text);
}
