/** JSON patch, merge patch and strategic merge patch. */
import type { Json, JsonObject } from '@ddprofiler-rc/cluster-sim';
import type { Case } from '../case.ts';
import { binding, budget, configMap, deployment, lease, pod, service } from '../manifests.ts';
import { pathOf } from '../resources.ts';
import { ask, create, DRY_RUN, get, json, merge, strategic } from '../steps.ts';

const made = create('configmaps', configMap('cm', { a: '1', b: '2' }, { labels: { x: 'y' } }));

/** A Deployment with one of each list that strategic patches merge. */
const rich = create(
  'deployments',
  deployment('web', {
    'spec.template.spec': {
      containers: [
        {
          name: 'app',
          image: 'a:1',
          args: ['x', 'y'],
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
          ports: [{ containerPort: 80 }],
          volumeMounts: [{ name: 'v', mountPath: '/v' }],
        },
        { name: 'side', image: 'b:1' },
      ],
      volumes: [
        { name: 'v', emptyDir: {} },
        { name: 'w', emptyDir: {} },
      ],
      tolerations: [{ key: 'a', operator: 'Exists' }],
      nodeSelector: { zone: 'a' },
    },
  }),
);

const ofPod = (podSpec: Json): JsonObject => ({ spec: { template: { spec: podSpec } } });

type Patch = readonly [name: string, patch: Json, fails?: number];

const table = (
  kind: string,
  first: typeof made,
  patches: readonly Patch[],
  send: typeof merge,
  at: readonly ['configmaps' | 'deployments', string],
): readonly Case[] =>
  patches.map(([name, patch, fails]) => ({
    name: `${kind}: ${name}`,
    pods: at[0] === 'deployments',
    steps: [first, send(at[0], at[1], patch, fails === undefined ? {} : { fails }), get(at[0], at[1])],
  }));

const MERGES: readonly Patch[] = [
  ['adds, changes and takes away', { data: { a: '2', b: null, c: '3' } }],
  ['an empty patch changes nothing', {}],
  ['null of an absent member', { data: { zzz: null } }],
  ['takes a whole map away', { data: null }],
  ['labels', { metadata: { labels: { x: null, z: '1' } } }],
  ['annotations and finalizers', { metadata: { annotations: { 'a.b/c': 'd' }, finalizers: ['x.y/z'] } }],
  ['the name', { metadata: { name: 'other' } }, 400],
  ['the namespace', { metadata: { namespace: 'other' } }, 400],
  ['the uid', { metadata: { uid: 'other' } }, 422],
  ['a wrong resourceVersion', { metadata: { resourceVersion: '1' } }, 409],
  ['a resourceVersion that is no number', { metadata: { resourceVersion: 'abc' } }, 500],
  ['an unknown field is dropped', { dataa: { a: '2' } }],
  ['a text instead of a map', { data: 'text' }, 422],
  ['a number instead of a text', { data: { a: 5 } }, 422],
  ['a list as the patch', [1], 400],
  ['the kind', { kind: 'Pod' }, 422],
  ['the apiVersion', { apiVersion: 'v2' }, 422],
  ['creationTimestamp is left as it is', { metadata: { creationTimestamp: '2020-01-01T00:00:00Z' } }],
  ['immutable', { immutable: true }],
  ['generateName and selfLink', { metadata: { generateName: 'x-', selfLink: '/x' } }],
  [
    'ownerReferences that lack a uid',
    { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x' }] } },
    422,
  ],
];

const DEPLOYMENT_MERGES: readonly Patch[] = [
  ['a list is replaced as a whole', ofPod({ containers: [{ name: 'only', image: 'x' }], volumes: null })],
  ['replicas', { spec: { replicas: 0, paused: true } }],
  ['replicas back to their default', { spec: { replicas: null, paused: true } }],
  ['replicas below nothing', { spec: { replicas: -1 } }, 422],
  ['containers taken away', ofPod({ containers: null }), 422],
  ['the status is left as it is', { status: { replicas: 9 } }],
  ['the selector', { spec: { selector: { matchLabels: { app: 'other' } } } }, 422],
  ['strategy to Recreate', { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } }],
  ['strategy to Recreate with parameters left', { spec: { strategy: { type: 'Recreate' } } }, 422],
  ['a text for replicas', { spec: { replicas: '3' } }, 422],
  ['a fraction for replicas', { spec: { replicas: 1.5 } }, 422],
];

const STRATEGICS: readonly Patch[] = [
  ['a container by its name', ofPod({ containers: [{ name: 'app', image: 'a:2' }] })],
  ['a container more', ofPod({ containers: [{ name: 'new', image: 'n:1' }] })],
  ['a container less', ofPod({ containers: [{ name: 'side', $patch: 'delete' }] })],
  ['deletion of a container that is not there', ofPod({ containers: [{ name: 'none', $patch: 'delete' }] })],
  ['all containers replaced', ofPod({ containers: [{ name: 'only', image: 'o:1' }, { $patch: 'replace' }], volumes: [] })],
  [
    'env merged by name',
    ofPod({
      containers: [
        {
          name: 'app',
          env: [
            { name: 'B', value: '3' },
            { name: 'C', value: '4' },
          ],
        },
      ],
    }),
  ],
  ['an env variable less', ofPod({ containers: [{ name: 'app', env: [{ name: 'A', $patch: 'delete' }] }] })],
  [
    'an env value for a source',
    ofPod({
      containers: [{ name: 'app', env: [{ name: 'A', value: null, valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }],
    }),
  ],
  [
    'a directive that is no list',
    ofPod({
      containers: [
        {
          name: 'app',
          $setElementOrder: 1,
          '$setElementOrder/env': [{ name: 'B' }, { name: 'A' }],
          env: [{ name: 'B', value: '9' }],
        },
      ],
    }),
    500,
  ],
  [
    'the order of containers',
    ofPod({ '$setElementOrder/containers': [{ name: 'side' }, { name: 'app' }], containers: [{ name: 'app', image: 'a:3' }] }),
  ],
  [
    'the order of env',
    ofPod({
      containers: [
        { name: 'app', '$setElementOrder/env': [{ name: 'B' }, { name: 'C' }, { name: 'A' }], env: [{ name: 'C', value: '9' }] },
      ],
    }),
  ],
  ['args are replaced', ofPod({ containers: [{ name: 'app', args: ['z'] }] })],
  ['tolerations are replaced', ofPod({ tolerations: [{ key: 'b', operator: 'Exists' }] })],
  ['nodeSelector is merged', ofPod({ nodeSelector: { rack: '1' } })],
  ['nodeSelector replaced', ofPod({ nodeSelector: { $patch: 'replace', rack: '1' } })],
  ['nodeSelector deleted', ofPod({ nodeSelector: { $patch: 'delete' } })],
  [
    'volumes: retained keys',
    ofPod({ volumes: [{ name: 'v', $retainKeys: ['name', 'configMap'], configMap: { name: 'c' }, emptyDir: null }] }),
  ],
  ['volumes: two sources', ofPod({ volumes: [{ name: 'v', configMap: { name: 'c' } }] }), 422],
  ['strategy: retained keys', { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }],
  [
    'a port by its number',
    ofPod({ containers: [{ name: 'app', ports: [{ containerPort: 80, name: 'http' }, { containerPort: 81 }] }] }),
  ],
  ['finalizers are a set', { metadata: { finalizers: ['x.y/a', 'x.y/b'] } }],
  ['finalizers: deletion from what is not there', { metadata: { '$deleteFromPrimitiveList/finalizers': ['x.y/a'] } }],
  ['an item without its merge key', ofPod({ containers: [{ image: 'x' }] }), 500],
  ['an unknown directive', ofPod({ $patch: 'explode' }), 500],
  ['an unknown field', { spec: { replica: 3 } }],
  ['a text for a map', { spec: 'x' }, 422],
  [
    'restartedAt, as kubectl rollout restart does',
    { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': '2020-01-01T00:00:00Z' } } } } },
  ],
  ['the image of a container by null', ofPod({ containers: [{ name: 'app', image: null }] }), 422],
  ['initContainers added', ofPod({ initContainers: [{ name: 'i', image: 'i:1' }] })],
  [
    'a volume mount by its path',
    ofPod({
      containers: [
        {
          name: 'app',
          volumeMounts: [
            { mountPath: '/w', name: 'w' },
            { mountPath: '/v', $patch: 'delete' },
          ],
        },
      ],
    }),
  ],
];

const JSONS: readonly Patch[] = [
  [
    'add, replace, remove',
    [
      { op: 'add', path: '/data/c', value: '3' },
      { op: 'replace', path: '/data/a', value: '9' },
      { op: 'remove', path: '/data/b' },
    ],
  ],
  ['an empty patch', []],
  [
    'test that holds',
    [
      { op: 'test', path: '/data/a', value: '1' },
      { op: 'replace', path: '/data/a', value: '2' },
    ],
  ],
  [
    'test that fails',
    [
      { op: 'test', path: '/data/a', value: '2' },
      { op: 'replace', path: '/data/a', value: '3' },
    ],
    422,
  ],
  ['replace of what is absent', [{ op: 'replace', path: '/data/zzz', value: '3' }]],
  ['remove of what is absent', [{ op: 'remove', path: '/data/zzz' }], 422],
  ['add below what is absent', [{ op: 'add', path: '/metadata/annotations/x', value: '3' }], 422],
  ['move', [{ op: 'move', from: '/data/a', path: '/data/moved' }]],
  ['copy', [{ op: 'copy', from: '/data/a', path: '/data/copied' }]],
  ['copy of what is absent', [{ op: 'copy', from: '/data/zzz', path: '/data/copied' }]],
  ['an escaped path', [{ op: 'add', path: '/metadata/labels/a.b~1c', value: 'd' }]],
  ['an unknown operation', [{ op: 'explode', path: '/data/a' }], 422],
  ['an object as the patch', { op: 'add', path: '/data/a', value: '1' }, 400],
  ['an operation without a path', [{ op: 'add', value: '1' }], 422],
  ['a wrong type in the end', [{ op: 'replace', path: '/data', value: 'text' }], 422],
  ['the name', [{ op: 'replace', path: '/metadata/name', value: 'other' }], 400],
];

const DEPLOYMENT_JSONS: readonly Patch[] = [
  ['the image of the first container', [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'a:2' }]],
  ['a list grows at its end', [{ op: 'add', path: '/spec/template/spec/containers/0/env/-', value: { name: 'C', value: '3' } }]],
  [
    'a list grows at its start',
    [{ op: 'add', path: '/spec/template/spec/containers/0/env/0', value: { name: 'C', value: '3' } }],
  ],
  ['an item goes', [{ op: 'remove', path: '/spec/template/spec/containers/1' }]],
  ['an index beyond the end', [{ op: 'remove', path: '/spec/template/spec/containers/7' }], 422],
  ['an env name twice', [{ op: 'add', path: '/spec/template/spec/containers/0/env/-', value: { name: 'A', value: '3' } }]],
];

const others: readonly Case[] = [
  { name: 'of nothing: merge', steps: [merge('configmaps', 'none', { data: {} }, { fails: 404 })] },
  { name: 'of nothing: strategic', steps: [strategic('deployments', 'none', {}, { fails: 404 })] },
  { name: 'of nothing: JSON', steps: [json('deployments', 'none', [], { fails: 404 })] },
  {
    name: 'strategic of a custom object',
    steps: [create('ddprofcrds', binding()), strategic('ddprofcrds', 'rules', { cmName: 'x' }, { fails: 415 })],
  },
  {
    name: 'merge of a custom object',
    steps: [
      create('ddprofcrds', binding()),
      merge('ddprofcrds', 'rules', { cmName: 'x', cmNamespace: null, more: { a: [1] } }),
      get('ddprofcrds', 'rules'),
    ],
  },
  {
    name: 'JSON of a custom object',
    steps: [create('ddprofcrds', binding()), json('ddprofcrds', 'rules', [{ op: 'replace', path: '/cmName', value: 'x' }])],
  },
  {
    name: 'a media type that is no patch',
    steps: [made, ask('PATCH', pathOf('configmaps', 'cm'), { contentType: 'application/json', fails: 415 }, { data: {} })],
  },
  {
    name: 'a media type that nobody knows',
    steps: [made, ask('PATCH', pathOf('configmaps', 'cm'), { contentType: 'text/plain', fails: 415 }, { data: {} })],
  },
  {
    name: 'with the right resourceVersion, then with the same again',
    steps: [
      create('configmaps', configMap('cm'), { as: 'made' }),
      merge('configmaps', 'cm', { metadata: { resourceVersion: '{{made.metadata.resourceVersion}}' }, data: { b: '1' } }),
      merge(
        'configmaps',
        'cm',
        { metadata: { resourceVersion: '{{made.metadata.resourceVersion}}' }, data: { b: '2' } },
        { fails: 409 },
      ),
    ],
  },
  {
    name: 'with uid and resourceVersion, as a clone is scaled to zero',
    steps: [
      create('deployments', deployment('web', { 'spec.replicas': 0 })),
      get('deployments', 'web', { as: 'made' }),
      merge('deployments', 'web', {
        metadata: { uid: '{{made.metadata.uid}}', resourceVersion: '{{made.metadata.resourceVersion}}' },
        spec: { replicas: 0, minReadySeconds: 3 },
      }),
      merge(
        'deployments',
        'web',
        {
          metadata: { uid: '{{made.metadata.uid}}', resourceVersion: '{{made.metadata.resourceVersion}}' },
          spec: { replicas: 0 },
        },
        { fails: 409 },
      ),
      merge(
        'deployments',
        'web',
        { metadata: { uid: '00000000-0000-0000-0000-000000000000' }, spec: { replicas: 0 } },
        { fails: 422 },
      ),
    ],
  },
  {
    name: 'finalizers leave one by one from a strategic patch',
    steps: [
      create('configmaps', configMap('cm', {}, { finalizers: ['x.y/a', 'x.y/b', 'x.y/c'] })),
      strategic('configmaps', 'cm', { metadata: { '$deleteFromPrimitiveList/finalizers': ['x.y/b'] } }),
      strategic('configmaps', 'cm', {
        metadata: { finalizers: ['x.y/d'], '$setElementOrder/finalizers': ['x.y/d', 'x.y/c', 'x.y/a'] },
      }),
    ],
  },
  {
    name: 'service ports by strategic patch',
    steps: [
      create(
        'services',
        service('svc', {
          'spec.ports': [
            { name: 'a', port: 80 },
            { name: 'b', port: 81 },
          ],
        }),
      ),
      strategic('services', 'svc', { spec: { ports: [{ port: 81, targetPort: 8081 }] } }),
      strategic('services', 'svc', { spec: { ports: [{ port: 80, $patch: 'delete' }] } }),
      strategic('services', 'svc', { spec: { selector: { app: null, tier: 'x' } } }),
    ],
  },
  {
    name: 'the renewal of a lease',
    steps: [
      create('leases', lease()),
      merge('leases', 'lease', {
        spec: { renewTime: '2020-01-01T00:00:10.500000Z', holderIdentity: 'two', leaseTransitions: 2 },
      }),
      merge('leases', 'lease', { spec: { renewTime: 'yesterday' } }, { fails: 422 }),
    ],
  },
  {
    name: 'a budget from a number to a percentage',
    steps: [create('poddisruptionbudgets', budget()), merge('poddisruptionbudgets', 'pdb', { spec: { minAvailable: '50%' } })],
  },
  {
    name: 'a pod’s image may change, its name for a service account may not',
    pods: true,
    steps: [
      create('pods', pod()),
      strategic('pods', 'pod', { spec: { containers: [{ name: 'app', image: 'nginx:2' }] } }),
      strategic('pods', 'pod', { metadata: { labels: { more: 'x' } } }),
    ],
  },
  {
    name: 'dry run: merge',
    steps: [made, merge('configmaps', 'cm', { data: { a: '2' } }, { query: DRY_RUN }), get('configmaps', 'cm')],
  },
  {
    name: 'dry run: strategic, refused',
    steps: [
      rich,
      strategic('deployments', 'web', ofPod({ containers: [{ name: 'bad' }] }), { query: DRY_RUN, fails: 422 }),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'a field manager in the query, else from the user agent',
    steps: [
      made,
      merge('configmaps', 'cm', { data: { a: '2' } }, { query: { fieldManager: 'query' } }),
      merge('configmaps', 'cm', { data: { b: '3' } }, { userAgent: 'kubectl/v1.37 (linux)' }),
      merge('configmaps', 'cm', { data: { c: '3' } }, { query: { fieldManager: 'x'.repeat(129) }, fails: 422 }),
    ],
  },
  {
    name: 'no-op patches write nothing',
    steps: [
      made,
      merge('configmaps', 'cm', { data: { a: '1' } }),
      json('configmaps', 'cm', [{ op: 'replace', path: '/data/a', value: '1' }]),
      strategic('configmaps', 'cm', { metadata: { labels: { x: 'y' } } }, { query: { fieldManager: 'somebody' } }),
    ],
  },
];

export const PATCH: readonly Case[] = [
  ...table('merge', made, MERGES, merge, ['configmaps', 'cm']),
  ...table('merge of a Deployment', rich, DEPLOYMENT_MERGES, merge, ['deployments', 'web']),
  ...table('strategic', rich, STRATEGICS, strategic, ['deployments', 'web']),
  ...table('JSON', made, JSONS, json, ['configmaps', 'cm']),
  ...table('JSON of a Deployment', rich, DEPLOYMENT_JSONS, json, ['deployments', 'web']),
  ...others,
];
