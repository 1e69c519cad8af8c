import { configMapStream, deploymentsStream, type Key, type StreamId, splitKey } from '@ddprofiler-rc/core';

/** What one stream lists and watches. */
export interface WatchTarget {
  readonly stream: StreamId;
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

/** @param namespace one namespace, or `*` for all */
export function deploymentsTarget(namespace: string): WatchTarget {
  const where = namespace === '*' ? 'all namespaces' : `namespace ${namespace}`;
  return {
    stream: deploymentsStream(namespace),
    path: namespace === '*' ? '/apis/apps/v1/deployments' : `/apis/apps/v1/namespaces/${segment(namespace)}/deployments`,
    what: `Deployments in ${where}`,
    hint: {
      notFound: 'is this address a Kubernetes API server?',
      forbidden: `give the operator list and watch on deployments.apps in ${where}, or name the namespaces it may see in WATCH_NAMESPACES`,
    },
  };
}

export function deploymentPath(key: Key): string {
  const { namespace, name } = splitKey(key);
  return `/apis/apps/v1/namespaces/${segment(namespace)}/deployments/${segment(name)}`;
}

function segment(text: string): string {
  return encodeURIComponent(text);
}
