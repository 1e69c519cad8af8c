/** Defaults and validation of the other kinds, definitions of custom ones, and what the server says of itself. */
import type { Json } from '@ddprofiler-rc/cluster-sim';
import type { Case } from '../case.ts';
import { autoscaler, binding, budget, configMap, event, lease, service } from '../manifests.ts';
import type { Resource } from '../resources.ts';
import { ask, create, get, merge } from '../steps.ts';

type Changes = Readonly<Record<string, Json | undefined>>;
type Row = readonly [what: string, changes: Changes, fails?: number];

const rows = (
  resource: Resource,
  make: (name: string | undefined, changes: Changes) => import('@ddprofiler-rc/cluster-sim').JsonObject,
  all: readonly Row[],
): readonly Case[] =>
  all.map(([what, changes, fails]) => ({
    name: `${resource}: ${what}`,
    steps: [create(resource, make(undefined, changes), { query: { dryRun: 'All' }, ...(fails === undefined ? {} : { fails }) })],
  }));

const services = rows('services', service, [
  ['a headless one', { 'spec.clusterIP': 'None' }],
  [
    'target ports',
    {
      'spec.ports': [
        { name: 'a', port: 80, targetPort: 8080 },
        { name: 'b', port: 81, targetPort: 'web' },
      ],
    },
  ],
  [
    'an external name',
    { 'spec.type': 'ExternalName', 'spec.externalName': 'example.com', 'spec.ports': undefined, 'spec.selector': undefined },
  ],
  ['no ports', { 'spec.ports': [] }, 422],
  ['two ports without names', { 'spec.ports': [{ port: 1 }, { port: 2 }] }, 422],
  ['a port out of range', { 'spec.ports': [{ port: 0 }] }, 422],
  ['a type that there is not', { 'spec.type': 'Telephone' }, 422],
  ['a selector that is none', { 'spec.selector': { 'not ok': 'x' } }, 422],
]);

const autoscalers = rows('horizontalpodautoscalers', autoscaler, [
  [
    'with a metric',
    {
      'spec.metrics': [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } }],
    },
  ],
  ['with a behaviour', { 'spec.behavior': { scaleDown: { stabilizationWindowSeconds: 60 } } }],
  ['more at least than at most', { 'spec.minReplicas': 9 }, 422],
  ['none at most', { 'spec.maxReplicas': 0 }, 422],
  ['no target', { 'spec.scaleTargetRef': { kind: '', name: '' } }, 422],
]);

const budgets = rows('poddisruptionbudgets', budget, [
  ['a share', { 'spec.minAvailable': '50%' }],
  ['at most unavailable', { 'spec.minAvailable': undefined, 'spec.maxUnavailable': 1 }],
  ['both', { 'spec.maxUnavailable': 1 }, 422],
  ['below zero', { 'spec.minAvailable': -1 }, 422],
  ['a share that is none', { 'spec.minAvailable': 'half' }, 422],
]);

const leases = rows('leases', lease, [
  ['of nobody', { spec: undefined }],
  ['that lasts no time', { 'spec.leaseDurationSeconds': 0 }, 422],
  ['with changes below zero', { 'spec.leaseTransitions': -1 }, 422],
]);

const events = rows('events', event, [
  ['without a time', { firstTimestamp: undefined, lastTimestamp: undefined }],
  ['of another namespace', { 'involvedObject.namespace': 'elsewhere' }, 422],
]);

const bindings = rows('ddprofcrds', binding, [
  ['an unknown field', { foo: 'x' }],
  ['a field of another type', { cmName: 5 }, 422],
  ['a rule type that is none', { ruleType: 'other' }, 422],
  ['no ConfigMap', { cmName: undefined }],
  ['a ConfigMap whose name is none', { cmName: 'Not Ok' }, 422],
  ['a namespace that is none', { cmNamespace: 'a.b' }, 422],
  ['no namespace', { cmNamespace: undefined }],
  ['an empty namespace', { cmNamespace: '' }],
  ['a key that is none', { cmConfigTag: 'a/b' }, 422],
  ['a key that is too long', { cmConfigTag: 'x'.repeat(254) }, 422],
  ['labels that are none', { 'metadata.labels': { 'not ok': 'x' } }, 422],
]);

const configMaps: readonly Case[] = [
  { name: 'configmaps: a key that is none', steps: [create('configmaps', configMap('cm', { 'not ok': 'x' }), { fails: 422 })] },
  {
    name: 'configmaps: a key twice',
    steps: [create('configmaps', { ...configMap('cm', { a: 'x' }), binaryData: { a: 'eA==' } }, { fails: 422 })],
  },
  { name: 'configmaps: binary data', steps: [create('configmaps', { ...configMap('cm'), binaryData: { b: 'AAECAw==' } })] },
  {
    name: 'configmaps: binary data that is none',
    steps: [create('configmaps', { ...configMap('cm'), binaryData: { b: '!!' } }, { fails: 400 })],
  },
  {
    name: 'configmaps: immutable ones never change',
    steps: [
      create('configmaps', { ...configMap('cm'), immutable: true }),
      merge('configmaps', 'cm', { data: { a: '9' } }, { fails: 422 }),
      merge('configmaps', 'cm', { immutable: false }, { fails: 422 }),
      merge('configmaps', 'cm', { metadata: { labels: { a: 'b' } } }),
    ],
  },
  {
    name: 'configmaps: metadata that never changes',
    steps: [create('configmaps', configMap('cm')), merge('configmaps', 'cm', { metadata: { uid: 'other' } }, { fails: 422 })],
  },
];

const self: readonly Case[] = [
  {
    name: 'the CRD of the binding is there',
    steps: [ask('GET', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/none.crds.grove', { fails: 404 })],
  },
  { name: 'a path that is none', steps: [ask('GET', '/nothing', { fails: 404 })] },
  {
    name: 'a binding in two steps',
    steps: [
      create('ddprofcrds', binding()),
      merge('ddprofcrds', 'rules', { cmNamespace: null, more: { a: [1, { b: 2 }] } }),
      get('ddprofcrds', 'rules'),
    ],
  },
];

export const KINDS: readonly Case[] = [
  ...services,
  ...autoscalers,
  ...budgets,
  ...leases,
  ...events,
  ...bindings,
  ...configMaps,
  ...self,
];
