/** Rules that go while no operator runs: the next one finds in the memory what becomes of their clones, and does it once. */
import { expect, onTestFinished, test } from 'vitest';
import { asLines, cloneWrites } from '../harness/clone-writes.ts';
import { footprint, footprints } from '../harness/footprint.ts';
import { errorsIn } from '../harness/operator-writes.ts';
import { readyOperator, worldOfTest } from '../harness/test-world.ts';
import { hasReplicas, type World } from '../harness/world.ts';

const STAYS = 'stays: { scale_factor: 1, name_suffix: p }';
const RULES = `$NS:
  deployments:
    ${STAYS}
    unsaid: { scale_factor: 1, name_suffix: p }
    deleted: { scale_factor: 1, name_suffix: p, on_rule_removed: delete }
    scaled: { scale_factor: 1, name_suffix: p, on_rule_removed: scale_to_zero }
    kept: { scale_factor: 1, name_suffix: p, on_rule_removed: keep }
`;
const SOURCES = ['stays', 'unsaid', 'deleted', 'scaled', 'kept'];

async function given(): Promise<World> {
  const world = await worldOfTest('removed');
  await world.bind();
  await world.rules(RULES);
  for (const name of SOURCES) await world.source(name, { replicas: 1 });
  const operator = await world.operator();
  onTestFinished(async () => {
    await operator.stop();
  });
  for (const name of SOURCES) await world.eventually(`${name}-p`, hasReplicas(1));
  await operator.kill();
  return world;
}

test('each clone goes as its rule said, once, and a restart does nothing more', async () => {
  const world = await given();
  const untouched = await footprints(world, [...SOURCES, 'stays-p', 'kept-p']);
  const { uid } = (await footprint(world, 'scaled-p')).metadata;
  const before = (await cloneWrites(world)).length;

  await world.rules(`$NS: { deployments: { ${STAYS} } }`);
  const operator = await readyOperator(world);

  for (const name of ['unsaid-p', 'deleted-p']) await world.eventuallyGone(name);
  expect((await world.eventually('scaled-p', hasReplicas(0))).metadata.uid).toBe(uid);
  await operator.kill();
  const next = await readyOperator(world);
  // A clone that follows: until then the operator has decided on all others.
  await world.source('stays', { replicas: 2 });
  await world.eventually('stays-p', hasReplicas(2));
  const writes = asLines((await cloneWrites(world)).slice(before));
  expect(writes.toSorted()).toEqual(['delete deleted-p 200', 'delete unsaid-p 200', 'patch scaled-p 200', 'patch stays-p 200']);
  const { stays: _, 'stays-p': __, ...rest } = untouched;
  expect(await footprints(world, Object.keys(rest))).toEqual(rest);
  expect([...errorsIn(operator), ...errorsIn(next)]).toEqual([]);
});

test('a rule that is written again meanwhile is no removal', async () => {
  const world = await given();
  const untouched = await footprints(
    world,
    SOURCES.map((name) => `${name}-p`),
  );
  const before = (await cloneWrites(world)).length;

  await world.rules('{}');
  await world.rules(RULES);
  await readyOperator(world);

  await world.source('stays', { replicas: 2 });
  await world.eventually('stays-p', hasReplicas(2));
  expect(asLines((await cloneWrites(world)).slice(before))).toEqual(['patch stays-p 200']);
  const { 'stays-p': _, ...rest } = untouched;
  expect(await footprints(world, Object.keys(rest))).toEqual(rest);
});
