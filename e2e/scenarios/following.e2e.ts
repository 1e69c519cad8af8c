/** A clone follows its source: replicas, environment, images, the order of lists; and leaves alone what others put on it. */
import { describe, expect, test } from 'vitest';
import { CANARY_RULE, everythingWasDecided } from '../harness/canary.ts';
import { all, hasEnv, hasImage } from '../harness/conditions.ts';
import { footprint } from '../harness/footprint.ts';
import { errorsIn } from '../harness/operator-writes.ts';
import { readyOperator, worldOfTest } from '../harness/test-world.ts';
import { eventuallyReadyPods, replicaSetsOf } from '../harness/workload.ts';
import { type Container, type Deployment, hasReplicas, IMAGE, type World } from '../harness/world.ts';

const HALF = `
$NS:
  deployments:
    web: { scale_factor: "0.5", name_suffix: profiler }
    ${CANARY_RULE}
`;
const HALF_WITH_IMAGE = HALF.replace('name_suffix: profiler', 'name_suffix: profiler, image: "busybox:1.37", env: "RULE: yes"');
const CLONE = 'web-profiler';

async function worldWith(rules: string): Promise<World> {
  const world = await worldOfTest('following');
  await world.rules(rules);
  await world.bind();
  return world;
}

describe('given a source with a rule of factor 0.5', () => {
  test('when it is scaled to 6, 3, 0, 4, then the clone has 3, 2, 0, 2, and each still its one ReplicaSet', async () => {
    const world = await worldWith(HALF);
    await world.source('web', { replicas: 2 });
    const operator = await readyOperator(world);
    const { metadata } = await world.eventually(CLONE, hasReplicas(1));

    for (const [wanted, followed] of [
      [6, 3],
      [3, 2],
      [0, 0],
      [4, 2],
    ] as const) {
      await world.kubectl('scale', 'deployment/web', '-n', world.namespace, `--replicas=${wanted}`);
      await world.eventually(CLONE, hasReplicas(followed));
      await eventuallyReadyPods(world, CLONE, followed);
    }

    const source = await world.eventually('web', hasReplicas(4));
    const clone = await world.eventually(CLONE, hasReplicas(2));
    expect(clone.metadata.uid).toBe(metadata.uid);
    expect(await replicaSetsOf(world, source)).toHaveLength(1);
    expect(await replicaSetsOf(world, clone)).toHaveLength(1);
    expect(clone.metadata.generation, 'one change of the spec per scaling').toBe(metadata.generation + 4);
    expect(errorsIn(operator)).toEqual([]);
  });

  test('when it gains, changes and loses a variable, then so does the clone, in one rollout each', async () => {
    const world = await worldWith(HALF);
    await world.source('web', { replicas: 2, env: { KEPT: 'kept' } });
    const operator = await readyOperator(world);
    const { metadata } = await world.eventually(CLONE, all(hasReplicas(1), hasEnv({ KEPT: 'kept' })));

    const changes: readonly Readonly<Record<string, string>>[] = [
      { KEPT: 'kept', PASSING: 'one' },
      { KEPT: 'kept', PASSING: 'two' },
      { KEPT: 'kept' },
      {},
    ];
    for (const env of changes) {
      await world.source('web', { replicas: 2, env });
      await world.eventually(CLONE, all(hasEnv(env), hasReplicas(1)));
    }

    const clone = await world.eventually(CLONE, hasReplicas(1));
    expect(clone.metadata.uid).toBe(metadata.uid);
    expect(clone.metadata.generation, 'one change of the spec per change of the source').toBe(
      metadata.generation + changes.length,
    );
    expect(errorsIn(operator)).toEqual([]);
  });

  test('when it changes its image, then the clone of a rule without an image has it too', async () => {
    const world = await worldWith(HALF);
    await world.source('web', { image: IMAGE });
    await readyOperator(world);
    await world.eventually(CLONE, all(hasReplicas(1), hasImage(IMAGE)));

    await world.source('web', { image: 'nginx:stable-alpine' });

    await world.eventually(CLONE, all(hasReplicas(1), hasImage('nginx:stable-alpine')));
  });

  test('when it changes its image, then the clone of a rule with an image keeps the one of the rule, untouched', async () => {
    const world = await worldWith(HALF_WITH_IMAGE);
    await world.source('web', { image: IMAGE, replicas: 2 });
    await readyOperator(world);
    await world.eventually(CLONE, all(hasImage('busybox:1.37'), hasEnv({ RULE: 'yes' })));
    const before = await footprint(world, CLONE);

    await world.source('web', { image: 'nginx:stable-alpine', replicas: 2 });
    await everythingWasDecided(world);

    expect(await footprint(world, CLONE)).toEqual(before);
    await world.source('web', { image: 'nginx:stable-alpine', replicas: 4, env: { OWN: 'new' } });
    await world.eventually(
      CLONE,
      all(
        hasEnv({ OWN: 'new', RULE: 'yes' }),
        hasImage('busybox:1.37'),
        ({ spec }) => spec.replicas === 2 || `it has ${spec.replicas} replicas`,
      ),
    );
  });
});

/** A Deployment `web` with what {@link World.source} cannot say. */
function web(containers: readonly object[], initContainers: readonly object[] = []): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', labels: { app: 'web' } },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { initContainers, containers } },
    },
  };
}

/** Exactly this manifest: `apply` merges lists, and refuses doubles in them. */
async function replaceWith(world: World, manifest: object): Promise<void> {
  await world.kubectl.withInput(JSON.stringify(manifest), 'replace', '-n', world.namespace, '-f', '-');
}

const variable = (name: string, value: string): object => ({ name, value });
const namesIn = (items: readonly { readonly name: string }[] | undefined) => (items ?? []).map(({ name }) => name).join(' ');
const firstOf = ({ spec }: Deployment): Container | undefined => spec.template.spec.containers[0];

describe('given a source whose lists have an order', () => {
  test('when its variables are put into another order, then the clone has them in that order, after one change', async () => {
    const world = await worldWith(HALF);
    await world.apply(web([{ name: 'app', image: IMAGE, env: [variable('A', '1'), variable('B', '$(A)'), variable('C', '3')] }]));
    await readyOperator(world);
    const { metadata } = await world.eventually(
      CLONE,
      (clone) => namesIn(firstOf(clone)?.env) === 'A B C' || 'not in the first order',
    );

    await replaceWith(
      world,
      web([{ name: 'app', image: IMAGE, env: [variable('C', '3'), variable('A', '1'), variable('B', '$(A)')] }]),
    );

    const moved = (deployment: Deployment) =>
      namesIn(firstOf(deployment)?.env) === 'C A B' || `the order is ${namesIn(firstOf(deployment)?.env)}`;
    await world.eventually('web', moved);
    await world.eventually(CLONE, moved);
    await everythingWasDecided(world);
    const clone = await world.eventually(CLONE, all(moved, hasReplicas(1)));
    expect(clone.metadata).toMatchObject({ uid: metadata.uid, generation: metadata.generation + 1 });
  });

  test('when its init containers are put into another order, then so are those of the clone', async () => {
    const world = await worldWith(HALF);
    const [app, first, second, third] = ['app', 'first', 'second', 'third'].map((name) => ({
      name,
      image: IMAGE,
      command: ['true'],
    }));
    if (app === undefined || first === undefined || second === undefined || third === undefined)
      throw new Error('four were made');
    await world.apply(web([{ ...app, command: ['sleep', '3600'] }], [first, second, third]));
    await readyOperator(world);
    const inOrder = (order: string) => (deployment: Deployment) => {
      const names = namesIn(deployment.spec.template.spec.initContainers);
      return names === order || `the order is ${names}`;
    };
    const { metadata } = await world.eventually(CLONE, inOrder('first second third'));

    await replaceWith(world, web([{ ...app, command: ['sleep', '3600'] }], [third, first, second]));

    await world.eventually('web', inOrder('third first second'));
    await world.eventually(CLONE, inOrder('third first second'));
    await everythingWasDecided(world);
    const clone = await world.eventually(CLONE, all(inOrder('third first second'), hasReplicas(1)));
    expect(clone.metadata).toMatchObject({ uid: metadata.uid, generation: metadata.generation + 1 });
  });
});

describe('given a source with a variable and a port twice, which server-side apply refuses', () => {
  const doubled = (value: string) =>
    web([
      {
        name: 'app',
        image: IMAGE,
        env: [variable('MODE', 'first'), variable('OTHER', 'x'), variable('MODE', value)],
        ports: [
          { name: 'old', containerPort: 8080 },
          { name: 'admin', containerPort: 9090 },
          { name: 'new', containerPort: 8080, protocol: 'TCP' },
          { name: 'dns', containerPort: 8080, protocol: 'UDP' },
        ],
      },
    ]);
  const portsOf = (container: Container | undefined): readonly unknown[] => {
    const ports: unknown = Object.entries(container ?? {}).find(([field]) => field === 'ports')?.[1];
    return Array.isArray(ports) ? ports : [];
  };

  test('then the clone is made, the last of each counts, and it is written once', async () => {
    const world = await worldWith(HALF);
    await world.kubectl.withInput(JSON.stringify(doubled('last')), 'create', '-n', world.namespace, '-f', '-');
    const source = await world.deployment('web');
    expect(source && firstOf(source)?.env, 'the source as it is stored').toHaveLength(3);
    expect(portsOf(source && firstOf(source)), 'the source as it is stored').toHaveLength(4);

    const operator = await readyOperator(world);
    await world.eventually(CLONE, all(hasReplicas(1), hasEnv({ MODE: 'last', OTHER: 'x' })));
    await everythingWasDecided(world);

    const clone = await world.eventually(CLONE, hasReplicas(1));
    expect(firstOf(clone)?.env).toHaveLength(2);
    expect(portsOf(firstOf(clone))).toHaveLength(3);
    expect(portsOf(firstOf(clone))).toEqual(
      expect.arrayContaining([
        { name: 'new', containerPort: 8080, protocol: 'TCP' },
        { name: 'admin', containerPort: 9090, protocol: 'TCP' },
        { name: 'dns', containerPort: 8080, protocol: 'UDP' },
      ]),
    );
    expect(clone.metadata.generation).toBe(1);
    expect(errorsIn(operator)).toEqual([]);
  });

  test('when the last one changes, then the clone follows', async () => {
    const world = await worldWith(HALF);
    await world.kubectl.withInput(JSON.stringify(doubled('last')), 'create', '-n', world.namespace, '-f', '-');
    const operator = await readyOperator(world);
    await world.eventually(CLONE, hasEnv({ MODE: 'last', OTHER: 'x' }));

    await replaceWith(world, doubled('newest'));

    await world.eventually(CLONE, all(hasReplicas(1), hasEnv({ MODE: 'newest', OTHER: 'x' })));
    expect(errorsIn(operator)).toEqual([]);
  });
});

test('given fields that someone else set on the clone, when the source changes, then the clone follows and they stay', async () => {
  const world = await worldWith(HALF);
  await world.source('web', { env: { TURN: 'one' } });
  const operator = await readyOperator(world);
  const { metadata } = await world.eventually(CLONE, hasReplicas(1));
  const foreign = {
    metadata: { annotations: { 'example.org/note': 'mine' }, labels: { 'example.org/team': 'blue' } },
    spec: {
      template: {
        metadata: { annotations: { 'example.org/restarted': 'today' } },
        spec: {
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          containers: [{ name: 'sidecar', image: 'busybox:1.37', command: ['sleep', '3600'] }],
        },
      },
    },
  };
  await world.kubectl('patch', 'deployment', CLONE, '-n', world.namespace, '--type=strategic', '-p', JSON.stringify(foreign));
  await everythingWasDecided(world);
  expect(await world.deployment(CLONE)).toMatchObject({ metadata: foreign.metadata });

  await world.source('web', { env: { TURN: 'two' }, image: 'nginx:stable-alpine' });

  const clone = await world.eventually(CLONE, ({ spec }) => {
    const app = spec.template.spec.containers.find(({ name }) => name === 'app');
    return (app?.image === 'nginx:stable-alpine' && app.env?.[0]?.value === 'two') || 'it did not follow yet';
  });
  await everythingWasDecided(world);
  expect(clone.metadata).toMatchObject({ uid: metadata.uid, ...foreign.metadata });
  expect(clone.spec.template).toMatchObject({
    metadata: { annotations: { 'example.org/restarted': 'today' } },
    spec: { nodeSelector: { 'kubernetes.io/os': 'linux' } },
  });
  expect(clone.spec.template.spec.containers.map(({ name, image }) => [name, image]).toSorted()).toEqual([
    ['app', 'nginx:stable-alpine'],
    ['sidecar', 'busybox:1.37'],
  ]);
  expect(errorsIn(operator)).toEqual([]);
});
