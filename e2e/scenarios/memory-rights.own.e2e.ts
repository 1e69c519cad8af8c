/** Without a right on the memory nothing is made or removed: people are told which right is missing, and it goes on by itself once it is granted. */

import { leastRules, memoryOf } from '@ddprofiler-rc/control-plane/rights';
import { expect, inject, test } from 'vitest';
import { cloneWrites } from '../harness/clone-writes.ts';
import { memoryIn } from '../harness/memory.ts';
import { operatorAs } from '../harness/operator-user.ts';
import { ownCluster } from '../harness/own-cluster.ts';
import { readyOperator, worldOfTest } from '../harness/test-world.ts';
import { eventuallyCondition } from '../harness/told.ts';
import { hasReplicas, type World } from '../harness/world.ts';

const facts = ownCluster(inject('cluster'));
/** Its refused requests are no fault of the rights that are granted to all others. */
const USER = 'operator-a';
const RULES = '$NS: { deployments: { web: { scale_factor: 1, name_suffix: p } } }';

const of = ({ namespace, binding }: World) => ({ namespace, binding, configMap: binding });

/** All rights that the operator needs, but of those on its memory only these. */
async function letMemory(world: World, ...verbs: readonly string[]): Promise<void> {
  const rules = leastRules(of(world)).map((rule) => (rule.resourceNames?.[0] === memoryOf(world) ? { ...rule, verbs } : rule));
  await world.apply({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: USER }, rules });
}

async function given(): Promise<{ readonly world: World; readonly env: Readonly<Record<string, string>> }> {
  const world = await worldOfTest('rights');
  await world.bind();
  await world.rules(RULES);
  await world.source('web', { replicas: 1 });
  return { world, env: await operatorAs(facts, world, USER, of(world)) };
}

async function expectTold(world: World): Promise<void> {
  const { message } = await eventuallyCondition(world, 'Degraded', 'True', 'MemoryFailed');
  expect(message).toContain('list, watch, create and patch');
  expect(message).toContain(`configmap ${memoryOf(world)} in namespace ${world.namespace}`);
}

test.each([
  ['neither made nor written', ['list', 'watch']],
  ['not made', ['list', 'watch', 'patch']],
  ['not read', ['create', 'patch']],
] as const)('given a memory that may be %s, then no clone is made until it may', async (_, verbs) => {
  const { world, env } = await given();
  await letMemory(world, ...verbs);
  const operator = await world.operator(env);
  await expectTold(world);
  expect((await operator.get('/health')).status).toBe(503);
  expect(await world.deployment('web-p')).toBeUndefined();
  expect(await cloneWrites(world, USER)).toEqual([]);

  await letMemory(world, 'list', 'watch', 'create', 'patch');
  await world.eventually('web-p', hasReplicas(1));
  await eventuallyCondition(world, 'Degraded', 'False', 'AsExpected');
  expect((await memoryIn(world))?.data?.['rules.jsonl']).toContain('"web"');
});

test.each([
  ['no more be written', ['list', 'watch']],
  ['no more be read', ['create', 'patch']],
] as const)(
  'given a clone, and a memory that may %s, when the rule is removed, then the clone goes once it may',
  async (_, verbs) => {
    const { world, env } = await given();
    const first = await readyOperator(world, env);
    await world.eventually('web-p', hasReplicas(1));
    await first.stop();
    const before = (await cloneWrites(world, USER)).length;
    await letMemory(world, ...verbs);
    await world.rules('{}');

    await world.operator(env);
    await expectTold(world);
    expect(await world.deployment('web-p')).toBeDefined();
    expect((await cloneWrites(world, USER)).slice(before)).toEqual([]);

    await letMemory(world, 'list', 'watch', 'create', 'patch');
    await world.eventuallyGone('web-p');
    await eventuallyCondition(world, 'Degraded', 'False', 'AsExpected');
  },
);
