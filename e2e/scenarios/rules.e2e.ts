/** The rules are edited, and the binding is pointed elsewhere: the clones follow, each within moments, and no other is touched. */

import type { Operator } from '@ddprofiler-rc/control-plane/operator-process';
import { describe, expect, test } from 'vitest';
import { CANARY_RULE, everythingWasDecided } from '../harness/canary.ts';
import { all, type Condition, hasEnv, hasImage } from '../harness/conditions.ts';
import { footprint, footprints } from '../harness/footprint.ts';
import { noticedBy } from '../harness/noticing.ts';
import { errorsIn } from '../harness/operator-writes.ts';
import { readyOperator, worldOfTest } from '../harness/test-world.ts';
import { eventuallyReadyPods } from '../harness/workload.ts';
import { type Deployment, hasReplicas, IMAGE, type World } from '../harness/world.ts';

const WEB = 'web: { scale_factor: "0.5", name_suffix: profiler }';
const API = 'api: { scale_factor: "0.25", name_suffix: profiler, env: "RULE: api" }';
const SOURCES = ['web', 'api'];

/** The longest wait of the debounce is half a second; the rest is for a busy machine. */
const MOMENTS_MS = 5_000;

/** Rules text of these entries and the canary's. */
function rulesOf(...entries: readonly string[]): string {
  return `$NS:\n  deployments:\n${[CANARY_RULE, ...entries].map((entry) => `    ${entry}\n`).join('')}`;
}

interface Scene {
  readonly world: World;
  readonly operator: Operator;
}

/** Two sources of 4 with the rules, and the clones that are there once all is quiet. */
async function given(entries: readonly string[], clones: Readonly<Record<string, number>>): Promise<Scene> {
  const world = await worldOfTest('rules');
  await world.rules(rulesOf(...entries));
  await world.bind();
  for (const name of SOURCES) await world.source(name, { replicas: 4, env: { OWN: name } });
  const operator = await readyOperator(world);
  for (const [name, replicas] of Object.entries(clones)) await world.eventually(name, hasReplicas(replicas));
  await everythingWasDecided(world);
  return { world, operator };
}

/** Edits the rules, and waits until the clone is as it should be; that takes moments at most. */
async function edited(world: World, entries: readonly string[], clone: string, is: Condition): Promise<Deployment> {
  await world.rules(rulesOf(...entries));
  const start = performance.now();
  const found = await world.eventually(clone, is);
  expect(performance.now() - start, 'milliseconds until the clone followed').toBeLessThan(MOMENTS_MS);
  return found;
}

async function namesIn(world: World): Promise<readonly string[]> {
  const names = (await world.deployments()).map(({ metadata }) => metadata.name);
  return names.filter((name) => !name.startsWith('canary')).toSorted();
}

describe('given two rules and their clones', () => {
  test.for([
    {
      change: 'an image',
      entry: 'web: { scale_factor: "0.5", name_suffix: profiler, image: "nginx:stable-alpine" }',
      gives: all(hasImage('nginx:stable-alpine'), hasEnv({ OWN: 'web' }), hasReplicas(2)),
    },
    {
      change: 'variables',
      entry: 'web: { scale_factor: "0.5", name_suffix: profiler, env: { RULE: web, OWN: rule } }',
      gives: all(hasImage(IMAGE), hasEnv({ RULE: 'web', OWN: 'rule' }), hasReplicas(2)),
    },
    {
      change: 'another scale factor',
      entry: 'web: { scale_factor: "0.75", name_suffix: profiler }',
      gives: all(hasImage(IMAGE), hasEnv({ OWN: 'web' }), hasReplicas(3)),
    },
  ])('when one gains $change and goes back, then its clone follows, and the other is left', async ({ entry, gives }) => {
    const { world, operator } = await given([WEB, API], { 'web-profiler': 2, 'api-profiler': 1 });
    const web = await footprint(world, 'web-profiler');
    const untouched = await footprints(world, ['api-profiler', ...SOURCES]);

    const changed = await edited(world, [entry, API], 'web-profiler', gives);
    expect(changed.metadata).toMatchObject({ uid: web.metadata.uid, generation: web.metadata.generation + 1 });

    const asBefore = all(hasImage(IMAGE), hasEnv({ OWN: 'web' }), hasReplicas(2));
    const restored = await edited(world, [WEB, API], 'web-profiler', asBefore);
    expect(restored.metadata).toMatchObject({ uid: web.metadata.uid, generation: web.metadata.generation + 2 });
    expect(restored.spec).toEqual(web.spec);

    await everythingWasDecided(world);
    expect(await footprints(world, ['api-profiler', ...SOURCES])).toEqual(untouched);
    expect(errorsIn(operator)).toEqual([]);
  });

  test('when a rule is added, for another source and for the same one, then its clone is made, and the others are left', async () => {
    const { world, operator } = await given([WEB], { 'web-profiler': 2 });
    const untouched = await footprints(world, ['web-profiler', ...SOURCES]);

    await edited(world, [WEB, API], 'api-profiler', all(hasReplicas(1), hasEnv({ OWN: 'api', RULE: 'api' })));
    const two = 'web: [{ scale_factor: "0.5", name_suffix: profiler }, { scale_factor: 1, name_suffix: second }]';
    await edited(world, [two, API], 'web-second', all(hasReplicas(4), hasEnv({ OWN: 'web' })));

    await everythingWasDecided(world);
    expect(await namesIn(world)).toEqual(['api', 'api-profiler', 'web', 'web-profiler', 'web-second']);
    expect(await footprints(world, ['web-profiler', ...SOURCES])).toEqual(untouched);
    expect(errorsIn(operator)).toEqual([]);
  });

  test('when a rule is removed, then its clone goes with its pods, and the others are left', async () => {
    const { world, operator } = await given([WEB, API], { 'web-profiler': 2, 'api-profiler': 1 });
    const untouched = await footprints(world, ['api-profiler', ...SOURCES]);

    await world.rules(rulesOf(API));

    await world.eventuallyGone('web-profiler');
    await eventuallyReadyPods(world, 'web-profiler', 0);
    await everythingWasDecided(world);
    expect(await namesIn(world)).toEqual(['api', 'api-profiler', 'web']);
    expect(await footprints(world, ['api-profiler', ...SOURCES])).toEqual(untouched);
    await world.eventually('web', hasReplicas(4));
    expect(errorsIn(operator)).toEqual([]);
  });

  const RENAMED = 'web: { scale_factor: "0.5", name_suffix: tracer }';
  test('when a suffix is renamed, then the clone of that name is made and the old one goes', async () => {
    const { world, operator } = await given([WEB, API], { 'web-profiler': 2, 'api-profiler': 1 });
    const untouched = await footprints(world, ['api-profiler', ...SOURCES]);

    await edited(world, [RENAMED, API], 'web-tracer', all(hasReplicas(2), hasEnv({ OWN: 'web' }), hasImage(IMAGE)));
    await world.eventuallyGone('web-profiler');

    await eventuallyReadyPods(world, 'web-profiler', 0);
    await everythingWasDecided(world);
    expect(await namesIn(world)).toEqual(['api', 'api-profiler', 'web', 'web-tracer']);
    expect(await footprints(world, ['api-profiler', ...SOURCES])).toEqual(untouched);
    expect(errorsIn(operator)).toEqual([]);
  });

  test('when one is renamed and one removed while the operator is down, then it catches up as it starts', async () => {
    const { world, operator } = await given([WEB, API], { 'web-profiler': 2, 'api-profiler': 1 });
    expect(await operator.stop()).toEqual({ code: 0, signal: null });

    await world.rules(rulesOf(RENAMED));
    const again = await readyOperator(world);

    await world.eventually('web-tracer', all(hasReplicas(2), hasEnv({ OWN: 'web' })));
    await world.eventuallyGone('web-profiler');
    await world.eventuallyGone('api-profiler');
    expect(await namesIn(world)).toEqual(['api', 'web', 'web-tracer']);
    expect(errorsIn(again)).toEqual([]);
  });

  test('when the rules are {}, then all clones go, and the sources are left', async () => {
    const { world, operator } = await given([WEB, API], { 'web-profiler': 2, 'api-profiler': 1 });
    const untouched = await footprints(world, SOURCES);

    await world.rules('{}');

    for (const clone of ['web-profiler', 'api-profiler', 'canary-follows']) await world.eventuallyGone(clone);
    expect(await namesIn(world)).toEqual(['api', 'web']);
    expect(await footprints(world, SOURCES)).toEqual(untouched);
    expect(errorsIn(operator)).toEqual([]);
  });
});

describe('given a binding', () => {
  const ELSEWHERE = [
    'web: { scale_factor: "1", name_suffix: profiler, env: "RULE: elsewhere" }',
    'web-2: { scale_factor: "0.5", name_suffix: profiler }',
  ];
  const followsElsewhere = all(hasReplicas(4), hasEnv({ OWN: 'web', RULE: 'elsewhere' }));

  test('when it is pointed at another ConfigMap, then that one is followed, and the former no more', async () => {
    const { world, operator } = await given([WEB, API], { 'web-profiler': 2, 'api-profiler': 1 });
    const uid = (await world.deployment('web-profiler'))?.metadata.uid;
    await world.source('web-2', { replicas: 1 });
    await world.rules(rulesOf(...ELSEWHERE), 'elsewhere');

    await world.bind('elsewhere');

    expect((await world.eventually('web-profiler', followsElsewhere)).metadata.uid).toBe(uid);
    await world.eventually('web-2-profiler', hasReplicas(1));
    await world.eventuallyGone('api-profiler');

    await world.rules('{}');
    await noticedBy(operator, () => world.rules(rulesOf(ELSEWHERE[0] ?? ''), 'elsewhere'));
    await world.eventuallyGone('web-2-profiler');
    await everythingWasDecided(world);
    expect((await world.eventually('web-profiler', followsElsewhere)).metadata.uid).toBe(uid);
    expect(await namesIn(world)).toEqual(['api', 'web', 'web-2', 'web-profiler']);
    expect(errorsIn(operator)).toEqual([]);
  });

  test('when it is pointed at another key of its ConfigMap, then that one is followed', async () => {
    const { world, operator } = await given([WEB, API], { 'web-profiler': 2, 'api-profiler': 1 });
    const { binding, namespace } = world;
    const texts = { rules: rulesOf(WEB, API), more: rulesOf(...ELSEWHERE) };
    const data = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, text.replaceAll('$NS', namespace)]));
    await world.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: binding }, data });

    await world.kubectl('patch', 'ddprofcrd', binding, '-n', namespace, '--type=merge', '-p', '{"cmConfigTag":"more"}');

    await world.eventually('web-profiler', followsElsewhere);
    await world.eventuallyGone('api-profiler');
    expect(await operator.get('/readyz')).toMatchObject({ status: 200 });

    await world.bind(); // back at the first key, in the same ConfigMap
    await world.eventually('web-profiler', all(hasReplicas(2), hasEnv({ OWN: 'web' })));
    await world.eventually('api-profiler', hasReplicas(1));
    expect(errorsIn(operator)).toEqual([]);
  });

  test('when it is pointed at a ConfigMap that is not there yet, then nothing is touched until it comes', async () => {
    const { world, operator } = await given([WEB, API], { 'web-profiler': 2, 'api-profiler': 1 });
    const untouched = await footprints(world, ['web-profiler', 'api-profiler', ...SOURCES]);

    await noticedBy(operator, () => world.bind('elsewhere'));
    await everythingWasDecided(world);
    expect(await footprints(world, ['web-profiler', 'api-profiler', ...SOURCES])).toEqual(untouched);

    await world.rules(rulesOf(...ELSEWHERE), 'elsewhere');
    const { metadata } = await world.eventually('web-profiler', followsElsewhere);
    expect(metadata.uid).toBe(untouched['web-profiler']?.metadata.uid);
    await world.eventuallyGone('api-profiler');
    expect(errorsIn(operator)).toEqual([]);
  });

  test('when it is pointed elsewhere while the operator is down, then that is followed as it starts', async () => {
    const { world, operator } = await given([WEB, API], { 'web-profiler': 2, 'api-profiler': 1 });
    const uid = (await world.deployment('web-profiler'))?.metadata.uid;
    await operator.stop();

    await world.rules(rulesOf(...ELSEWHERE), 'elsewhere');
    await world.bind('elsewhere');
    const again = await readyOperator(world);

    expect((await world.eventually('web-profiler', followsElsewhere)).metadata.uid).toBe(uid);
    await world.eventuallyGone('api-profiler');
    expect(errorsIn(again)).toEqual([]);
  });
});
