/**
 * The API server may decide that an operator has asked for enough (API Priority and Fairness): it answers 429 with Retry-After. Then the
 * operator is slow and correct, and does not ask the more often for being refused.
 */

import { type AuditEntry, readAuditLog } from '@ddprofiler-rc/control-plane/audit-log';
import { onScreen } from '@ddprofiler-rc/control-plane/progress';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { expect, inject, onTestFinished, test } from 'vitest';
import { paceOf } from '../chaos/record.ts';
import { operatorAs } from '../harness/operator-user.ts';
import { errorsIn } from '../harness/operator-writes.ts';
import { ownCluster } from '../harness/own-cluster.ts';
import { IMAGE, makeWorld, type World } from '../harness/world.ts';

const facts = ownCluster(inject('cluster'));
const USER = 'operator-b';
/** Few enough that all have been tried once before the first refusal may be tried again: whoever does not wait is seen. */
const COUNT = 60;
const SOURCES = Array.from({ length: COUNT }, (_, index) => `source-${index}`);
/** As the API server says of all whom it refuses so. */
const RETRY_AFTER_MS = 1_000;
/** Timers and clocks are whole milliseconds, and an answer takes its time to the operator: never the other way round. */
const ROUNDING_MS = 5;
/** The retry budget of the operator's queue, as its documentation has it. */
const RETRIES = { burst: 100, perSecond: 10 };

/** The user gets the smallest share there is, about 3 requests at a time of the API server's 600; one more may wait, others are refused. */
async function throttle(world: World): Promise<void> {
  const apiVersion = 'flowcontrol.apiserver.k8s.io/v1';
  const name = 'throttled-operator';
  const limitResponse = { type: 'Queue', queuing: { queues: 1, handSize: 1, queueLengthLimit: 1 } };
  await world.apply({
    apiVersion,
    kind: 'PriorityLevelConfiguration',
    metadata: { name },
    spec: {
      type: 'Limited',
      limited: { nominalConcurrencyShares: 1, lendablePercent: 0, borrowingLimitPercent: 0, limitResponse },
    },
  });
  await world.apply({
    apiVersion,
    kind: 'FlowSchema',
    metadata: { name },
    spec: {
      priorityLevelConfiguration: { name },
      matchingPrecedence: 2,
      rules: [
        {
          subjects: [{ kind: 'User', user: { name: USER } }],
          resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true }],
        },
      ],
    },
  });
  onTestFinished(async () => {
    await world.kubectl('delete', 'flowschema,prioritylevelconfiguration', name);
  });
  await waitFor('the API server to take requests of the user for such', async () => {
    const reply = await world.kubectl('get', '--raw', '/debug/api_priority_and_fairness/dump_priority_levels');
    return reply.includes(name) || 'it does not know the level';
  });
}

test(`given an API server that refuses nearly all, when ${COUNT} clones are to be made, then all are, and no refusal is answered by asking again at once`, async () => {
  const world = await makeWorld('throttled');
  onTestFinished(() => world.end());
  await world.bind();
  await world.rules(
    `$NS: { deployments: { ${SOURCES.map((name) => `${name}: { scale_factor: 1, name_suffix: x }`).join(', ')} } }`,
  );
  const template = { metadata: { labels: { app: 'all' } }, spec: { containers: [{ name: 'app', image: IMAGE }] } };
  const items = SOURCES.map((name) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { replicas: 0, selector: { matchLabels: { app: 'all' } }, template },
  }));
  await world.apply({ apiVersion: 'v1', kind: 'List', items });
  await throttle(world);
  const operator = await world.operator(
    await operatorAs(facts, world, USER, { binding: world.binding, configMap: world.binding }),
  );

  await waitFor(
    `${COUNT} clones`,
    async () => {
      const { length } = (await world.deployments()).filter(({ metadata }) => metadata.name.endsWith('-x'));
      return length === COUNT || `there are ${length}`;
    },
    { program: operator.process, deadlineMs: 200_000 },
  );
  await waitFor('health', async () => (await operator.get('/health')).status === 200 || 'not yet');
  await operator.stop();

  const asked = (await readAuditLog(facts.auditLog)).filter(
    ({ user, namespace }) => user === USER && namespace === world.namespace,
  );
  const writes = asked.filter(({ resource, verb }) => resource === 'deployments' && verb === 'patch');
  const refused = writes.filter(({ code }) => code === 429);
  expect(refused.length, 'it was throttled').toBeGreaterThan(20);
  expect(writes.filter(({ code }) => code < 300)).toHaveLength(COUNT);

  const waits = waitsAfterRefusal(writes);
  expect(Math.min(...waits), 'shortest time between a refusal and the next try').toBeGreaterThanOrEqual(
    RETRY_AFTER_MS - ROUNDING_MS,
  );
  const seconds = (timeOf(writes.at(-1)) - timeOf(writes[0])) / 1_000;
  const { most } = paceOf(asked, new Set([USER]));
  onScreen(
    `${COUNT} clones in ${seconds.toFixed(1)} s: ${refused.length} refusals, ${waits.length} tries after one, ${most} requests at most in one second`,
  );
  expect(waits.length, `tries that followed a refusal, in ${seconds} s`).toBeLessThanOrEqual(
    RETRIES.burst + Math.ceil(seconds) * RETRIES.perSecond,
  );
  expect(errorsIn(operator)).toEqual([]);
}, 300_000);

const timeOf = (entry: AuditEntry | undefined): number => Date.parse(entry?.receivedAt ?? '');

/** Milliseconds from each refusal to the next try of the same clone. */
function waitsAfterRefusal(writes: readonly AuditEntry[]): readonly number[] {
  const inOrder = writes.toSorted((a, b) => timeOf(a) - timeOf(b));
  return [...Map.groupBy(inOrder, ({ name }) => name).values()].flatMap((ofClone) =>
    ofClone.flatMap((entry, index) => {
      const before = ofClone[index - 1];
      return before?.code === 429 ? [timeOf(entry) - timeOf(before)] : [];
    }),
  );
}
