/** What no rule can do, by the API server's own record of who asked for what. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type AuditEntry, readAuditLog, WRITE_VERBS } from '@ddprofiler-rc/control-plane/audit-log';
import { memoryOf } from '@ddprofiler-rc/control-plane/rights';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { operatorAs } from '../harness/operator-user.ts';
import { ownCluster } from '../harness/own-cluster.ts';
import { eventsIn, eventuallyCondition, statusOf, told } from '../harness/told.ts';
import { hasReplicas, makeWorld, type World } from '../harness/world.ts';

const facts = ownCluster(inject('cluster'));
const USER = 'operator-a';
const CRD = new URL('../../charts/ddprofiler-rc/files/crd.yaml', import.meta.url);

let world: World;
let elsewhere: World;

beforeEach(async () => {
  world = await makeWorld('guarded');
  elsewhere = await makeWorld('elsewhere');
});

afterEach(async () => {
  await world.end();
  await elsewhere.end();
});

const settings = () => operatorAs(facts, world, USER, { binding: world.binding, configMap: world.binding });

async function askedSince(marker: string): Promise<readonly AuditEntry[]> {
  const entries = await readAuditLog(facts.auditLog);
  const from = entries.findIndex(({ name }) => name === marker);
  expect(from, 'the audit log has the marker').toBeGreaterThanOrEqual(0);
  return entries.slice(from).filter(({ user }) => user === USER);
}

async function mark(): Promise<string> {
  const marker = `marker-${randomBytes(4).toString('hex')}`;
  await world.kubectl('create', 'configmap', marker, '-n', world.namespace);
  return marker;
}

test('the operator reads its rules and its memory, no Secret, and writes in the listed namespace alone', async () => {
  const marker = await mark();
  await world.bind();
  await world.rules(`$NS: { deployments: { web: { scale_factor: 1, name_suffix: p } } }
${elsewhere.namespace}: { deployments: { web: { scale_factor: 1, name_suffix: p } } }`);
  await world.source('web');
  await elsewhere.source('web');
  const operator = await world.operator(await settings());
  await world.eventually('web-p', hasReplicas(2));
  const { message } = await eventuallyCondition(world, 'RulesValid', 'False', 'RulesInvalid');
  expect(message).toContain(`it watches ${world.namespace}`);
  await operator.stop();
  const asked = await askedSince(marker);
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter(({ resource }) => resource === 'secrets')).toEqual([]);
  expect(asked.filter(({ verb, namespace }) => WRITE_VERBS.has(verb) && namespace !== world.namespace)).toEqual([]);
  const configMaps = asked.filter(({ resource }) => resource === 'configmaps');
  expect(configMaps.length).toBeGreaterThan(0);
  for (const { verb, namespace, name } of configMaps) {
    expect(namespace).toBe(world.namespace);
    expect(WRITE_VERBS.has(verb) ? [memoryOf(world)] : [world.binding, memoryOf(world)]).toContain(name);
  }
  expect(await elsewhere.deployment('web-p')).toBeUndefined();
});

test('a binding that reaches into another namespace gets CrossNamespaceDenied, and nothing there is read', async () => {
  const marker = await mark();
  await elsewhere.rules(`${world.namespace}: { deployments: { web: { scale_factor: 1, name_suffix: p } } }`);
  await world.apply({
    apiVersion: 'crds.grove/v1',
    kind: 'DDProfCrd',
    metadata: { name: world.binding },
    ruleType: 'configmap',
    cmName: elsewhere.binding,
    cmNamespace: elsewhere.namespace,
    cmConfigTag: 'rules',
  });
  await world.source('web');
  const operator = await world.operator(await settings());
  await operator.ready();
  const { message } = await eventuallyCondition(world, 'RulesValid', 'False', 'CrossNamespaceDenied');
  expect(message).toContain('RULES_NAMESPACES');
  await told(world, 'CrossNamespaceDenied');
  expect((await operator.get('/metrics')).body).toContain('ddprofiler_refusals_total{reason="CrossNamespaceDenied"} 1');
  await operator.stop();
  const configMaps = (await askedSince(marker)).filter(({ resource }) => resource === 'configmaps');
  expect(configMaps.filter(({ namespace, name }) => namespace !== world.namespace || name !== memoryOf(world))).toEqual([]);
  await operatorAs(facts, elsewhere, 'operator-a', { binding: elsewhere.binding, configMap: elsewhere.binding });
  const allowed = await world.operator({ ...(await settings()), RULES_NAMESPACES: elsewhere.namespace });
  await allowed.ready();
  await world.eventually('web-p', hasReplicas(2));
});

describe('given limits of the administrator', () => {
  test('an image that is not allowed makes no clone, and one Warning Event', async () => {
    await world.bind();
    await world.rules('$NS: { deployments: { web: { scale_factor: 1, name_suffix: p, image: evil.example/miner } } }');
    await world.source('web');
    const operator = await world.operator({ ...(await settings()), ALLOWED_IMAGES: 'ghcr.io/team/**' });
    const { type, message } = await told(world, 'ImageDenied');
    expect(type).toBe('Warning');
    expect(message).toContain('evil.example/miner');
    await world.source('web', { replicas: 3 });
    await eventuallyCondition(world, 'Degraded', 'True', 'ImageDenied');
    expect((await operator.get('/metrics')).body).toContain('ddprofiler_refusals_total{reason="ImageDenied"} 1');
    expect((await eventsIn(world)).filter(({ reason }) => reason === 'ImageDenied')).toHaveLength(1);
    expect(await world.deployment('web-p')).toBeUndefined();
  });

  test('more replicas or clones than allowed are refused and counted', async () => {
    await world.bind();
    await world.rules(`$NS:
  deployments:
    big: { scale_factor: 1, name_suffix: p }
    one: { scale_factor: 1, name_suffix: p }
    three: { scale_factor: 1, name_suffix: p }
    two: { scale_factor: 1, name_suffix: p }`);
    await world.source('big', { replicas: 5 });
    for (const name of ['one', 'two', 'three']) await world.source(name, { replicas: 1 });
    const operator = await world.operator({ ...(await settings()), MAX_REPLICAS: '4', MAX_CLONES: '2' });
    // A place belongs to a rule, in the order of their clones' names; one that is refused for its size keeps it.
    await world.eventually('one-p', hasReplicas(1));
    const { message } = await eventuallyCondition(world, 'Degraded', 'True', 'ReplicasAboveMaximum');
    expect(message).toContain('allows 4');
    const metrics = (await operator.get('/metrics')).body;
    expect(metrics).toContain('ddprofiler_refusals_total{reason="ReplicasAboveMaximum"} 1');
    expect(metrics).toContain('ddprofiler_refusals_total{reason="TooManyClones"} 2');
    expect((await world.deployments()).map(({ metadata }) => metadata.name)).toEqual(['big', 'one', 'one-p', 'three', 'two']);
  });
});

test('the status says how things stand, and kubectl shows it', async () => {
  await world.bind();
  await world.rules(
    '$NS: { deployments: { web: { scale_factor: 1, name_suffix: p }, api: { scale_factor: x, name_suffix: p } } }',
  );
  await world.source('web');
  const operator = await world.operator(await settings());
  await world.eventually('web-p', hasReplicas(2));
  await eventuallyCondition(world, 'Ready', 'True', 'AllReady');
  const status = await statusOf(world);
  expect(status.clones).toEqual({ desired: 1, inSync: 1, ready: 1, blocked: 0 });
  expect(status.problems?.[0]).toContain('scale_factor');
  const table = await world.kubectl('get', 'ddprofcrd', '-n', world.namespace);
  expect(table).toMatch(/RULES VALID +READY +DEGRADED +CLONES/);
  expect(table).toMatch(/False +True +AsExpected +1 /);
  const { reason, involvedObject } = await told(world, 'CloneCreated');
  expect([reason, involvedObject.name]).toEqual(['CloneCreated', 'web-p']);
  await operator.stop();
});

test('where the definition has no status, the operator works without', async () => {
  const text = await readFile(CRD, 'utf8');
  const former = text
    .replace(/ +subresources:\n +status: \{\}\n/, '')
    .replace(/ +- \{ name: (Rules valid|Ready|Degraded|Clones).*\n/g, '');
  expect(former).not.toContain('subresources');
  try {
    await world.kubectl.withInput(former, 'apply', '-f', '-');
    await world.bind();
    await world.rules('$NS: { deployments: { web: { scale_factor: 1, name_suffix: p } } }');
    await world.source('web');
    const operator = await world.operator(await settings());
    await world.eventually('web-p', hasReplicas(2));
    await operator.logged(
      'that there is no status',
      ({ msg }) => msg.includes('the binding’s status is not written') || msg.includes("the binding's status is not written"),
    );
    expect(await statusOf(world)).toEqual({});
    await operator.stop();
  } finally {
    await world.kubectl.withInput(text, 'apply', '-f', '-');
  }
});
