/** Rules that would delete most clones at once are held until a person has said that they are meant. */

import type { Operator } from '@ddprofiler-rc/control-plane/operator-process';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { errorsIn } from '../harness/operator-writes.ts';
import { eventuallyCondition, told } from '../harness/told.ts';
import { makeWorld, type World } from '../harness/world.ts';

const NAMES = Array.from({ length: 20 }, (_, index) => `app-${String(index).padStart(2, '0')}`);

let world: World;
let operator: Operator;

const rulesFor = (names: readonly string[], suffix = 'p') =>
  JSON.stringify({
    $NS: { deployments: Object.fromEntries(names.map((name) => [name, { scale_factor: 0, name_suffix: suffix }])) },
  });

async function clones(): Promise<readonly string[]> {
  const deployments = await world.deployments();
  return deployments
    .filter(({ metadata }) => metadata.labels?.['ddprofiler-rc.grove/clone'])
    .map(({ metadata }) => metadata.name);
}

const eventually = (count: number, suffix = 'p') =>
  waitFor(`${count} clones`, async () => {
    const names = await clones();
    return (names.length === count && names.every((name) => name.endsWith(`-${suffix}`))) || `there are ${names.join(', ')}`;
  });

beforeEach(async () => {
  world = await makeWorld('mass');
  await world.bind();
  await world.rules(rulesFor(NAMES));
  for (const name of NAMES) await world.source(name, { replicas: 0 });
  operator = await world.operator();
  await eventually(20);
});

afterEach(() => world.end());

test('20 rules, then 2: held, reported, held after a restart, confirmed by the annotation, then done', async () => {
  await world.rules(rulesFor(NAMES.slice(0, 2)));
  const { message } = await eventuallyCondition(world, 'Degraded', 'True', 'MassDeletionHeld');
  expect(message).toContain('18 of 20 clones');
  expect((await told(world, 'MassDeletionHeld')).involvedObject).toMatchObject({ kind: 'DDProfCrd', name: world.binding });
  expect((await operator.get('/health')).body).toMatch(/"held": 18/);
  await operator.stop();
  operator = await world.operator();
  await operator.ready();
  await waitFor('everything to be decided on', async () => {
    const { body } = await operator.get('/health');
    return body.includes('"held": 18') || body;
  });
  expect(await clones()).toHaveLength(20);
  const confirm = /ddprofiler-rc\.grove\/confirm-deletion=\S+/.exec(message)?.[0] ?? '';
  await world.kubectl('annotate', 'configmap', world.binding, '-n', world.namespace, confirm);
  await eventually(2);
  await eventuallyCondition(world, 'Degraded', 'False', 'AsExpected');
  expect(errorsIn(operator)).toEqual([]);
});

test('a blank ConfigMap deletes nothing, and {} is held', async () => {
  await world.rules('');
  await eventuallyCondition(world, 'RulesValid', 'False', 'Blank');
  await world.rules('{}');
  await eventuallyCondition(world, 'Degraded', 'True', 'MassDeletionHeld');
  expect(await clones()).toHaveLength(20);
});

test('renaming all suffixes is not held', async () => {
  await world.rules(rulesFor(NAMES, 'q'));
  await eventually(20, 'q');
});
