/** What a Deployment may be: defaults, validation, what never changes, and where roll-outs end. */
import type { Json, JsonObject } from '@ddprofiler-rc/cluster-sim';
import type { Case } from '../case.ts';
import { deployment } from '../manifests.ts';
import { create, get, list, merge, remove, strategic, untilGone } from '../steps.ts';

type Changes = Readonly<Record<string, Json | undefined>>;
const POD = 'spec.template.spec';
const APP = `${POD}.containers.0`;

const DEFAULTED: readonly (readonly [string, Changes])[] = [
  ['nothing but what is needed', { 'spec.replicas': undefined, 'spec.paused': true }],
  ['ports', { [`${APP}.ports`]: [{ containerPort: 80 }, { name: 'dns', containerPort: 53, protocol: 'UDP' }] }],
  [
    'probes',
    {
      [`${APP}.livenessProbe`]: { httpGet: { port: 80 } },
      [`${APP}.readinessProbe`]: { tcpSocket: { port: 'http' } },
      [`${APP}.startupProbe`]: { exec: { command: ['true'] } },
    },
  ],
  ['a gRPC probe', { [`${APP}.livenessProbe`]: { grpc: { port: 5 } } }],
  [
    'an image with a tag latest, and a digest',
    {
      [`${APP}.image`]: 'nginx',
      [`${POD}.initContainers`]: [
        { name: 'i', image: 'nginx@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
      ],
    },
  ],
  [
    'fields and resources in env',
    {
      [`${APP}.env`]: [
        { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'B', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
        { name: 'C', value: '' },
      ],
    },
  ],
  [
    'volumes of each kind',
    {
      [`${POD}.volumes`]: [
        { name: 'a', emptyDir: {} },
        { name: 'b', configMap: { name: 'x' } },
        { name: 'c', secret: { secretName: 'x' } },
        { name: 'd', hostPath: { path: '/x' } },
        {
          name: 'e',
          projected: {
            sources: [
              { serviceAccountToken: { path: 'token' } },
              { configMap: { name: 'x' } },
              { downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'metadata.labels' } }] } },
            ],
          },
        },
        { name: 'f', persistentVolumeClaim: { claimName: 'x' } },
      ],
    },
  ],
  ['resources', { [`${APP}.resources`]: { limits: { cpu: '1000m', memory: '1024Mi' }, requests: { cpu: '0.5' } } }],
  ['an init container that stays', { [`${POD}.initContainers`]: [{ name: 'side', image: 'b:1', restartPolicy: 'Always' }] }],
  ['a strategy without numbers', { 'spec.strategy': { type: 'RollingUpdate' } }],
  ['a strategy with one number', { 'spec.strategy': { rollingUpdate: { maxSurge: 1 } } }],
  ['Recreate', { 'spec.strategy': { type: 'Recreate' } }],
  [
    'spread and affinity',
    {
      [`${POD}.topologySpreadConstraints`]: [
        { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: { app: 'web' } } },
      ],
      [`${POD}.affinity`]: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'web' } } },
          ],
        },
      },
    },
  ],
  ['a service account', { [`${POD}.serviceAccountName`]: 'me' }],
  [
    'duplicate variables',
    {
      [`${APP}.env`]: [
        { name: 'A', value: '1' },
        { name: 'A', value: '2' },
      ],
    },
  ],
  [
    'security',
    {
      [`${POD}.securityContext`]: { runAsNonRoot: true },
      [`${APP}.securityContext`]: { privileged: false, capabilities: { drop: ['ALL'] } },
    },
  ],
];

const REFUSED: readonly (readonly [string, Changes])[] = [
  ['no selector', { 'spec.selector': undefined }],
  ['an empty selector', { 'spec.selector': {} }],
  ['a selector that its pods do not match', { 'spec.selector': { matchLabels: { app: 'other' } } }],
  ['a selector of nonsense', { 'spec.selector': { matchExpressions: [{ key: 'app', operator: 'Near', values: ['web'] }] } }],
  ['no template', { 'spec.template': undefined }],
  ['no containers', { [`${POD}.containers`]: [] }],
  ['a container without a name', { [`${APP}.name`]: undefined }],
  ['a container without an image', { [`${APP}.image`]: undefined }],
  ['a container with a name that is none', { [`${APP}.name`]: 'Not_OK' }],
  [
    'two containers of one name',
    {
      [`${POD}.containers`]: [
        { name: 'a', image: 'x' },
        { name: 'a', image: 'y' },
      ],
    },
  ],
  ['fewer than no replicas', { 'spec.replicas': -1 }],
  ['a variable with an equals sign', { [`${APP}.env`]: [{ name: 'A=B', value: '1' }] }],
  ['a variable without a name', { [`${APP}.env`]: [{ value: '1' }] }],
  [
    'a variable with a value and a source',
    { [`${APP}.env`]: [{ name: 'A', value: '1', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
  ],
  [
    'a variable from a field that there is not',
    { [`${APP}.env`]: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.nothing' } } }] },
  ],
  ['a port out of range', { [`${APP}.ports`]: [{ containerPort: 70000 }] }],
  [
    'two ports of one name',
    {
      [`${APP}.ports`]: [
        { name: 'p', containerPort: 1 },
        { name: 'p', containerPort: 2 },
      ],
    },
  ],
  ['a protocol that there is not', { [`${APP}.ports`]: [{ containerPort: 1, protocol: 'SMOKE' }] }],
  ['a mount of no volume', { [`${APP}.volumeMounts`]: [{ name: 'v', mountPath: '/v' }] }],
  [
    'two mounts at one place',
    {
      [`${POD}.volumes`]: [{ name: 'v', emptyDir: {} }],
      [`${APP}.volumeMounts`]: [
        { name: 'v', mountPath: '/v' },
        { name: 'v', mountPath: '/v' },
      ],
    },
  ],
  [
    'two volumes of one name',
    {
      [`${POD}.volumes`]: [
        { name: 'v', emptyDir: {} },
        { name: 'v', emptyDir: {} },
      ],
    },
  ],
  ['a volume of nothing', { [`${POD}.volumes`]: [{ name: 'v', hostPath: { path: '' } }] }],
  ['requests above limits', { [`${APP}.resources`]: { limits: { cpu: '1' }, requests: { cpu: '2' } } }],
  ['an amount below zero', { [`${APP}.resources`]: { limits: { cpu: '-1' } } }],
  ['neither surge nor unavailable', { 'spec.strategy': { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }],
  ['a surge of nonsense', { 'spec.strategy': { rollingUpdate: { maxSurge: 'much' } } }],
  ['unavailable above all', { 'spec.strategy': { rollingUpdate: { maxUnavailable: '101%' } } }],
  ['Recreate with numbers', { 'spec.strategy': { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }],
  ['a strategy that there is not', { 'spec.strategy': { type: 'Yolo' } }],
  ['pods that do not start again', { [`${POD}.restartPolicy`]: 'Never' }],
  ['a deadline below the time to be ready', { 'spec.minReadySeconds': 10, 'spec.progressDeadlineSeconds': 5 }],
  ['a history below zero', { 'spec.revisionHistoryLimit': -1 }],
  ['a label that is none', { 'spec.template.metadata.labels.bad~key!': 'x' }],
  ['a label value too long', { 'metadata.labels.a': 'x'.repeat(64) }],
  ['an annotation key that is none', { 'metadata.annotations': { 'not ok': 'x' } }],
  ['several at once', { 'spec.replicas': -1, [`${APP}.image`]: '', 'spec.minReadySeconds': -1 }],
  ['a node name that is none', { [`${POD}.nodeName`]: 'Not_OK' }],
  ['a pull policy that there is not', { [`${APP}.imagePullPolicy`]: 'Perhaps' }],
  ['a probe of nothing', { [`${APP}.livenessProbe`]: {} }],
  ['a probe of two kinds', { [`${APP}.livenessProbe`]: { tcpSocket: { port: 1 }, exec: { command: ['a'] } } }],
];

const defaults: readonly Case[] = DEFAULTED.map(([what, changes]) => ({
  name: `has defaults: ${what}`,
  steps: [create('deployments', deployment('web', { 'spec.paused': true, ...changes }), { query: { dryRun: 'All' } })],
}));

const refusals: readonly Case[] = REFUSED.map(([what, changes]) => ({
  name: `is refused: ${what}`,
  steps: [create('deployments', deployment('web', changes), { fails: 422 })],
}));

const ofPods = (podSpec: JsonObject): JsonObject => ({ spec: { template: { spec: podSpec } } });
const running = create('deployments', deployment('web', { 'spec.replicas': 2 }));

const lives: readonly Case[] = [
  {
    name: 'its selector never changes',
    steps: [
      create('deployments', deployment()),
      merge(
        'deployments',
        'web',
        { spec: { selector: { matchLabels: { app: 'x' } }, template: { metadata: { labels: { app: 'x' } } } } },
        { fails: 422 },
      ),
    ],
  },
  {
    name: 'its name never changes',
    steps: [create('deployments', deployment()), merge('deployments', 'web', { metadata: { name: 'x' } }, { fails: 400 })],
  },
  {
    name: 'rolls out',
    pods: true,
    steps: [running, get('deployments', 'web'), list('replicasets')],
  },
  {
    name: 'rolls a new image out',
    pods: true,
    steps: [
      running,
      strategic('deployments', 'web', ofPods({ containers: [{ name: 'app', image: 'nginx:2' }] })),
      get('deployments', 'web'),
      list('replicasets'),
    ],
  },
  {
    name: 'scales up, down and to none',
    pods: true,
    steps: [
      running,
      ...[3, 1, 0].flatMap((replicas) => [merge('deployments', 'web', { spec: { replicas } }), get('deployments', 'web')]),
      list('replicasets'),
    ],
  },
  {
    name: 'is paused, changed and resumed',
    pods: true,
    steps: [
      running,
      merge('deployments', 'web', { spec: { paused: true } }),
      strategic('deployments', 'web', ofPods({ containers: [{ name: 'app', image: 'nginx:2' }] })),
      get('deployments', 'web'),
      merge('deployments', 'web', { spec: { paused: null } }),
      get('deployments', 'web'),
    ],
  },
  {
    // Without a deadline: of which ReplicaSet the condition Progressing tells hangs on whether the controller happens to see the pods go one by one.
    name: 'recreates its pods',
    pods: true,
    steps: [
      create(
        'deployments',
        deployment('web', {
          'spec.replicas': 2,
          'spec.strategy': { type: 'Recreate' },
          'spec.progressDeadlineSeconds': 2 ** 31 - 1,
        }),
      ),
      strategic('deployments', 'web', ofPods({ containers: [{ name: 'app', image: 'nginx:2' }] })),
      get('deployments', 'web'),
      list('replicasets'),
    ],
  },
  {
    name: 'keeps so much history',
    pods: true,
    steps: [
      create('deployments', deployment('web', { 'spec.revisionHistoryLimit': 1 })),
      ...['2', '3', '4'].map((tag) =>
        strategic('deployments', 'web', ofPods({ containers: [{ name: 'app', image: `nginx:${tag}` }] })),
      ),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'goes with its pods',
    pods: true,
    steps: [
      running,
      remove('deployments', 'web', { propagationPolicy: 'Foreground' }),
      untilGone('deployments', 'web'),
      list('replicasets'),
    ],
  },
  {
    name: 'goes and leaves its ReplicaSets',
    pods: true,
    steps: [
      running,
      remove('deployments', 'web', { propagationPolicy: 'Orphan' }),
      untilGone('deployments', 'web'),
      list('replicasets'),
    ],
  },
  {
    name: 'a status only tells what controllers found',
    pods: true,
    steps: [running, merge('deployments', 'web', { metadata: { annotations: { note: 'x' } } }), get('deployments', 'web')],
  },
];

export const DEPLOYMENTS: readonly Case[] = [...defaults, ...refusals, ...lives];
