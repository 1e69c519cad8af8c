/** People reach into the memory of the last good rules: what does not fit its hash is not obeyed, and it is written anew from the rules. */

import type { LogLine, Operator } from '@ddprofiler-rc/control-plane/operator-process';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { expect, test } from 'vitest';
import { CANARY_RULE, everythingWasDecided } from '../harness/canary.ts';
import { asLines, cloneWrites } from '../harness/clone-writes.ts';
import { footprints } from '../harness/footprint.ts';
import { deleteMemory, editMemory, memoryIn, rememberedIn } from '../harness/memory.ts';
import { readyOperator, worldOfTest } from '../harness/test-world.ts';
import { hasReplicas, IMAGE, type World } from '../harness/world.ts';

const RULES = `$NS: { deployments: { ${CANARY_RULE}, web: { scale_factor: 1, name_suffix: p, image: "${IMAGE}" } } }`;
const UNREADABLE = 'no rules at all';

interface Given {
  readonly world: World;
  readonly operator: Operator;
  readonly remembered: Readonly<Record<string, string>>;
  /** What the operator wrote to clones since. */
  readonly writes: () => Promise<readonly string[]>;
}

async function given(): Promise<Given> {
  const world = await worldOfTest('memory');
  await world.bind();
  await world.rules(RULES);
  await world.source('canary', { replicas: 0 });
  await world.source('web', { replicas: 1 });
  const operator = await readyOperator(world);
  await world.eventually('web-p', hasReplicas(1));
  await everythingWasDecided(world);
  const before = (await cloneWrites(world)).length;
  const writes = async () => asLines((await cloneWrites(world)).slice(before)).filter((line) => !line.includes('canary-follows'));
  return { world, operator, remembered: (await rememberedIn(world)) ?? {}, writes };
}

/** Another image for the clone, and that it is to be deleted; the hash is as it was. */
const forged = ({ world: { namespace }, remembered }: Given): Readonly<Record<string, string>> => ({
  'rules.jsonl': (remembered['rules.jsonl'] ?? '').replace(IMAGE, 'evil.example/miner'),
  'removed.jsonl': `{"clone":"${namespace}/web-p","on_rule_removed":"delete","source":"${namespace}/web"}\n`,
});

const eventuallyRemembered = ({ world, remembered }: Given) =>
  waitFor('the memory to be as it was', async () => {
    const found = await rememberedIn(world);
    return JSON.stringify(found) === JSON.stringify(remembered) || JSON.stringify(found ?? 'there is none');
  });

test('given rules that can be read, when it is edited, then nothing in it is obeyed, and it is put right', async () => {
  const here = await given();
  expect(forged(here)['rules.jsonl']).toContain('evil.example');
  await editMemory(here.world, forged(here));
  await eventuallyRemembered(here);
  await everythingWasDecided(here.world);
  expect(await here.writes()).toEqual([]);
});

test('given rules that can be read, when it is deleted, then it is written again, and no clone is touched', async () => {
  const here = await given();
  const former = await memoryIn(here.world);
  await deleteMemory(here.world);
  await eventuallyRemembered(here);
  expect((await memoryIn(here.world))?.metadata.uid).not.toBe(former?.metadata.uid);
  await everythingWasDecided(here.world);
  expect(await here.writes()).toEqual([]);
});

const REACHES: readonly (readonly [how: string, reach: (here: Given) => Promise<void>])[] = [
  ['edited', (here) => editMemory(here.world, forged(here))],
  ['emptied', ({ world }) => editMemory(world, { 'rules.jsonl': '', 'removed.jsonl': '' })],
  ['deleted', ({ world }) => deleteMemory(world)],
];

test.each(REACHES)(
  'given rules that cannot be read, and a restart, when it is %s, then clones stay as they are until rules can be read',
  async (_, reach) => {
    const here = await given();
    const { world } = here;
    const before = await footprints(world, ['web-p']);
    await world.rules(UNREADABLE);
    await here.operator.kill();
    await reach(here);
    const operator = await readyOperator(world);
    const isLeft = ({ clone, reason }: LogLine) => clone === `${world.namespace}/web-p` && reason === 'RuleUnknown';
    await operator.logged('that the clone is left as it is', isLeft);
    await world.source('web', { replicas: 2 });
    expect(await footprints(world, ['web-p'])).toEqual(before);

    await world.rules(RULES);
    const clone = await world.eventually('web-p', hasReplicas(2));
    expect(clone.metadata.uid).toBe(before['web-p']?.metadata.uid);
    await eventuallyRemembered(here);
    await everythingWasDecided(world);
    // One write, for the source's replicas: what was put into the memory never came to the clone.
    expect(await here.writes()).toEqual(['patch web-p 200']);
  },
);
