/** The example rules, in whatever order binding, ConfigMap, sources and operator come: the same clones, and nothing to complain about. */

import type { Operator } from '@ddprofiler-rc/control-plane/operator-process';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { expect, test } from 'vitest';
import { footprints } from '../harness/footprint.ts';
import { errorsIn } from '../harness/operator-writes.ts';
import { readyOperator, worldOfTest } from '../harness/test-world.ts';
import { CLONE_LABEL, eventuallyReadyPods } from '../harness/workload.ts';
import { type Deployment, hasReplicas, IMAGE, type World } from '../harness/world.ts';

const RULES = `
$NS:
  deployments:
    nginx-deployment:
      env: "PROFILING_ENABLED: True"
      scale_factor: "0.5"
      name_suffix: "profiler"
    nginx-deployment-2:
      env: "PROFILING_ENABLED: True"
      image: "busybox"
      scale_factor: "0.1"
      name_suffix: "profiler"
`;
const SOURCES = ['nginx-deployment', 'nginx-deployment-2'];

const STEPS = ['binding', 'ConfigMap', 'sources', 'operator'] as const;
type Step = (typeof STEPS)[number];

/** Every order that differs to the operator: what is there before it starts is simply there, in whatever order it came. */
const ORDERS = permutations(STEPS).filter((order) => {
  const before = order.slice(0, order.indexOf('operator'));
  return before.every((step, index) => index === 0 || STEPS.indexOf(step) > STEPS.indexOf(before[index - 1] ?? step));
});

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

test('the orders that matter are 16, the three of the issue among them', () => {
  expect(ORDERS).toHaveLength(16);
  expect(ORDERS).toContainEqual(['binding', 'ConfigMap', 'sources', 'operator']);
  expect(ORDERS).toContainEqual(['operator', 'sources', 'ConfigMap', 'binding']);
  expect(ORDERS).toContainEqual(['operator', 'binding', 'ConfigMap', 'sources']);
});

test.for(ORDERS.map((order) => [order.join(' → '), order] as const))('%s: the clones are as the rules say', async ([, order]) => {
  const world = await worldOfTest('orders');
  let operator: Operator | undefined;
  const steps: Record<Step, () => Promise<void>> = {
    binding: () => world.bind(),
    ConfigMap: () => world.rules(RULES),
    sources: () => makeSources(world),
    operator: async () => {
      operator = await readyOperator(world);
    },
  };

  for (const step of order) await steps[step]();
  if (operator === undefined) throw new Error('every order has the operator in it');
  await world.eventually('nginx-deployment-profiler', hasReplicas(2)); // ceil(0.5 × 3)
  await world.eventually('nginx-deployment-2-profiler', hasReplicas(2)); // ceil(0.1 × 11)
  await eventuallyReadyPods(world, 'nginx-deployment-profiler', 2);
  await eventuallyReadyPods(world, 'nginx-deployment-2-profiler', 2);

  const made = new Map((await world.deployments()).map((deployment) => [deployment.metadata.name, deployment]));
  expect([...made.keys()].toSorted()).toEqual([
    'nginx-deployment',
    'nginx-deployment-2',
    'nginx-deployment-2-profiler',
    'nginx-deployment-profiler',
  ]);
  expect(made.get('nginx-deployment-profiler')?.spec).toEqual(
    cloneSpec(made.get('nginx-deployment'), 'nginx-deployment-profiler', { replicas: 2, image: IMAGE }),
  );
  expect(made.get('nginx-deployment-2-profiler')?.spec).toEqual(
    cloneSpec(made.get('nginx-deployment-2'), 'nginx-deployment-2-profiler', { replicas: 2, image: 'busybox' }),
  );

  for (const [source, { metadata, managers }] of Object.entries(await footprints(world, SOURCES))) {
    expect(metadata.generation, `generation of ${source}`).toBe(1);
    expect(managers, `who wrote ${source}`).toMatchObject([{ manager: 'kubectl-client-side-apply' }]);
  }
  await eventuallyHealthy(operator);
  expect(await operator.get('/readyz')).toMatchObject({ status: 200 });
  expect(await operator.stop()).toEqual({ code: 0, signal: null });
  expect(errorsIn(operator)).toEqual([]);
});

/** The source's whole spec, but for what a clone of these rules has of its own. */
function cloneSpec(
  source: Deployment | undefined,
  clone: string,
  own: { readonly replicas: number; readonly image: string },
): Deployment['spec'] {
  if (source === undefined) throw new Error(`the source of ${clone} is gone`);
  const { selector, template } = source.spec;
  return {
    ...source.spec,
    replicas: own.replicas,
    selector: { matchLabels: { ...selector.matchLabels, [CLONE_LABEL]: clone } },
    template: {
      ...template,
      metadata: { ...template.metadata, labels: { ...template.metadata.labels, [CLONE_LABEL]: clone } },
      spec: {
        ...template.spec,
        containers: template.spec.containers.map((container) => ({
          ...container,
          image: own.image,
          env: [
            { name: 'GREETING', value: 'hello' },
            { name: 'PROFILING_ENABLED', value: 'True' },
          ],
        })),
      },
    },
  };
}

function eventuallyHealthy(operator: Operator): Promise<void> {
  const probe = async () => {
    const { status, body } = await operator.get('/health');
    return status === 200 || body;
  };
  return waitFor('/health to answer 200', probe, { program: operator.process });
}

async function makeSources(world: World): Promise<void> {
  await world.apply(source('nginx-deployment', 3));
  await world.apply(source('nginx-deployment-2', 11));
}

/** One of each kind of thing that a source may say and a clone must have too; its command runs in nginx's image and in busybox. */
function source(name: string, replicas: number): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels: { app: name } },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: '10%' } },
      minReadySeconds: 0,
      revisionHistoryLimit: 3,
      progressDeadlineSeconds: 300,
      template: {
        metadata: { labels: { app: name, tier: 'web' }, annotations: { 'example.org/team': 'blue' } },
        spec: {
          terminationGracePeriodSeconds: 1,
          securityContext: { fsGroup: 2000 },
          volumes: [{ name: 'cache', emptyDir: { sizeLimit: '64Mi' } }],
          containers: [
            {
              name: 'app',
              image: IMAGE,
              command: ['sleep'],
              args: ['3600'],
              env: [{ name: 'GREETING', value: 'hello' }],
              ports: [{ name: 'http', containerPort: 8080 }],
              resources: { requests: { cpu: '1000m', memory: '16Mi' } },
              volumeMounts: [{ name: 'cache', mountPath: '/cache' }],
              readinessProbe: { exec: { command: ['true'] }, periodSeconds: 1 },
              lifecycle: { preStop: { exec: { command: ['true'] } } },
            },
          ],
        },
      },
    },
  };
}
