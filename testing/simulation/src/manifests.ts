import type { Json, JsonObject, Key } from '@ddprofiler-rc/core';
import { BINDING, type Extra, type Manifest, RULES_KEY, type SourceDraft } from './plan.ts';

/** What people write into the cluster. */
export function bindingManifest(configMap: string, namespace: string = BINDING.namespace): Manifest {
  return {
    apiVersion: 'crds.grove/v1',
    kind: 'DDProfCrd',
    metadata: { ...BINDING },
    ruleType: 'configmap',
    cmName: configMap,
    cmNamespace: namespace,
    cmConfigTag: RULES_KEY,
  };
}

export function configMapManifest(name: string, text: string): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: BINDING.namespace, name }, data: { [RULES_KEY]: text } };
}

export function autoscalerManifest(target: Key): Manifest {
  const [namespace = '', name = ''] = target.split('/');
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { namespace, name },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name }, minReplicas: 1, maxReplicas: 9 },
  };
}

export function budgetManifest(source: Key): Manifest {
  const [namespace = '', name = ''] = source.split('/');
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { namespace, name },
    spec: { minAvailable: 1, selector: { matchLabels: { app: name } } },
  };
}

export function namespaceManifest(name: string): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

export function sourceManifest(key: Key, source: SourceDraft): Manifest {
  const [namespace = '', name = ''] = key.split('/');
  const has = (extra: Extra) => source.extras.includes(extra);
  const env: Json[] = Object.entries(source.env).map(([variable, value]) => ({ name: variable, value }));
  // A list with a name twice is legal in a Deployment, and refused in an apply.
  if (has('doubledEnv')) env.push({ name: 'TWICE', value: 'first' }, { name: 'TWICE', value: 'second' });
  const container: JsonObject = {
    name: 'app',
    image: source.image,
    env,
    ...(has('ports') ? { ports: [{ containerPort: 8080 }, { containerPort: 9090, name: 'metrics', protocol: 'TCP' }] } : {}),
    ...(has('resources') ? { resources: { requests: { cpu: '1000m', memory: '64Mi' }, limits: { cpu: '1500m' } } } : {}),
    ...(has('volumes') ? { volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }] } : {}),
    ...(has('command') ? { command: ['app'], args: ['--port=8080', '--verbose'] } : {}),
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name, labels: { team: 'a' } },
    spec: {
      replicas: source.replicas,
      selector: { matchLabels: { app: source.app } },
      template: {
        metadata: { labels: { app: source.app } },
        spec: {
          containers: [
            container,
            ...(has('sidecar') ? [{ name: 'proxy', image: 'proxy:1', env: [{ name: 'MODE', value: 'proxy' }] }] : []),
          ],
          ...(has('init')
            ? {
                initContainers: [
                  { name: 'prepare', image: 'prepare:1' },
                  { name: 'check', image: 'check:1' },
                ],
              }
            : {}),
          ...(has('volumes') ? { volumes: [{ name: 'scratch', emptyDir: {} }] } : {}),
        },
      },
    },
  };
}

/** The custom resource definition of the binding, as far as the operator's own needs go. */
export const BINDING_CRD: Manifest = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'ddprofcrds.crds.grove' },
  spec: {
    group: 'crds.grove',
    scope: 'Namespaced',
    names: {
      kind: 'DDProfCrd',
      listKind: 'DDProfCrdList',
      plural: 'ddprofcrds',
      singular: 'ddprofcrd',
      shortNames: ['ddprofcrd'],
    },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};
