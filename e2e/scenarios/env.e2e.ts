/** The rule's `env` in all its forms: every value arrives as the text that was written, and replaces the source's. */
import { describe, expect, test } from 'vitest';
import { CANARY_RULE, everythingWasDecided } from '../harness/canary.ts';
import { footprint } from '../harness/footprint.ts';
import { errorsIn } from '../harness/operator-writes.ts';
import { readyOperator, worldOfTest } from '../harness/test-world.ts';
import { type Container, type Deployment, hasReplicas, IMAGE, type World } from '../harness/world.ts';

const CLONE = 'web-profiler';

/** Rules with one rule for `web`, whose `env` is this YAML (in flow style, or the text after `env: `); empty: none. */
function rulesWith(env: string): string {
  return `
$NS:
  deployments:
    ${CANARY_RULE}
    web:
      scale_factor: "0.5"
      name_suffix: profiler
${env === '' ? '' : `      env: ${env}\n`}`;
}

async function worldWith(env: string): Promise<World> {
  const world = await worldOfTest('env');
  await world.rules(rulesWith(env));
  await world.bind();
  return world;
}

const envIn = ({ spec }: Deployment): Container['env'] => spec.template.spec.containers[0]?.env;

/** Waits for a clone of exactly these variables, in this order; fails at the end with what it has instead. */
function eventuallyEnv(world: World, env: Container['env']): Promise<Deployment> {
  const wanted = JSON.stringify(env);
  return world.eventually(
    CLONE,
    (clone) => JSON.stringify(envIn(clone)) === wanted || `its env is ${JSON.stringify(envIn(clone))}`,
  );
}

async function makeWeb(world: World, env: readonly object[], more: readonly object[] = []): Promise<void> {
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'app', image: IMAGE, env }, ...more] },
  };
  const manifest = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template },
  };
  await world.kubectl.withInput(
    JSON.stringify(manifest),
    'apply',
    '--server-side',
    '--force-conflicts',
    '-n',
    world.namespace,
    '-f',
    '-',
  );
}

const FORMS: readonly { readonly form: string; readonly env: string; readonly gives: NonNullable<Container['env']> }[] = [
  {
    form: 'a text, as users have it today: "PROFILING_ENABLED: True"',
    env: '"PROFILING_ENABLED: True"',
    gives: [{ name: 'PROFILING_ENABLED', value: 'True' }],
  },
  {
    form: 'a text whose value has colons and spaces',
    env: '"AGENT:  http://agent.monitoring:8126/v1?tags=a: b, c:d  # not a comment  "',
    gives: [{ name: 'AGENT', value: 'http://agent.monitoring:8126/v1?tags=a: b, c:d  # not a comment' }],
  },
  {
    form: 'a mapping of unquoted scalars, which keep their text',
    env: '{ A: True, B: 1.10, C: 007, D: 1e3, E: 2026-01-02, F: no, G: 0x1F, H: 1_000 }',
    gives: [
      { name: 'A', value: 'True' },
      { name: 'B', value: '1.10' },
      { name: 'C', value: '007' },
      { name: 'D', value: '1e3' },
      { name: 'E', value: '2026-01-02' },
      { name: 'F', value: 'no' },
      { name: 'G', value: '0x1F' },
      { name: 'H', value: '1_000' },
    ],
  },
  {
    form: 'a mapping of quoted texts with colons and spaces, and an empty one',
    env: `{ URL: "http://agent:8126 x", SPACED: ' a b ', EMPTY: "" }`,
    gives: [{ name: 'URL', value: 'http://agent:8126 x' }, { name: 'SPACED', value: ' a b ' }, { name: 'EMPTY' }],
  },
  {
    form: 'a list of variables, with value and valueFrom',
    env: `
        - name: PROFILING_ENABLED
          value: True
        - { name: PORT, value: 8126 }
        - name: POD_NAME
          valueFrom: { fieldRef: { apiVersion: v1, fieldPath: metadata.name } }`,
    gives: [
      { name: 'PROFILING_ENABLED', value: 'True' },
      { name: 'PORT', value: '8126' },
      { name: 'POD_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
    ],
  },
  {
    form: 'a list of texts',
    env: '["A: x: y", "B: 2"]',
    gives: [
      { name: 'A', value: 'x: y' },
      { name: 'B', value: '2' },
    ],
  },
];

test.for(FORMS.map(({ form, ...rest }) => [form, rest] as const))('%s', async ([, { env, gives }]) => {
  const world = await worldWith(env);
  await makeWeb(world, [{ name: 'OWN', value: 'own' }]);
  const operator = await readyOperator(world);

  const clone = await eventuallyEnv(world, [{ name: 'OWN', value: 'own' }, ...gives]);

  await world.eventually(CLONE, hasReplicas(1));
  const before = await footprint(world, CLONE);
  await everythingWasDecided(world);
  expect(await footprint(world, CLONE), 'it is not written again').toEqual(before);
  expect(clone.metadata.generation).toBe(1);
  expect(errorsIn(operator)).toEqual([]);
});

describe('given a source with variables of the same names as the rule', () => {
  const REFERENCE = { name: 'NODE', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' } } };
  const OWN = [{ name: 'PROFILING_ENABLED', value: 'False' }, REFERENCE, { name: 'OWN', value: '$(NODE)' }];
  const RULE = '{ NODE: "node: one", PROFILING_ENABLED: True }';
  const REPLACED = [
    { name: 'PROFILING_ENABLED', value: 'True' },
    { name: 'NODE', value: 'node: one' },
    { name: 'OWN', value: '$(NODE)' },
  ];

  test('then the rule replaces them where they stand, valueFrom included', async () => {
    const world = await worldWith(RULE);
    await makeWeb(world, OWN);
    const operator = await readyOperator(world);

    await eventuallyEnv(world, REPLACED);
    await world.eventually(CLONE, hasReplicas(1));
    expect(errorsIn(operator)).toEqual([]);
  });

  test('when the rule gains and loses its env, then the value takes the place of valueFrom on the living clone, and gives it back', async () => {
    const world = await worldWith('');
    await makeWeb(world, OWN);
    const operator = await readyOperator(world);
    const { metadata } = await eventuallyEnv(world, OWN);

    await world.rules(rulesWith(RULE));
    expect((await eventuallyEnv(world, REPLACED)).metadata.uid).toBe(metadata.uid);

    await world.rules(rulesWith(''));
    expect((await eventuallyEnv(world, OWN)).metadata.uid).toBe(metadata.uid);

    await world.rules(
      rulesWith('[{ name: PROFILING_ENABLED, valueFrom: { fieldRef: { apiVersion: v1, fieldPath: metadata.name } } }]'),
    );
    const [, ...others] = OWN;
    const fromField = { name: 'PROFILING_ENABLED', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } };
    expect((await eventuallyEnv(world, [fromField, ...others])).metadata.uid).toBe(metadata.uid);
    expect(errorsIn(operator)).toEqual([]);
  });

  test('when the source changes its own ones, then the clone keeps those of the rule, untouched', async () => {
    const world = await worldWith(RULE);
    await makeWeb(world, OWN);
    await readyOperator(world);
    await eventuallyEnv(world, REPLACED);
    const before = await footprint(world, CLONE);

    const changed = [{ name: 'PROFILING_ENABLED', value: '0' }, { name: 'NODE', value: 'plain' }, ...OWN.slice(2)];
    await makeWeb(world, changed);
    await world.eventually('web', (source) => JSON.stringify(envIn(source)) === JSON.stringify(changed) || 'not changed yet');
    await everythingWasDecided(world);

    expect(await footprint(world, CLONE)).toEqual(before);
  });
});

test('given a source of two containers, then the env of the rule goes to the first, and the other is the same as in the source', async () => {
  const world = await worldWith('"PROFILING_ENABLED: True"');
  await makeWeb(
    world,
    [],
    [{ name: 'helper', image: 'busybox:1.37', command: ['sleep', '3600'], env: [{ name: 'OWN', value: 'own' }] }],
  );
  await readyOperator(world);

  const clone = await eventuallyEnv(world, [{ name: 'PROFILING_ENABLED', value: 'True' }]);

  const source = await world.deployment('web');
  expect(clone.spec.template.spec.containers).toHaveLength(2);
  expect(clone.spec.template.spec.containers[1]).toEqual(source?.spec.template.spec.containers[1]);
});
