/**
 * The mark of a clone is three labels, which anybody can put on any Deployment that they may patch. It is never a reason to write or to delete: what
 * is marked and no rule made is told, and counts nowhere.
 */

import type { Operator } from '@ddprofiler-rc/control-plane/operator-process';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { expect, inject, test } from 'vitest';
import { type Api, deploymentPath, MERGE } from '../chaos/api.ts';
import { CANARY_RULE, everythingWasDecided } from '../harness/canary.ts';
import { asLines, cloneWrites } from '../harness/clone-writes.ts';
import { footprints } from '../harness/footprint.ts';
import { operatorAs } from '../harness/operator-user.ts';
import { ownCluster } from '../harness/own-cluster.ts';
import { personIn } from '../harness/person.ts';
import { grant } from '../harness/service-account.ts';
import { readyOperator, worldOfTest } from '../harness/test-world.ts';
import { eventsIn, eventuallyCondition, told } from '../harness/told.ts';
import { envOf, IMAGE, type World } from '../harness/world.ts';

const facts = ownCluster(inject('cluster'));
const USER = 'operator-a';
const BINDING_LABEL = 'ddprofiler-rc.grove/binding';
const PATCH_ALONE = [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['patch'] }];

/** With the canary's, 20 rules. */
const APPS = Array.from({ length: 19 }, (_, index) => `app-${String(index).padStart(2, '0')}`);
const FOREIGN = Array.from({ length: 60 }, (_, index) => `foreign-${String(index).padStart(2, '0')}`);
const MARKED_SOURCE = 'app-01';
/** In another namespace, under the name of a clone. */
const COPY = 'app-00-p';

const rulesFor = (names: readonly string[]): string =>
  [
    '$NS:',
    '  deployments:',
    `    ${CANARY_RULE}`,
    ...names.map((name) => `    ${name}: { scale_factor: 1, name_suffix: p }`),
  ].join('\n');

const foreign = (name: string): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image: IMAGE }] } },
  },
});

async function markOf(world: World, clone: string): Promise<string> {
  const { metadata } = await world.eventually(clone, () => true);
  return metadata.labels?.[BINDING_LABEL] ?? '';
}

/** Puts the mark of a clone on a Deployment. */
async function forge(patcher: Api, { namespace }: World, name: string, mark: string, annotations = {}): Promise<void> {
  const labels = { 'app.kubernetes.io/managed-by': 'ddprofiler-rc', [BINDING_LABEL]: mark, 'ddprofiler-rc.grove/clone': name };
  const body = { metadata: { labels, annotations } };
  const { status } = await patcher.ask('PATCH', deploymentPath(namespace, name), { body, contentType: MERGE });
  expect(status).toBe(200);
}

const eventuallyUnclaimed = (operator: Operator, count: number) =>
  waitFor(`${count} unclaimed Deployments`, async () => {
    const { clones } = JSON.parse((await operator.get('/health')).body);
    return clones.unclaimed === count || JSON.stringify(clones);
  });

const unclaimedIn = async (world: World): Promise<readonly string[]> =>
  (await eventsIn(world))
    .filter(({ type, reason }) => type === 'Warning' && reason === 'Unclaimed')
    .map(({ involvedObject }) => involvedObject.name)
    .toSorted();

test('given our labels on foreign Deployments, a source and a copy elsewhere, then none is written or deleted, all are told, and none counts', async () => {
  const world = await worldOfTest('forged');
  const elsewhere = await worldOfTest('elsewhere');
  await world.bind();
  await world.rules(rulesFor(APPS));
  await world.source('canary', { replicas: 0 });
  await world.apply({ apiVersion: 'v1', kind: 'List', items: [...APPS, ...FOREIGN].map(foreign) });
  await elsewhere.apply(foreign(COPY));
  const of = { binding: world.binding, configMap: world.binding };
  await operatorAs(facts, elsewhere, USER, of);
  const operator = await readyOperator(world, {
    ...(await operatorAs(facts, world, USER, of)),
    WATCH_NAMESPACES: `${world.namespace},${elsewhere.namespace}`,
    MAX_CLONES: '21',
  });
  for (const name of APPS) await world.eventually(`${name}-p`, () => true);
  const patcher = await personIn(world, 'patcher', PATCH_ALONE);
  await grant({ apply: elsewhere.apply, namespace: world.namespace }, 'patcher', PATCH_ALONE);
  const mark = await markOf(world, COPY);
  const writes = (await cloneWrites([world, elsewhere], USER)).length;

  await Promise.all([
    ...FOREIGN.map((name) => forge(patcher, world, name, mark)),
    forge(patcher, world, MARKED_SOURCE, mark),
    forge(patcher, elsewhere, COPY, mark),
  ]);
  const forged = await footprints(world, [...FOREIGN, MARKED_SOURCE]);
  const copy = await footprints(elsewhere, [COPY]);

  // All are told.
  await eventuallyUnclaimed(operator, FOREIGN.length + 1);
  await waitFor('an Event on each', async () => {
    const names = [...(await unclaimedIn(world)), ...(await unclaimedIn(elsewhere))];
    return names.length >= FOREIGN.length + 1 || `there are ${names.length}: ${names.join(', ')}`;
  });
  expect(await unclaimedIn(world)).toEqual(FOREIGN);
  expect(await unclaimedIn(elsewhere)).toEqual([COPY]);
  // A source that looks like a clone is told as that: its clone is left as it is.
  expect((await told(world, 'SourceIsClone')).involvedObject.name).toBe(MARKED_SOURCE);

  // They dilute no hold: 18 of the 20 clones are too many at once.
  await world.rules(rulesFor(APPS.slice(-1)));
  const { message } = await eventuallyCondition(world, 'Degraded', 'True', 'MassDeletionHeld');
  expect(message).toContain('18 of 20 clones');
  await everythingWasDecided(world);
  await world.rules(rulesFor(APPS));

  // They hinder no removal of one, and take no place from a new one.
  const left = APPS.filter((name) => name !== 'app-05');
  await world.rules(rulesFor(left));
  await world.eventuallyGone('app-05-p');
  await world.source('new-1', { replicas: 0 });
  await world.source('new-2', { replicas: 0 });
  await world.rules(rulesFor([...left, 'new-1', 'new-2']));
  for (const name of ['new-1-p', 'new-2-p']) await world.eventually(name, () => true);

  await everythingWasDecided(world);
  expect(await footprints(world, [...FOREIGN, MARKED_SOURCE])).toEqual(forged);
  expect(await footprints(elsewhere, [COPY])).toEqual(copy);
  const since = asLines((await cloneWrites([world, elsewhere], USER)).slice(writes));
  expect(since.filter((line) => line !== 'patch canary-follows 200').toSorted()).toEqual([
    'delete app-05-p 200',
    'patch new-1-p 201',
    'patch new-2-p 201',
  ]);
});

test('given a Deployment with our labels and a rule in an annotation, when rules cannot be read, then nothing in it is obeyed', async () => {
  const world = await worldOfTest('forged');
  await world.bind();
  await world.rules(`$NS: { deployments: { ${CANARY_RULE} } }`);
  await world.source('canary', { replicas: 0 });
  await world.source('web', { replicas: 1 });
  await world.apply(foreign('web-p'));
  const first = await readyOperator(world);
  const mark = await markOf(world, 'canary-follows');
  await everythingWasDecided(world);
  await first.kill();

  const rule = { scale_factor: 1, name_suffix: 'p', image: 'evil.example/miner', env: 'STOLEN: yes' };
  const annotation = JSON.stringify({ [world.namespace]: { deployments: { web: rule } } });
  const patcher = await personIn(world, 'patcher', PATCH_ALONE);
  await forge(patcher, world, 'web-p', mark, {
    'ddprofiler-rc.grove/rule': annotation,
    'ddprofiler-rc.grove/source': 'web',
    'ddprofiler-rc.grove/on-rule-removed': 'delete',
  });
  const before = await footprints(world, ['web-p']);
  await world.rules('nothing that could be read');
  const operator = await readyOperator(world);
  await world.source('web', { replicas: 3, env: { TURN: 'changed' } });
  await everythingWasDecided(world);
  expect(await footprints(world, ['web-p'])).toEqual(before);

  await world.rules(`$NS: { deployments: { ${CANARY_RULE} } }`);
  await eventuallyUnclaimed(operator, 1);
  await everythingWasDecided(world);
  expect(await footprints(world, ['web-p']), 'nor when they can').toEqual(before);

  // A rule that a person writes makes it a clone: who may write rules may do that.
  await world.rules(`$NS: { deployments: { ${CANARY_RULE}, web: { scale_factor: 1, name_suffix: p } } }`);
  expect(envOf(await world.eventually('web-p', ({ spec }) => spec.replicas === 3 || `${spec.replicas} replicas`))).toEqual({
    TURN: 'changed',
  });
});
