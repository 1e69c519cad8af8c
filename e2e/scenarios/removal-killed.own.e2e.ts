/**
 * The operator is killed at any moment around the removal of a rule, and around its return: what is removed is removed once, and nothing else is.
 * The moments are drawn, of a seed that is told; they begin as the rules are written, and as an operator starts.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { at, textAt } from '@ddprofiler-rc/control-plane/json';
import type { Operator } from '@ddprofiler-rc/control-plane/operator-process';
import { memoryOf } from '@ddprofiler-rc/control-plane/rights';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { expect, test } from 'vitest';
import { type Api, deploymentsIn, MERGE } from '../chaos/api.ts';
import { type Random, randomOf } from '../faults/random.ts';
import { cloneWrites } from '../harness/clone-writes.ts';
import { personIn } from '../harness/person.ts';
import { worldOfTest } from '../harness/test-world.ts';
import type { World } from '../harness/world.ts';

const SEED = Number(process.env.SEED ?? 19);
const KILLS = 200;
/** Worlds side by side: a start of the operator is mostly waiting. */
const LANES = 4;
/** From the first byte of new rules to the deletion that they come to, and from a start to the first write, with some room. */
const MOST_MS = { afterRules: 120, afterStart: 700 };

const POLICIES = { one: 'delete', two: 'delete', zero: 'scale_to_zero', kept: 'keep', stays: 'delete' } as const;
type Name = keyof typeof POLICIES;
const NAMES: readonly Name[] = ['one', 'two', 'zero', 'kept', 'stays'];
const REMOVABLE: readonly Name[] = ['one', 'two', 'zero', 'kept'];

/** A call whose caller was killed has another code in the record, whether it was carried out or not. */
const ANSWERS: ReadonlySet<number> = new Set([200, 201, 404, 409]);

interface Lane {
  readonly world: World;
  readonly api: Api;
  readonly random: Random;
  operator: Operator;
  kills: number;
}

const rulesWithout = ({ namespace }: World, removed: readonly Name[]): string => {
  const left = NAMES.filter((name) => !removed.includes(name));
  const rules = left.map((name) => [name, { scale_factor: 1, name_suffix: 'p', on_rule_removed: POLICIES[name] }]);
  return JSON.stringify({ [namespace]: { deployments: Object.fromEntries(rules) } });
};

const start = ({ world }: Pick<Lane, 'world'>): Promise<Operator> =>
  world.operator({ MASS_DELETION_SHARE: '1', LOGLEVEL: 'INFO' });

async function openLane(number: number): Promise<Lane> {
  const world = await worldOfTest(`killed-${number}`);
  const configmaps = { apiGroups: [''], resources: ['configmaps'] };
  const api = await personIn(world, 'editor', [
    { ...configmaps, resourceNames: [world.binding], verbs: ['patch'] },
    { ...configmaps, resourceNames: [memoryOf(world)], verbs: ['get'] },
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] },
  ]);
  await world.bind();
  await world.rules(rulesWithout(world, []));
  for (const name of NAMES) await world.source(name, { replicas: name === 'zero' ? 1 : 0 });
  const operator = await start({ world });
  return { world, api, operator, random: randomOf(SEED, `kills in lane ${number}`), kills: 0 };
}

/** Writes the rules, kills the operator at some moment after that, and perhaps the next one as it starts; one is running in the end. */
async function disturb(lane: Lane, removed: readonly Name[]): Promise<void> {
  const { world, api, random } = lane;
  const kill = async () => {
    await lane.operator.kill();
    lane.kills += 1;
    lane.operator = await start(lane);
  };
  const path = `/api/v1/namespaces/${world.namespace}/configmaps/${world.binding}`;
  const written = api.ask('PATCH', path, { body: { data: { rules: rulesWithout(world, removed) } }, contentType: MERGE });
  await delay(random.int(0, MOST_MS.afterRules));
  await kill();
  expect((await written).status).toBe(200);
  while (random.chance(0.5)) {
    await delay(random.int(0, MOST_MS.afterStart));
    await kill();
  }
}

/** Waits until clones and memory are what the rules say; UIDs of the clones by name. */
async function settled({ world, api, operator }: Lane, removed: readonly Name[]): Promise<ReadonlyMap<string, string>> {
  const { namespace } = world;
  let uids = new Map<string, string>();
  const probe = async () => {
    const deployments = await deploymentsIn(api, [namespace]);
    uids = new Map();
    const wrong: string[] = [];
    for (const name of NAMES) {
      const clone = deployments.get(`${namespace}/${name}-p`);
      const isRemoved = removed.includes(name);
      if ((clone === undefined) !== (isRemoved && POLICIES[name] === 'delete')) wrong.push(`${name}-p`);
      if (name === 'zero' && at(clone, 'spec').replicas !== (isRemoved ? 0 : 1)) wrong.push('replicas of zero-p');
      if (clone !== undefined) uids.set(name, textAt(clone, 'metadata', 'uid'));
    }
    const { body } = await api.ask('GET', `/api/v1/namespaces/${namespace}/configmaps/${memoryOf(world)}`);
    // A clone that is gone is remembered for two minutes more: one of its creates may still be on its way.
    const isThere = (name: string): boolean => deployments.has(`${namespace}/${name}-p`);
    const remembered = namesIn(textAt(body, 'data', 'removed.jsonl')).filter(isThere);
    const due = removed.filter((name) => POLICIES[name] !== 'delete').toSorted();
    if (remembered.join() !== due.join()) wrong.push(`removals in the memory: ${remembered.join()}, not ${due.join()}`);
    return wrong.length === 0 || wrong.join('; ');
  };
  await waitFor(`the clones without ${removed.join()}`, probe, { program: operator.process, pollMs: 20 });
  return uids;
}

function namesIn(lines: string): readonly string[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => textAt(JSON.parse(line), 'source').split('/')[1] ?? '')
    .toSorted();
}

/** What the removals of one lane came to, each counted. */
async function run(lane: Lane): Promise<void> {
  const { world, random } = lane;
  const removals = new Map<string, number>(NAMES.map((name) => [name, 0]));
  const uids = new Map<string, Set<string>>(NAMES.map((name) => [name, new Set()]));
  const see = (seen: ReadonlyMap<string, string>) => {
    for (const [name, uid] of seen) uids.get(name)?.add(uid);
  };
  see(await settled(lane, []));
  while (lane.kills < KILLS / LANES) {
    const drawn = REMOVABLE.filter(() => random.chance(0.6));
    const removed = drawn.length === 0 ? REMOVABLE : drawn;
    for (const name of removed) removals.set(name, (removals.get(name) ?? 0) + 1);
    await disturb(lane, removed);
    see(await settled(lane, removed));
    await disturb(lane, []);
    see(await settled(lane, []));
  }
  await lane.operator.kill();

  const writes = await cloneWrites(world);
  for (const name of NAMES) {
    const times = removals.get(name) ?? 0;
    const isDeleted = POLICIES[name] === 'delete' && name !== 'stays';
    const what = `${name}-p after ${times} removals; SEED=${SEED}`;
    // Each uid can be deleted once; more of them than removals would be a deletion too many.
    expect(uids.get(name)?.size, what).toBe(isDeleted ? times + 1 : 1);
    const expected = {
      'delete 200': isDeleted ? times : 0,
      'patch 201': isDeleted ? times + 1 : 1,
      'patch 200': name === 'zero' ? 2 * times : 0,
    };
    const calls = writes.filter((one) => one.name === `${name}-p`);
    for (const [call, count] of Object.entries(expected)) {
      const answered = calls.filter(({ verb, code }) => `${verb} ${code}` === call).length;
      const unanswered = calls.filter(({ verb, code }) => call.startsWith(verb) && !ANSWERS.has(code)).length;
      expect(answered, `${call} of ${what}`).toBeLessThanOrEqual(count);
      expect(answered + unanswered, `${call} of ${what}`).toBeGreaterThanOrEqual(count);
    }
  }
  expect(writes.filter(({ name }) => !NAMES.some((one) => name === `${one}-p`))).toEqual([]);
}

test(`given an operator that is killed at ${KILLS} moments around a removal, then each removal happens once, and nothing else`, async () => {
  const lanes = await Promise.all(Array.from({ length: LANES }, (_, number) => openLane(number)));
  await Promise.all(lanes.map(run));
  expect(lanes.reduce((kills, lane) => kills + lane.kills, 0)).toBeGreaterThanOrEqual(KILLS);
}, 540_000);
