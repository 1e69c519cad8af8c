/** An autoscaler on the clone itself: it takes the replicas over, and they never change on the way. */

import type { Operator } from '@ddprofiler-rc/control-plane/operator-process';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { afterEach, expect, test } from 'vitest';
import { type Deployment, hasReplicas, makeWorld, type World } from '../harness/world.ts';

let world: World;

afterEach(() => world.end());

const AUTOSCALER = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web-profiler' },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-profiler' }, minReplicas: 1, maxReplicas: 9 },
};

interface ManagedFields {
  readonly manager: string;
  readonly operation: string;
  readonly fieldsV1: { readonly 'f:spec'?: { readonly 'f:replicas'?: object } };
}

function holdersOfReplicas({ metadata }: Deployment): readonly string[] {
  const { managedFields = [] } = metadata as { readonly managedFields?: readonly ManagedFields[] };
  return managedFields.filter(({ fieldsV1 }) => fieldsV1['f:spec']?.['f:replicas'] !== undefined).map(({ manager }) => manager);
}

async function managed(name: string): Promise<Deployment> {
  return JSON.parse(await world.kubectl('get', 'deployment', name, '-n', world.namespace, '-o', 'json', '--show-managed-fields'));
}

/** `spec.replicas` of every version of the clone since `resourceVersion`, as the API server tells a watch. */
async function replicasSince(resourceVersion: string): Promise<readonly number[]> {
  const query = `watch=1&resourceVersion=${resourceVersion}&timeoutSeconds=1&fieldSelector=metadata.name=web-profiler`;
  const text = await world.kubectl('get', '--raw', `/apis/apps/v1/namespaces/${world.namespace}/deployments?${query}`);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).object.spec.replicas);
}

async function givenClone(): Promise<{ readonly operator: Operator; readonly clone: Deployment }> {
  world = await makeWorld('autoscaled');
  await world.bind();
  await world.rules('$NS: { deployments: { web: { scale_factor: 0.5, name_suffix: profiler } } }');
  await world.source('web', { replicas: 8 });
  const operator = await world.operator();
  await operator.ready();
  return { operator, clone: await world.eventually('web-profiler', hasReplicas(4)) };
}

const handedOver = () =>
  waitFor('the operator to give the replicas up', async () => {
    const holders = holdersOfReplicas(await managed('web-profiler'));
    return (holders.length > 0 && !holders.includes('ddprofiler-rc')) || `they are held by ${holders.join(', ')}`;
  });

test('given a clone, when an autoscaler comes, then it has the replicas, which never were others', async () => {
  const { clone } = await givenClone();
  await world.apply(AUTOSCALER);
  await handedOver();
  const versions = await replicasSince(clone.metadata.resourceVersion);
  expect(versions.length).toBeGreaterThan(1);
  expect(new Set(versions)).toEqual(new Set([4]));
  await world.kubectl('scale', 'deployment', 'web-profiler', '-n', world.namespace, '--replicas=7');
  await world.source('web', { replicas: 2, image: 'nginx:1.29' });
  const followed = await world.eventually('web-profiler', ({ spec }) => {
    const image = spec.template.spec.containers[0]?.image;
    return image === 'nginx:1.29' || `it has ${image}`;
  });
  expect(followed.spec.replicas).toBe(7);
});

test('given an autoscaled clone, when the operator is restarted, then nothing changes; when the autoscaler goes, then the share is back', async () => {
  const { operator } = await givenClone();
  await world.apply(AUTOSCALER);
  await handedOver();
  await world.kubectl('scale', 'deployment', 'web-profiler', '-n', world.namespace, '--replicas=7');
  await operator.stop();
  const before = await world.eventually('web-profiler', hasReplicas(7));
  const again = await world.operator();
  await again.ready();
  await again.logged('the clone to be decided on', ({ clone }) => clone === `${world.namespace}/web-profiler`);
  expect((await world.deployment('web-profiler'))?.metadata.generation).toBe(before.metadata.generation);
  await world.kubectl('delete', 'hpa', 'web-profiler', '-n', world.namespace);
  await world.eventually('web-profiler', hasReplicas(4));
});
