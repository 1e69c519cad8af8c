import type { Column } from './resource-info.ts';

/** What discovery and tables say of a kind that is built in: data, as the API server v1.37 publishes it. */
export interface KindFacts {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly clusterScoped?: true;
  /** Namespaces are never deleted in bulk. */
  readonly noDeleteCollection?: true;
  readonly subresources?: readonly ('status' | 'scale')[];
  readonly hasGeneration?: true;
  readonly columns: readonly Column[];
}

const text = (name: string, priority = 0): Column => ({ name, type: 'string', format: '', description: '', priority });
const whole = (name: string): Column => ({ ...text(name), type: 'integer' });
const wide = (...names: readonly string[]): Column[] => names.map((name) => text(name, 1));

const NAME: Column = { ...text('Name'), format: 'name' };
const AGE = text('Age');
const EVENT_COLUMNS: readonly Column[] = [
  ...['Last Seen', 'Type', 'Reason', 'Object'].map((name) => text(name)),
  ...wide('Subobject', 'Source'),
  text('Message'),
  ...wide('First Seen', 'Count'),
  { ...NAME, priority: 1 },
];

export const BUILT_IN: readonly KindFacts[] = [
  {
    group: '',
    version: 'v1',
    kind: 'Namespace',
    plural: 'namespaces',
    shortNames: ['ns'],
    clusterScoped: true,
    noDeleteCollection: true,
    subresources: ['status'],
    columns: [NAME, text('Status'), AGE],
  },
  {
    group: '',
    version: 'v1',
    kind: 'ConfigMap',
    plural: 'configmaps',
    shortNames: ['cm'],
    columns: [NAME, text('Data'), AGE],
  },
  {
    group: '',
    version: 'v1',
    kind: 'Service',
    plural: 'services',
    shortNames: ['svc'],
    categories: ['all'],
    subresources: ['status'],
    columns: [NAME, text('Type'), text('Cluster-IP'), text('External-IP'), text('Port(s)'), AGE, ...wide('Selector')],
  },
  {
    group: '',
    version: 'v1',
    kind: 'Pod',
    plural: 'pods',
    shortNames: ['po'],
    categories: ['all'],
    subresources: ['status'],
    hasGeneration: true,
    columns: [
      NAME,
      text('Ready'),
      text('Status'),
      text('Restarts'),
      AGE,
      ...wide('IP', 'Node', 'Nominated Node', 'Readiness Gates'),
    ],
  },
  {
    group: '',
    version: 'v1',
    kind: 'Event',
    plural: 'events',
    shortNames: ['ev'],
    columns: EVENT_COLUMNS,
  },
  {
    group: 'apps',
    version: 'v1',
    kind: 'Deployment',
    plural: 'deployments',
    shortNames: ['deploy'],
    categories: ['all'],
    subresources: ['status', 'scale'],
    hasGeneration: true,
    columns: [NAME, text('Ready'), text('Up-to-date'), text('Available'), AGE, ...wide('Containers', 'Images', 'Selector')],
  },
  {
    group: 'apps',
    version: 'v1',
    kind: 'ReplicaSet',
    plural: 'replicasets',
    shortNames: ['rs'],
    categories: ['all'],
    subresources: ['status', 'scale'],
    hasGeneration: true,
    columns: [NAME, whole('Desired'), whole('Current'), whole('Ready'), AGE, ...wide('Containers', 'Images', 'Selector')],
  },
  {
    group: 'autoscaling',
    version: 'v2',
    kind: 'HorizontalPodAutoscaler',
    plural: 'horizontalpodautoscalers',
    shortNames: ['hpa'],
    categories: ['all'],
    subresources: ['status'],
    hasGeneration: true,
    columns: [NAME, text('Reference'), text('Targets'), text('MinPods'), text('MaxPods'), text('Replicas'), AGE],
  },
  {
    group: 'policy',
    version: 'v1',
    kind: 'PodDisruptionBudget',
    plural: 'poddisruptionbudgets',
    shortNames: ['pdb'],
    subresources: ['status'],
    hasGeneration: true,
    columns: [NAME, text('Min Available'), text('Max Unavailable'), whole('Allowed Disruptions'), AGE],
  },
  {
    group: 'coordination.k8s.io',
    version: 'v1',
    kind: 'Lease',
    plural: 'leases',
    columns: [NAME, text('Holder'), AGE],
  },
  {
    group: 'apiextensions.k8s.io',
    version: 'v1',
    kind: 'CustomResourceDefinition',
    plural: 'customresourcedefinitions',
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    clusterScoped: true,
    subresources: ['status'],
    hasGeneration: true,
    columns: [
      NAME,
      text('Scope'),
      text('Versions'),
      { ...text('Created At'), type: 'date' },
      ...wide('Group', 'Kind', 'ShortNames'),
      { ...text('Established', 1), type: 'boolean' },
    ],
  },
];
