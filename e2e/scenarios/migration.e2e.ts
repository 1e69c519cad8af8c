/** From the Python operator: its clones carry no mark, and have the labels and the very selector of their source. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventuallyCondition, told } from '../harness/told.ts';
import { envOf, hasReplicas, IMAGE, makeWorld, type World } from '../harness/world.ts';

let world: World;

beforeEach(async () => {
  world = await makeWorld('migration');
  await world.bind();
  await world.source('web', { replicas: 4 });
  await world.apply({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web-profiler', labels: { app: 'web' } },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'app', image: IMAGE, env: [{ name: 'PROFILING_ENABLED', value: 'True' }] }] },
      },
    },
  });
});

afterEach(() => world.end());

const rules = (more = '') => `
$NS:
  deployments:
    web:
      env: "PROFILING_ENABLED: True"
      scale_factor: "0.5"
      name_suffix: "profiler"
${more}`;

test('without adopt such a clone is refused, with it taken over, and an Event says what was there', async () => {
  const former = await world.eventually('web-profiler', hasReplicas(3));
  await world.rules(rules());
  const operator = await world.operator();
  await operator.ready();
  const { message } = await eventuallyCondition(world, 'Degraded', 'True', 'NameTaken');
  expect(message).toContain('adopt: true');
  await told(world, 'NameTaken');
  expect((await world.deployment('web-profiler'))?.metadata).toEqual(former.metadata);

  await world.rules(rules('      adopt: true\n'));
  const clone = await world.eventually('web-profiler', ({ metadata, spec, status }) => {
    if (metadata.uid === former.metadata.uid) return 'it is still the former one';
    return hasReplicas(2)({ metadata, spec, ...(status === undefined ? {} : { status }) });
  });
  expect(clone.metadata.labels).toMatchObject({ 'app.kubernetes.io/managed-by': 'ddprofiler-rc' });
  expect(clone.spec.selector.matchLabels).toEqual({ app: 'web', 'ddprofiler-rc.grove/clone': 'web-profiler' });
  expect(envOf(clone)).toEqual({ PROFILING_ENABLED: 'True' });
  const adopted = await told(world, 'CloneAdopted');
  expect(adopted.message).toContain(former.metadata.uid);
  expect(adopted.message).toContain(`3 replicas of ${IMAGE}`);
  await eventuallyCondition(world, 'Degraded', 'False', 'AsExpected');
});
