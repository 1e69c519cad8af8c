/** An operator that dies in the middle of its work is started again, and ends as if nothing had happened. */

import type { Operator } from '@ddprofiler-rc/control-plane/operator-process';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { expect, inject, onTestFinished, test } from 'vitest';
import { footprints } from '../harness/footprint.ts';
import { errorsIn, writesIn } from '../harness/operator-writes.ts';
import { IMAGE, makeWorld, type World } from '../harness/world.ts';

const COUNT = 200;
const SOURCES = Array.from({ length: COUNT }, (_, index) => `source-${String(index).padStart(3, '0')}`);
const CLONES = SOURCES.map((source) => `${source}-profiler`);

/** A rule asks for the clone of `taken`, and somebody else has that name. */
const TAKEN = 'taken';
const FOREIGN = [
  'taken-profiler',
  'source-007-profiler-2', // a name that begins like a clone's
  'source-007-profile', // a name that a clone's begins with
  'source-200-profiler', // as the clone of a source that does not exist
  'profiler',
];

const RULES = `$NS: { deployments: { ${[...SOURCES, TAKEN]
  .map((source) => `${source}: { scale_factor: "0.5", name_suffix: profiler }`)
  .join(', ')} } }`;

/** Kill once so many clones were made by the run in question: each time well within the rest. */
const KILL_AFTER = [15, 60];

function manifest(name: string, replicas: number, labels: Readonly<Record<string, string>> = {}): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image: IMAGE }] } },
    },
  };
}

const applyAll = (world: World, items: readonly object[]) => world.apply({ apiVersion: 'v1', kind: 'List', items });

/** UIDs of the clones that exist, by name. */
async function clonesIn(world: World): Promise<ReadonlyMap<string, string>> {
  const isClone = new Set(CLONES);
  const deployments = await world.deployments();
  return new Map(
    deployments.filter(({ metadata }) => isClone.has(metadata.name)).map(({ metadata }) => [metadata.name, metadata.uid]),
  );
}

/** Kills the operator as soon as its log says that it made `count` clones. */
async function killAfter(operator: Operator, count: number): Promise<void> {
  const made = () => operator.log().filter(({ level, verdict }) => level === 'info' && verdict === 'create').length;
  const { process } = operator;
  await waitFor(`${count} clones to be made`, async () => made() >= count || `${made()} are`, { program: process, pollMs: 5 });
  await operator.kill();
}

test(`given ${COUNT} sources, when the operator is killed in the middle of making their clones, again and again, then the next one makes the rest and touches nothing else`, async () => {
  const world = await makeWorld('crash');
  onTestFinished(() => world.end());
  // Nodes of a cluster that is not ours may not have room for so many pods.
  const replicas = inject('cluster').kind === 'own' ? 1 : 0;
  const lookalike = { 'app.kubernetes.io/managed-by': 'ddprofiler-rc', 'ddprofiler-rc.grove/clone': 'source-007-profiler' };
  await applyAll(
    world,
    [...SOURCES, TAKEN].map((name) => manifest(name, replicas)),
  );
  await applyAll(
    world,
    FOREIGN.map((name) => manifest(name, 0, name === TAKEN ? {} : lookalike)),
  );
  const before = await footprints(world, [...SOURCES, TAKEN, ...FOREIGN]);
  await world.bind();
  await world.rules(RULES);

  let survivors: ReadonlyMap<string, string> = new Map();
  for (const count of KILL_AFTER) {
    await killAfter(await world.operator(), count);
    const made = await clonesIn(world);
    expect(made.size, 'clones at the moment of the kill: it was in the middle').toBeGreaterThanOrEqual(survivors.size + count);
    expect(made.size, 'clones at the moment of the kill: it was in the middle').toBeLessThan(COUNT);
    expect(new Map([...made].filter(([name]) => survivors.has(name))), 'clones made before').toEqual(survivors);
    survivors = made;
  }

  const operator = await world.operator();
  await waitFor(`${COUNT} clones`, async () => {
    const { size } = await clonesIn(world);
    return size === COUNT || `there are ${size}`;
  });
  // All is well but for the one whose name is taken.
  await waitFor('every clone to be ready', async () => {
    const { unhealthy } = JSON.parse((await operator.get('/health')).body);
    const states = unhealthy.map(({ clone, state, reason }: Record<string, string>) => `${clone}: ${state} ${reason}`);
    return (
      JSON.stringify(states) === JSON.stringify([`${world.namespace}/taken-profiler: blocked NameTaken`]) || states.join(', ')
    );
  });

  const clones = await clonesIn(world);
  expect(new Map([...clones].filter(([name]) => survivors.has(name))), 'clones made before the kill').toEqual(survivors);
  const names = (await world.deployments()).map(({ metadata }) => metadata.name);
  expect(names.toSorted()).toEqual([...SOURCES, ...CLONES, TAKEN, ...FOREIGN].toSorted());
  expect(await replicaSetsPerDeployment(world)).toEqual(Object.fromEntries(names.map((name) => [name, 1])));
  expect(await footprints(world, [...SOURCES, TAKEN, ...FOREIGN])).toEqual(before);
  // The last one made what was missing, each once, and wrote nothing else.
  const writes = writesIn(operator).filter(({ level }) => level === 'info');
  const missing = CLONES.filter((clone) => !survivors.has(clone)).map((clone) => `create ${world.namespace}/${clone}`);
  expect(writes.map(({ verdict, clone }) => `${String(verdict)} ${String(clone)}`).toSorted()).toEqual(missing.toSorted());
  expect(errorsIn(operator)).toEqual([]);
}, 240_000);

async function replicaSetsPerDeployment(world: World): Promise<Readonly<Record<string, number>>> {
  const { items } = JSON.parse(await world.kubectl('get', 'replicasets', '-n', world.namespace, '-o', 'json'));
  const counts: Record<string, number> = {};
  for (const { metadata } of items) {
    const owner: string = metadata.ownerReferences?.[0]?.name ?? '(nobody)';
    counts[owner] = (counts[owner] ?? 0) + 1;
  }
  return counts;
}
