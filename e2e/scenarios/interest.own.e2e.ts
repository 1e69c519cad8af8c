/** What is looked at beside the streams, by the API server's own record: what a rule names, and nothing else. */

import { readAuditLog } from '@ddprofiler-rc/control-plane/audit-log';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { operatorAs } from '../harness/operator-user.ts';
import { ownCluster } from '../harness/own-cluster.ts';
import { hasReplicas, IMAGE, makeWorld, type World } from '../harness/world.ts';

const facts = ownCluster(inject('cluster'));
const USER = 'operator-a';

/** More than one page of a list. */
const UNRELATED = 600;

let world: World;

beforeEach(async () => {
  world = await makeWorld('interest');
});

afterEach(() => world.end());

function unrelated(index: number): object {
  const app = `unrelated-${index}`;
  const template = { metadata: { labels: { app } }, spec: { containers: [{ name: 'app', image: IMAGE }] } };
  const spec = { replicas: 0, selector: { matchLabels: { app } }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: app }, spec };
}

/** Names of the Deployments that the operator read by themselves, in order. */
async function lookedFor(): Promise<readonly string[]> {
  const entries = await readAuditLog(facts.auditLog);
  const own = entries.filter(({ user, namespace }) => user === USER && namespace === world.namespace);
  return own.filter(({ verb, resource }) => verb === 'get' && resource === 'deployments').map(({ name }) => name);
}

test('given many Deployments that no rule names, when rules are added while the operator runs, then what they name is looked for, and cloned', async () => {
  const items = Array.from({ length: UNRELATED }, (_, index) => unrelated(index));
  await world.apply({ apiVersion: 'v1', kind: 'List', items });
  await world.source('first');
  await world.source('second', { replicas: 4 });
  await world.bind();
  await world.rules('$NS: { deployments: { first: { scale_factor: 0.5, name_suffix: p } } }');
  const operator = await world.operator(
    await operatorAs(facts, world, USER, { binding: world.binding, configMap: world.binding }),
  );
  await world.eventually('first-p', hasReplicas(1));
  expect(await lookedFor(), 'what the list told is not looked for').toEqual([]);
  const inSync = await operator.logged('that it is in sync', ({ msg }) => msg === 'in sync with the cluster');
  expect(inSync).toMatchObject({ deployments: 1, clones: 0 });

  await world.rules(`$NS:
  deployments:
    first: { scale_factor: 0.5, name_suffix: p }
    second: { scale_factor: 0.5, name_suffix: p }
    absent: { scale_factor: 1, name_suffix: p }`);
  await world.eventually('second-p', hasReplicas(2));
  // What came to matter is followed by the watch from then on.
  await world.source('second', { replicas: 6 });
  await world.eventually('second-p', hasReplicas(3));
  await world.source('absent', { replicas: 1 });
  await world.eventually('absent-p', hasReplicas(1));

  // Nothing twice, and nothing that no rule names; the name of a clone is looked for too, for somebody else may have it.
  expect((await lookedFor()).toSorted()).toEqual(['absent', 'absent-p', 'second', 'second-p']);
  await operator.stop();
});
