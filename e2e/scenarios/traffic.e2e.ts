/**
 * A source as it is in production, of three containers and an init sidecar, cloned `shared` and `isolated`: what its Service, its disruption
 * budget and its autoscaler make of the clone's pods.
 */

import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventuallyCondition, told } from '../harness/told.ts';
import { type Deployment, hasReplicas, IMAGE, makeWorld, type World } from '../harness/world.ts';

let world: World;

beforeEach(async () => {
  world = await makeWorld('traffic');
  await world.bind();
  for (const manifest of [SOURCE, SERVICE, BUDGET, AUTOSCALER, SETTINGS]) await world.apply(manifest);
});

afterEach(() => world.end());

const LABELS = { app: 'shop', tier: 'web' };
const BESIDE = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'shop' } } };
const PROBE = { httpGet: { path: '/', port: 'http' }, periodSeconds: 30 };

const SETTINGS = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { LEVEL: 'high' } };
const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'shop' },
  spec: { selector: { app: 'shop' }, ports: [{ port: 80, targetPort: 80 }] },
};
const BUDGET = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'shop' },
  spec: { minAvailable: 1, selector: { matchLabels: { app: 'shop' } } },
};
const AUTOSCALER = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'shop' },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' }, minReplicas: 4, maxReplicas: 4 },
};
const SOURCE = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'shop', labels: { app: 'shop' } },
  spec: {
    replicas: 4,
    selector: { matchLabels: LABELS },
    template: {
      metadata: { labels: { ...LABELS, version: 'v7' }, annotations: { 'kubectl.kubernetes.io/default-container': 'web' } },
      spec: {
        initContainers: [
          { name: 'mesh', image: IMAGE, restartPolicy: 'Always', env: [{ name: 'MESH', value: 'on' }] },
          { name: 'prepare', image: IMAGE, command: ['true'] },
        ],
        containers: [
          { name: 'logger', image: IMAGE, volumeMounts: [{ name: 'identity', mountPath: '/identity', readOnly: true }] },
          {
            name: 'web',
            image: IMAGE,
            envFrom: [{ configMapRef: { name: 'settings' } }],
            env: [
              { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
              { name: 'OLD', value: 'old' },
            ],
            ports: [{ name: 'http', containerPort: 80 }],
            readinessProbe: PROBE,
            livenessProbe: PROBE,
            startupProbe: PROBE,
            resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
          },
          { name: 'metrics', image: IMAGE, args: ['--port=9090'] },
        ],
        volumes: [
          {
            name: 'identity',
            projected: {
              sources: [
                { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
                { configMap: { name: 'settings' } },
                { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
              ],
            },
          },
        ],
        affinity: {
          podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 10, podAffinityTerm: BESIDE }] },
        },
        topologySpreadConstraints: [{ maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', ...BESIDE }],
      },
    },
  },
};

const rules = (more: object) =>
  JSON.stringify({
    $NS: {
      deployments: {
        shop: {
          scale_factor: 0.5,
          name_suffix: 'profiler',
          env: { PROFILING: 'True' },
          unset_env: ['OLD'],
          containers: { metrics: { args: ['--port=9091'] }, mesh: { env: { MESH: 'off' } } },
          ...more,
        },
      },
    },
  });

interface Pod {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
}

/** Names of the pods that a label selector selects. */
async function podsBy(selector: string): Promise<readonly string[]> {
  const pods: readonly Pod[] = JSON.parse(
    await world.kubectl(
      'get',
      'pods',
      '-n',
      world.namespace,
      '-l',
      selector,
      '-o',
      'json',
      '--field-selector=status.phase=Running',
    ),
  ).items;
  return pods.map(({ metadata }) => metadata.name);
}

const ofClone = (names: readonly string[]) => names.filter((name) => name.startsWith('shop-profiler-'));

/** What the autoscaler of the source counts: the pods that its scale subresource selects. */
async function countedByAutoscaler(): Promise<readonly string[]> {
  const path = `/apis/apps/v1/namespaces/${world.namespace}/deployments/shop/scale`;
  return podsBy(JSON.parse(await world.kubectl('get', '--raw', path)).status.selector);
}

async function endpoints(): Promise<readonly string[]> {
  const slices = JSON.parse(
    await world.kubectl('get', 'endpointslices', '-n', world.namespace, '-l', 'kubernetes.io/service-name=shop', '-o', 'json'),
  ).items;
  return slices.flatMap(({ endpoints: found }: { endpoints?: readonly { targetRef?: { name: string } }[] }) =>
    (found ?? []).map(({ targetRef }) => targetRef?.name ?? ''),
  );
}

async function expectedPods(): Promise<number> {
  const budget = JSON.parse(await world.kubectl('get', 'pdb', 'shop', '-n', world.namespace, '-o', 'json'));
  return budget.status?.expectedPods ?? 0;
}

const podOf = ({ spec }: Deployment) => spec.template.spec;

/** What is the same in both: containers, and everything of the pod that no field of the rule is about. */
function expectTheRest(clone: Deployment, source: Deployment): void {
  const [logger, web, metrics] = podOf(clone).containers;
  const [sourceLogger, sourceWeb, sourceMetrics] = podOf(source).containers;
  expect(logger).toEqual(sourceLogger);
  const env = [
    { name: 'POD', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
    { name: 'PROFILING', value: 'True' },
  ];
  expect(web).toEqual({ ...sourceWeb, env });
  expect(metrics).toEqual({ ...sourceMetrics, args: ['--port=9091'] });
  const [mesh, prepare] = podOf(clone).initContainers ?? [];
  const [sourceMesh, sourcePrepare] = podOf(source).initContainers ?? [];
  expect(mesh).toEqual({ ...sourceMesh, env: [{ name: 'MESH', value: 'off' }] });
  expect(prepare).toEqual(sourcePrepare);
  expect(podOf(clone)).toMatchObject({ volumes: (podOf(source) as { volumes?: unknown }).volumes });
}

async function cloned(more: object): Promise<{ readonly clone: Deployment; readonly source: Deployment }> {
  await world.rules(rules(more));
  const operator = await world.operator();
  await operator.ready();
  const clone = await world.eventually('shop-profiler', hasReplicas(2));
  return { clone, source: await world.eventually('shop', hasReplicas(4)) };
}

describe('given a source of three containers with a Service, a disruption budget and an autoscaler', () => {
  test('when its clone is shared, then all of them count the clone, and that is told', async () => {
    const { clone, source } = await cloned({});
    expectTheRest(clone, source);
    expect(clone.spec.template.metadata.labels).toEqual({
      ...LABELS,
      version: 'v7',
      'ddprofiler-rc.grove/clone': 'shop-profiler',
    });
    await waitFor('the Service to have the pods of the clone', async () => {
      const names = await endpoints();
      return ofClone(names).length === 2 || names.join(', ');
    });
    expect(ofClone(await countedByAutoscaler())).toHaveLength(2);
    await eventuallyCondition(world, 'Degraded', 'True', 'HpaCountsClone');
    const { message, involvedObject } = await told(world, 'HpaCountsClone');
    expect(involvedObject).toMatchObject({ kind: 'Deployment', name: 'shop' });
    expect(message).toContain('traffic: isolated');
    await told(world, 'PdbCountsClone');
  });

  test('when its clone is isolated, then none of them does', async () => {
    const { clone, source } = await cloned({ traffic: 'isolated' });
    expectTheRest(clone, source);
    const label = { 'ddprofiler-rc.grove/clone': 'shop-profiler' };
    expect(clone.spec.selector).toEqual({ matchLabels: label });
    expect(clone.spec.template.metadata.labels).toEqual(label);
    const beside = { ...BESIDE, labelSelector: { matchLabels: label } };
    expect(podOf(clone)).toMatchObject({
      affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: beside }] } },
      topologySpreadConstraints: [beside],
    });
    await waitFor('the pods of the clone', async () => (await podsBy('ddprofiler-rc.grove/clone')).length === 2 || 'not two yet');
    await waitFor('the Service and the budget to know the source’s pods', async () => {
      const [names, expected] = [await endpoints(), await expectedPods()];
      return (names.length === 4 && expected === 4) || `${names.join(', ')}; ${expected}`;
    });
    expect(ofClone(await endpoints())).toEqual([]);
    const counted = await countedByAutoscaler();
    expect(counted).toHaveLength(4);
    expect(ofClone(counted)).toEqual([]);
    await eventuallyCondition(world, 'Degraded', 'False', 'AsExpected');
  });

  test('when the administrator wants no such rule, then it is refused', async () => {
    await world.rules(rules({}));
    const operator = await world.operator({ REFUSE_HPA_COUNT: 'true' });
    await operator.ready();
    await eventuallyCondition(world, 'Degraded', 'True', 'HpaCountsClone');
    expect((await operator.get('/health')).body).toContain('HpaCountsClone');
    expect(await world.deployment('shop-profiler')).toBeUndefined();
  });
});
