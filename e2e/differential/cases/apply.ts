/** Server-side apply: what is merged, who owns what, what conflicts, what goes. */
import type { Json, JsonObject } from '@ddprofiler-rc/cluster-sim';
import type { Case } from '../case.ts';
import {
  autoscaler,
  binding,
  budget,
  changed,
  configMap,
  deployment,
  event,
  lease,
  namespace,
  pod,
  replicaSet,
  service,
} from '../manifests.ts';
import type { Resource } from '../resources.ts';
import { apply, create, DRY_RUN, get, merge, remove, replace, strategic } from '../steps.ts';

const FORCE = { force: 'true' };

const EACH_KIND: readonly (readonly [Resource, string, JsonObject])[] = [
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

const created: readonly Case[] = EACH_KIND.map(([resource, name, body]) => ({
  name: `creates one of ${resource}, and again changes nothing`,
  pods: resource === 'pods',
  steps: [apply('one', resource, name, body), apply('one', resource, name, body), get(resource, name)],
}));

const container = (name: string, more: JsonObject = {}): JsonObject => ({ name, image: 'busybox', ...more });

/** An intent that says no more than the selector, labels and what `spec` of the pods says. */
const intent = (podSpec: JsonObject, spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'web' } },
    ...spec,
    template: { metadata: { labels: { app: 'web' } }, spec: podSpec },
  },
});

const bare = (metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'cm', ...metadata },
});
const partial = (spec: Json): JsonObject => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec });
const partialPod = (podSpec: Json): JsonObject => partial({ template: { spec: podSpec } });
const cm = (data: JsonObject, metadata: JsonObject = {}): JsonObject => configMap('cm', data, metadata);

const ownership: readonly Case[] = [
  {
    name: 'a value that another manager applied is a conflict, and nothing is written',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1' })),
      apply('two', 'configmaps', 'cm', cm({ a: '2' }), { fails: 409 }),
      get('configmaps', 'cm'),
    ],
  },
  {
    name: 'several conflicts with several managers are told together',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1', b: '1' })),
      apply('two', 'configmaps', 'cm', cm({ c: '1', d: '1' })),
      apply('three', 'configmaps', 'cm', cm({ a: '2', b: '2', c: '2', d: '2' }), { fails: 409 }),
    ],
  },
  {
    name: 'two conflicts with one manager',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1', b: '1' })),
      apply('two', 'configmaps', 'cm', cm({ a: '2', b: '2' }), { fails: 409 }),
    ],
  },
  {
    name: 'force takes the field over',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1', b: '1' })),
      apply('two', 'configmaps', 'cm', cm({ a: '2' }), { query: FORCE }),
      get('configmaps', 'cm'),
    ],
  },
  {
    name: 'force takes all the fields of a manager, and its entry goes',
    steps: [apply('one', 'configmaps', 'cm', cm({ a: '1' })), apply('two', 'configmaps', 'cm', cm({ a: '2' }), { query: FORCE })],
  },
  {
    name: 'the same value is owned together',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1' })),
      apply('two', 'configmaps', 'cm', cm({ a: '1' })),
      apply('one', 'configmaps', 'cm', cm({})),
      get('configmaps', 'cm'),
      apply('two', 'configmaps', 'cm', cm({})),
    ],
  },
  {
    name: 'a field owned alone and applied no more goes',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1', b: '2' })),
      apply('one', 'configmaps', 'cm', cm({ a: '1' })),
      get('configmaps', 'cm'),
    ],
  },
  {
    name: 'a manager that applies nothing any more loses its entry',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1' })),
      apply('two', 'configmaps', 'cm', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cm' }, data: { b: '1' } }),
      apply('two', 'configmaps', 'cm', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cm' } }),
    ],
  },
  {
    name: 'conflicts with one who updated, named by his time',
    steps: [
      create('configmaps', cm({ a: '1' }), { query: { fieldManager: 'creator' } }),
      apply('one', 'configmaps', 'cm', cm({ a: '2' }), { fails: 409 }),
      apply('one', 'configmaps', 'cm', cm({ a: '1' })),
      apply('one', 'configmaps', 'cm', cm({ a: '2' }), { query: FORCE }),
    ],
  },
  {
    name: 'an update takes a field from who applied it, and his next apply conflicts',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1' })),
      merge('configmaps', 'cm', { data: { a: '2' } }, { query: { fieldManager: 'hand' } }),
      apply('one', 'configmaps', 'cm', cm({ a: '1' }), { fails: 409 }),
      apply('one', 'configmaps', 'cm', cm({ a: '2' })),
    ],
  },
  {
    name: 'one name that updates and applies is two managers',
    steps: [
      create('configmaps', cm({ a: '1' }), { query: { fieldManager: 'one' } }),
      apply('one', 'configmaps', 'cm', cm({ a: '2' }), { fails: 409 }),
      apply('one', 'configmaps', 'cm', cm({ b: '1' })),
      get('configmaps', 'cm'),
    ],
  },
  {
    name: 'a field that was removed by an update comes back with the next apply',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1', b: '1' })),
      merge('configmaps', 'cm', { data: { a: null } }, { query: { fieldManager: 'hand' } }),
      get('configmaps', 'cm'),
      apply('one', 'configmaps', 'cm', cm({ a: '1', b: '1' })),
    ],
  },
  {
    name: 'labels and annotations of two managers',
    steps: [
      apply('one', 'configmaps', 'cm', bare({ labels: { a: '1', shared: 'x' }, annotations: { 'x.y/z': '1' } })),
      apply('two', 'configmaps', 'cm', bare({ labels: { b: '1', shared: 'x' }, annotations: { 'x.y/w': '1' } })),
      apply('one', 'configmaps', 'cm', bare({ labels: { a: '2' } })),
      get('configmaps', 'cm'),
    ],
  },
  {
    name: 'an empty value is applied as it is',
    steps: [apply('one', 'configmaps', 'cm', cm({ a: '' }, { labels: { empty: '' } })), get('configmaps', 'cm')],
  },
  {
    name: 'null is as good as absent',
    steps: [
      apply('one', 'configmaps', 'cm', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'cm', labels: null },
        data: { a: null, b: '1' },
      }),
    ],
  },
  {
    name: 'managedFields cleared by a patch, then applied again',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1' })),
      merge('configmaps', 'cm', { metadata: { managedFields: [{}] } }),
      apply('two', 'configmaps', 'cm', cm({ a: '2' }), { fails: 409 }),
      apply('two', 'configmaps', 'cm', cm({ a: '2' }), { query: FORCE }),
    ],
  },
  {
    name: 'managedFields in an intent are refused',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1' }, { managedFields: [{ manager: 'x', operation: 'Apply' }] }), { fails: 400 }),
    ],
  },
];

const deployments: readonly Case[] = [
  {
    name: 'an env variable given up goes, those of others stay',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [
            container('app', {
              env: [
                { name: 'A', value: '1' },
                { name: 'B', value: '2' },
              ],
            }),
          ],
        }),
      ),
      apply('two', 'deployments', 'web', partialPod({ containers: [{ name: 'app', env: [{ name: 'C', value: '3' }] }] })),
      apply('one', 'deployments', 'web', intent({ containers: [container('app', { env: [{ name: 'B', value: '2' }] })] })),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'an env variable with a value becomes one with a source',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app', { env: [{ name: 'A', value: '1' }] })] })),
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [container('app', { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] })],
        }),
      ),
    ],
  },
  {
    name: 'one names the value and another the source of an env variable: invalid',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app', { env: [{ name: 'A', value: '1' }] })] })),
      apply(
        'two',
        'deployments',
        'web',
        partialPod({
          containers: [{ name: 'app', env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }],
        }),
        { fails: 422 },
      ),
    ],
  },
  {
    name: 'an injected sidecar stays when the owner applies again',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app')] })),
      strategic(
        'deployments',
        'web',
        { spec: { template: { spec: { containers: [{ name: 'sidecar', image: 'envoy' }] } } } },
        { query: { fieldManager: 'injector' } },
      ),
      apply('one', 'deployments', 'web', intent({ containers: [container('app', { image: 'busybox:2' })] })),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'a container that is applied no more goes',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app'), container('other')] })),
      apply('one', 'deployments', 'web', intent({ containers: [container('app')] })),
    ],
  },
  {
    name: 'containers in another order',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('a'), container('b'), container('c')] })),
      apply('one', 'deployments', 'web', intent({ containers: [container('c'), container('a'), container('b')] })),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'a container applied before others of its list',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('a'), container('c')] })),
      apply('two', 'deployments', 'web', partialPod({ containers: [container('b'), { name: 'c' }] })),
      apply('one', 'deployments', 'web', intent({ containers: [container('z'), container('a'), container('c')] })),
    ],
  },
  {
    name: 'env in another order, between those of another manager',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [
            container('app', {
              env: [
                { name: 'A', value: '1' },
                { name: 'B', value: '1' },
                { name: 'C', value: '1' },
              ],
            }),
          ],
        }),
      ),
      apply('two', 'deployments', 'web', partialPod({ containers: [{ name: 'app', env: [{ name: 'X', value: '1' }] }] })),
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [
            container('app', {
              env: [
                { name: 'C', value: '1' },
                { name: 'D', value: '1' },
                { name: 'A', value: '1' },
              ],
            }),
          ],
        }),
      ),
    ],
  },
  {
    name: 'initContainers change their order',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent({ containers: [container('app')], initContainers: [container('i'), container('j')] }),
      ),
      apply(
        'one',
        'deployments',
        'web',
        intent({ containers: [container('app')], initContainers: [container('j'), container('i')] }),
      ),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'an env name twice in an intent',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [
            container('app', {
              env: [
                { name: 'A', value: '1' },
                { name: 'A', value: '2' },
              ],
            }),
          ],
        }),
        { fails: 500 },
      ),
    ],
  },
  {
    name: 'a container name twice in an intent',
    steps: [apply('one', 'deployments', 'web', intent({ containers: [container('app'), container('app')] }), { fails: 500 })],
  },
  {
    name: 'a port twice in an intent',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent({ containers: [container('app', { ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'TCP' }] })] }),
        { fails: 500 },
      ),
    ],
  },
  {
    name: 'one port by two protocols is two ports',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [
            container('app', {
              ports: [
                { containerPort: 53, protocol: 'TCP', name: 't' },
                { containerPort: 53, protocol: 'UDP', name: 'u' },
              ],
            }),
          ],
        }),
      ),
      apply(
        'one',
        'deployments',
        'web',
        intent({ containers: [container('app', { ports: [{ containerPort: 53, protocol: 'UDP', name: 'u' }] })] }),
      ),
    ],
  },
  {
    name: 'an item without its key',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app', { env: [{ value: '1' }] })] }), { fails: 422 }),
    ],
  },
  {
    name: 'an env name that the live object has twice',
    steps: [
      create(
        'deployments',
        deployment('web', {
          'spec.template.spec.containers.0.env': [
            { name: 'A', value: '1' },
            { name: 'B', value: '1' },
            { name: 'A', value: '2' },
          ],
        }),
      ),
      apply('one', 'deployments', 'web', partialPod({ containers: [{ name: 'app', env: [{ name: 'C', value: '1' }] }] })),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'an env name that the live object has twice is applied',
    steps: [
      create(
        'deployments',
        deployment('web', {
          'spec.template.spec.containers.0.env': [
            { name: 'A', value: '1' },
            { name: 'B', value: '1' },
            { name: 'A', value: '2' },
          ],
        }),
      ),
      apply('one', 'deployments', 'web', partialPod({ containers: [{ name: 'app', env: [{ name: 'A', value: '3' }] }] }), {
        query: FORCE,
      }),
    ],
  },
  {
    name: 'replicas given up go back to their default',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app')] }, { replicas: 0, paused: true })),
      apply(
        'one',
        'deployments',
        'web',
        partial({
          paused: true,
          selector: { matchLabels: { app: 'web' } },
          template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container('app')] } },
        }),
        { query: DRY_RUN },
      ),
    ],
  },
  {
    name: 'replicas handed over before they are given up stay',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app')] })),
      apply('handover', 'deployments', 'web', partial({ replicas: 0 })),
      apply(
        'one',
        'deployments',
        'web',
        partial({
          selector: { matchLabels: { app: 'web' } },
          template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container('app')] } },
        }),
      ),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'an intent that lacks what is required, of an object that is not there',
    steps: [apply('one', 'deployments', 'web', partial({ replicas: 0 }), { fails: 422 })],
  },
  {
    name: 'giving up what is required',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app')] })),
      apply('one', 'deployments', 'web', partial({ replicas: 0 }), { fails: 422 }),
    ],
  },
  {
    name: 'giving up the image alone',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app')] })),
      apply('one', 'deployments', 'web', intent({ containers: [{ name: 'app' }] }), { fails: 422 }),
    ],
  },
  {
    name: 'a quantity in another spelling',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [container('app', { resources: { limits: { cpu: '1000m', memory: '1024Mi' }, requests: { cpu: 0.5 } } })],
        }),
      ),
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [container('app', { resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } } })],
        }),
      ),
      apply('two', 'deployments', 'web', partialPod({ containers: [{ name: 'app', resources: { limits: { cpu: '1000m' } } }] }), {
        fails: 409,
      }),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'an env value that is empty',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app', { env: [{ name: 'A', value: '' }] })] })),
      apply('one', 'deployments', 'web', intent({ containers: [container('app', { env: [{ name: 'A' }] })] })),
    ],
  },
  {
    name: 'atomic lists: command, args',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app', { command: ['sh', '-c'], args: ['a', 'b'] })] })),
      apply('two', 'deployments', 'web', partialPod({ containers: [{ name: 'app', args: ['c'] }] }), { fails: 409 }),
      apply('two', 'deployments', 'web', partialPod({ containers: [{ name: 'app', args: ['c'] }] }), { query: FORCE }),
      apply('one', 'deployments', 'web', intent({ containers: [container('app', { command: ['sh'] })] })),
    ],
  },
  {
    name: 'atomic maps: nodeSelector, matchLabels',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app')], nodeSelector: { a: '1' } })),
      apply('two', 'deployments', 'web', partialPod({ nodeSelector: { b: '1' } }), { fails: 409 }),
      apply('one', 'deployments', 'web', intent({ containers: [container('app')], nodeSelector: { c: '1' } })),
    ],
  },
  {
    name: 'sets: tolerations are atomic, finalizers a set',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent({ containers: [container('app')], tolerations: [{ key: 'a', operator: 'Exists' }] }),
      ),
      apply('one', 'configmaps', 'cm', bare({ finalizers: ['x.y/one'] })),
      apply('two', 'configmaps', 'cm', bare({ finalizers: ['x.y/two', 'x.y/one'] })),
      apply('one', 'configmaps', 'cm', bare()),
      apply('two', 'configmaps', 'cm', bare()),
    ],
  },
  {
    name: 'volumes and their mounts',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [
            container('app', {
              volumeMounts: [
                { name: 'v', mountPath: '/v' },
                { name: 'w', mountPath: '/w', readOnly: true },
              ],
            }),
          ],
          volumes: [
            { name: 'v', emptyDir: {} },
            { name: 'w', configMap: { name: 'w' } },
          ],
        }),
      ),
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [container('app', { volumeMounts: [{ name: 'v', mountPath: '/v' }] })],
          volumes: [{ name: 'v', configMap: { name: 'v' } }],
        }),
      ),
    ],
  },
  {
    name: 'a volume of one kind for another manager’s of another kind: invalid',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app')], volumes: [{ name: 'v', emptyDir: {} }] })),
      apply('two', 'deployments', 'web', partialPod({ volumes: [{ name: 'v', configMap: { name: 'v' } }] }), { fails: 422 }),
    ],
  },
  {
    name: 'strategy: rolling update to recreate',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent(
          { containers: [container('app')] },
          { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: '10%' } } },
        ),
      ),
      apply('one', 'deployments', 'web', intent({ containers: [container('app')] }, { strategy: { type: 'Recreate' } })),
    ],
  },
  {
    name: 'strategy: recreate while rollingUpdate was a default',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app')] })),
      apply('one', 'deployments', 'web', intent({ containers: [container('app')] }, { strategy: { type: 'Recreate' } }), {
        fails: 422,
      }),
    ],
  },
  {
    name: 'an apply after a create takes nothing from the creator',
    steps: [
      create('deployments', deployment(), { query: { fieldManager: 'creator' } }),
      apply('one', 'deployments', 'web', deployment()),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'an apply that changes only a label leaves the generation',
    steps: [
      apply('one', 'deployments', 'web', deployment()),
      apply('one', 'deployments', 'web', changed(deployment(), { 'metadata.labels.x': 'y' })),
    ],
  },
  {
    name: 'the selector cannot be changed by apply either',
    steps: [
      apply('one', 'deployments', 'web', deployment()),
      apply(
        'one',
        'deployments',
        'web',
        deployment('web', { 'spec.selector.matchLabels.more': 'x', 'spec.template.metadata.labels.more': 'x' }),
        { fails: 422 },
      ),
    ],
  },
  {
    name: 'affinity and topology spread constraints',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [container('app')],
          affinity: {
            podAntiAffinity: {
              preferredDuringSchedulingIgnoredDuringExecution: [
                { weight: 5, podAffinityTerm: { topologyKey: 'zone', labelSelector: { matchLabels: { app: 'web' } } } },
              ],
            },
          },
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'zone',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: { app: 'web' } },
            },
          ],
        }),
      ),
      apply(
        'two',
        'deployments',
        'web',
        partialPod({ topologySpreadConstraints: [{ maxSkew: 2, topologyKey: 'node', whenUnsatisfiable: 'DoNotSchedule' }] }),
      ),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'owner references are merged by uid',
    steps: [
      create('configmaps', configMap('owner'), { as: 'owner' }),
      apply(
        'one',
        'configmaps',
        'cm',
        bare({ ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: '{{owner.metadata.uid}}' }] }),
      ),
      apply(
        'two',
        'configmaps',
        'cm',
        bare({
          ownerReferences: [
            { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: '{{owner.metadata.uid}}', blockOwnerDeletion: true },
          ],
        }),
        { fails: 409 },
      ),
      apply('one', 'configmaps', 'cm', bare()),
    ],
  },
  {
    name: 'service ports are merged by port and protocol',
    steps: [
      apply(
        'one',
        'services',
        'svc',
        service('svc', {
          'spec.ports': [
            { name: 'a', port: 80 },
            { name: 'b', port: 81, targetPort: 'x' },
          ],
        }),
      ),
      apply('two', 'services', 'svc', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'svc' },
        spec: { ports: [{ name: 'c', port: 82, protocol: 'UDP' }] },
      }),
      apply('one', 'services', 'svc', service('svc', { 'spec.ports': [{ name: 'a', port: 80 }] })),
      get('services', 'svc'),
    ],
  },
];

const preconditions: readonly Case[] = [
  {
    name: 'with the right uid',
    steps: [
      create('configmaps', cm({ a: '1' }), { as: 'made' }),
      apply('one', 'configmaps', 'cm', cm({ b: '1' }, { uid: '{{made.metadata.uid}}' })),
    ],
  },
  {
    name: 'with a wrong uid',
    steps: [
      create('configmaps', cm({ a: '1' })),
      apply('one', 'configmaps', 'cm', cm({ b: '1' }, { uid: '00000000-0000-0000-0000-000000000000' }), { fails: 422 }),
    ],
  },
  {
    name: 'with a uid, of an object that is not there',
    steps: [apply('one', 'configmaps', 'cm', cm({ b: '1' }, { uid: '00000000-0000-0000-0000-000000000000' }), { fails: 409 })],
  },
  {
    name: 'with the right resourceVersion',
    steps: [
      create('configmaps', cm({ a: '1' }), { as: 'made' }),
      apply('one', 'configmaps', 'cm', cm({ b: '1' }, { resourceVersion: '{{made.metadata.resourceVersion}}' })),
    ],
  },
  {
    name: 'with an old resourceVersion',
    steps: [
      create('configmaps', cm({ a: '1' }), { as: 'made' }),
      merge('configmaps', 'cm', { data: { c: '1' } }),
      apply('one', 'configmaps', 'cm', cm({ b: '1' }, { resourceVersion: '{{made.metadata.resourceVersion}}' }), { fails: 409 }),
    ],
  },
  {
    name: 'with a resourceVersion, of an object that is not there',
    steps: [apply('one', 'configmaps', 'cm', cm({ b: '1' }, { resourceVersion: '1' }))],
  },
  {
    name: 'the full intent of a Deployment with uid, by force, when it was made anew',
    steps: [
      apply('one', 'deployments', 'web', deployment(), { as: 'made' }),
      remove('deployments', 'web'),
      apply('one', 'deployments', 'web', deployment('web', { 'metadata.uid': '{{made.metadata.uid}}' }), {
        query: FORCE,
        fails: 409,
      }),
      create('deployments', deployment()),
      apply('one', 'deployments', 'web', deployment('web', { 'metadata.uid': '{{made.metadata.uid}}' }), {
        query: FORCE,
        fails: 422,
      }),
    ],
  },
];

const refused: readonly Case[] = [
  {
    name: 'without a field manager',
    steps: [apply('', 'configmaps', 'cm', cm({}), { query: { fieldManager: '' }, fails: 422 })],
  },
  { name: 'with a field manager that is too long', steps: [apply('x'.repeat(129), 'configmaps', 'cm', cm({}), { fails: 422 })] },
  { name: 'with another name in the body', steps: [apply('one', 'configmaps', 'other', cm({}), { fails: 400 })] },
  {
    name: 'with another namespace in the body',
    steps: [apply('one', 'configmaps', 'cm', bare({ namespace: 'default' }), { fails: 400 })],
  },
  {
    name: 'without a name in the body',
    steps: [apply('one', 'configmaps', 'cm', { apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1' } }, { fails: 400 })],
  },
  {
    name: 'without apiVersion',
    steps: [apply('one', 'configmaps', 'cm', { kind: 'ConfigMap', metadata: { name: 'cm' } }, { fails: 400 })],
  },
  {
    name: 'without kind',
    steps: [apply('one', 'configmaps', 'cm', { apiVersion: 'v1', metadata: { name: 'cm' } }, { fails: 400 })],
  },
  {
    name: 'with another kind',
    steps: [apply('one', 'configmaps', 'cm', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'cm' } }, { fails: 400 })],
  },
  {
    name: 'with another version',
    steps: [apply('one', 'deployments', 'web', changed(deployment(), { apiVersion: 'apps/v1beta1' }), { fails: 400 })],
  },
  {
    name: 'a text where a number belongs',
    steps: [apply('one', 'deployments', 'web', deployment('web', { 'spec.replicas': 'many' }), { fails: 500 })],
  },
  {
    name: 'a list where an object belongs',
    steps: [
      apply(
        'one',
        'configmaps',
        'cm',
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cm' }, data: ['a'] },
        { fails: 500 },
      ),
    ],
  },
  { name: 'a list as the whole', steps: [apply('one', 'configmaps', 'cm', ['a'], { fails: 400 })] },
  {
    name: 'a field that nobody knows',
    steps: [apply('one', 'deployments', 'web', deployment('web', { 'spec.replica': 1 }), { fails: 500 })],
  },
  {
    name: 'a field that nobody knows, deep in a list',
    steps: [
      apply('one', 'deployments', 'web', deployment('web', { 'spec.template.spec.containers.0.imagee': 'x' }), { fails: 500 }),
    ],
  },
  {
    name: 'a label that is no label',
    steps: [apply('one', 'configmaps', 'cm', bare({ labels: { ok: 'not ok!' } }), { fails: 422 })],
  },
  {
    name: 'force by something else than apply',
    steps: [create('configmaps', cm({})), merge('configmaps', 'cm', { data: { a: '2' } }, { query: FORCE, fails: 422 })],
  },
  {
    name: 'a namespace that is not there',
    steps: [apply('one', 'namespaces', '$NS-none/configmaps/cm', bare({ namespace: '$NS-none' }), { fails: 404 })],
  },
];

const more: readonly Case[] = [
  {
    name: 'a dry run of creation leaves nothing',
    steps: [apply('one', 'configmaps', 'cm', cm({ a: '1' }), { query: DRY_RUN }), get('configmaps', 'cm', { fails: 404 })],
  },
  {
    name: 'a dry run of a change leaves nothing',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1' })),
      apply('one', 'configmaps', 'cm', cm({ b: '1' }), { query: DRY_RUN }),
      get('configmaps', 'cm'),
    ],
  },
  {
    name: 'a dry run tells a conflict',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1' })),
      apply('two', 'configmaps', 'cm', cm({ a: '2' }), { query: DRY_RUN, fails: 409 }),
    ],
  },
  {
    name: 'a status by apply to the main resource is dropped',
    steps: [apply('one', 'deployments', 'web', deployment('web', { 'status.replicas': 7 })), get('deployments', 'web')],
  },
  {
    name: 'a status by apply to the status',
    steps: [
      create('ddprofcrds', binding()),
      apply('one', 'ddprofcrds', 'rules/status', {
        apiVersion: 'crds.grove/v1',
        kind: 'DDProfCrd',
        metadata: { name: 'rules' },
        status: { rules: 3, conditions: [{ type: 'Ready', status: 'True' }] },
      }),
      apply('one', 'ddprofcrds', 'rules/status', {
        apiVersion: 'crds.grove/v1',
        kind: 'DDProfCrd',
        metadata: { name: 'rules' },
        status: { rules: 4 },
      }),
      apply(
        'two',
        'ddprofcrds',
        'rules/status',
        { apiVersion: 'crds.grove/v1', kind: 'DDProfCrd', metadata: { name: 'rules' }, status: { rules: 5 } },
        { fails: 409 },
      ),
      get('ddprofcrds', 'rules'),
    ],
  },
  {
    name: 'a field of another in an apply to the status is a conflict all the same',
    steps: [
      create('ddprofcrds', binding()),
      apply(
        'one',
        'ddprofcrds',
        'rules/status',
        {
          apiVersion: 'crds.grove/v1',
          kind: 'DDProfCrd',
          metadata: { name: 'rules', labels: { x: 'y' } },
          cmName: 'other',
          status: { a: 1 },
        },
        { fails: 409 },
      ),
      apply(
        'one',
        'ddprofcrds',
        'rules/status',
        {
          apiVersion: 'crds.grove/v1',
          kind: 'DDProfCrd',
          metadata: { name: 'rules', labels: { x: 'y' } },
          cmName: 'other',
          status: { a: 1 },
        },
        { query: FORCE },
      ),
    ],
  },
  {
    name: 'a namespace, by two managers',
    steps: [
      apply('one', 'namespaces', '$NS-a', namespace('$NS-a', { 'metadata.labels': { team: 'a' } })),
      apply('two', 'namespaces', '$NS-a', namespace('$NS-a', { 'metadata.labels': { stage: 'b' } })),
      apply('one', 'namespaces', '$NS-a', namespace('$NS-a')),
    ],
  },
  {
    name: 'unknown fields of a custom object that keeps them',
    steps: [
      apply('one', 'ddprofcrds', 'rules', binding('rules', { extra: { list: [1, { a: 'b' }], map: { x: 1 } } })),
      apply('two', 'ddprofcrds', 'rules', {
        apiVersion: 'crds.grove/v1',
        kind: 'DDProfCrd',
        metadata: { name: 'rules' },
        extra: { map: { y: 1 } },
      }),
      apply('one', 'ddprofcrds', 'rules', binding('rules', { extra: { list: [2] } })),
    ],
  },
  {
    name: 'a field of a custom object given up',
    steps: [
      apply('one', 'ddprofcrds', 'rules', binding()),
      apply('one', 'ddprofcrds', 'rules', binding('rules', { cmConfigTag: undefined })),
      get('ddprofcrds', 'rules'),
    ],
  },
  {
    name: 'after a PUT that says the same, the creator owns nothing more',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1' }), { as: 'made' }),
      replace('configmaps', 'cm', cm({ a: '1' }), { query: { fieldManager: 'put' } }),
      replace('configmaps', 'cm', cm({ a: '1', b: '1' }), { query: { fieldManager: 'put' } }),
      apply('one', 'configmaps', 'cm', cm({})),
    ],
  },
  {
    name: 'binaryData',
    steps: [
      apply('one', 'configmaps', 'cm', changed(configMap('cm'), { binaryData: { b: 'AAEC' } })),
      apply('one', 'configmaps', 'cm', changed(configMap('cm'), { binaryData: { b: 'AAED', c: 'AA==' } })),
    ],
  },
];

export const APPLY: readonly Case[] = [...created, ...ownership, ...deployments, ...preconditions, ...refused, ...more];
