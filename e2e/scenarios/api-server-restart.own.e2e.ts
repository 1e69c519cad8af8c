/** The API server goes away under a running operator and comes back: the operator catches up by itself. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type ControlPlane, startControlPlane } from '@ddprofiler-rc/control-plane/control-plane';
import type { Operator } from '@ddprofiler-rc/control-plane/operator-process';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { ownCluster } from '../harness/own-cluster.ts';
import { type Deployment, envOf, hasReplicas, makeWorldIn, type World } from '../harness/world.ts';

/**
 * What the operator wrote. Not that the pods are ready: that is up to the controllers, which are cut off with it, and come back at
 * their own pace.
 */
const asksFor =
  (count: number) =>
  ({ spec }: Deployment): true | string =>
    spec.replicas === count || `it asks for ${spec.replicas}`;

const CRD = fileURLToPath(new URL('../../charts/ddprofiler-rc/files/crd.yaml', import.meta.url));
const SOURCES = ['scaled', 'changed', 'deleted', 'spared', 'new'] as const;
const RULES = `$NS:
  deployments:
${SOURCES.map((source) => `    ${source}: { scale_factor: "0.5", name_suffix: profiler }`).join('\n')}
`;

/** Nobody else is on it: its API server may be killed. */
let controlPlane: ControlPlane;

beforeAll(async () => {
  const { programs } = ownCluster(inject('cluster'));
  controlPlane = await startControlPlane({ programs });
  await controlPlane.kubectl.withInput(await readFile(CRD, 'utf8'), 'apply', '-f', '-');
  await controlPlane.kubectl('wait', '--for=condition=Established', 'crd/ddprofcrds.crds.grove', '--timeout=30s');
});

afterAll(async () => {
  await controlPlane.stop();
});

async function converged(): Promise<{ readonly world: World; readonly operator: Operator }> {
  const world = await makeWorldIn(controlPlane, 'outage');
  onTestFinished(() => world.end());
  await world.bind();
  await world.rules(RULES);
  for (const source of SOURCES) if (source !== 'new') await world.source(source, { replicas: 4 });
  const operator = await world.operator();
  for (const source of SOURCES) if (source !== 'new') await world.eventually(`${source}-profiler`, hasReplicas(2));
  return { world, operator };
}

const eventuallyUnreachable = (operator: Operator) =>
  operator.logged('that the API server cannot be reached', ({ reason, stream }) => {
    return reason === 'Unreachable' && String(stream).startsWith('deployments/');
  });

/** A little of everything that an operator follows. */
async function changeEverything(world: World): Promise<void> {
  await world.source('scaled', { replicas: 6 });
  await world.source('changed', { replicas: 4, env: { RELEASE: '2' } });
  await world.kubectl('delete', 'deployment', 'deleted', '-n', world.namespace);
  await world.kubectl('delete', 'deployment', 'spared-profiler', '-n', world.namespace);
  await world.source('new', { replicas: 2 });
}

async function eventuallyFollowed(world: World, sparedUid: string | undefined): Promise<void> {
  await world.eventually('scaled-profiler', asksFor(3));
  await world.eventually('changed-profiler', (clone) => envOf(clone).RELEASE === '2' || 'it lacks the new variable');
  await world.eventually('deleted-profiler', asksFor(0));
  const spared = await world.eventually('spared-profiler', asksFor(2));
  expect(spared.metadata.uid).not.toBe(sparedUid);
  await world.eventually('new-profiler', asksFor(1));
}

const uidOf = async (world: World, name: string) => (await world.deployment(name))?.metadata.uid;

test('given a converged operator, when the API server is killed and started again, then it stays alive and follows what is changed right after', async () => {
  const { world, operator } = await converged();
  const sparedUid = await uidOf(world, 'spared-profiler');

  await controlPlane.killApiServer();
  await eventuallyUnreachable(operator);
  expect((await operator.get('/healthz')).status).toBe(200);
  await controlPlane.startApiServer();
  await changeEverything(world);

  await eventuallyFollowed(world, sparedUid);
  // The rules are followed again as well, not only the Deployments.
  await world.rules(RULES.replaceAll('"0.5"', '"1"'));
  await world.eventually('scaled-profiler', asksFor(6));
  expect(operator.process.exit(), 'it is the same process').toBeUndefined();
});

test('given a converged operator that is still cut off when the API server is back, when things change meanwhile, then it catches up', async () => {
  const { world, operator } = await converged();
  const sparedUid = await uidOf(world, 'spared-profiler');

  await controlPlane.killApiServer();
  await eventuallyUnreachable(operator);
  // It stands still, so that it cannot connect before everything has changed.
  process.kill(operator.process.pid, 'SIGSTOP');
  await controlPlane.startApiServer();
  await changeEverything(world);
  await world.rules(RULES.replace('scaled: { scale_factor: "0.5"', 'scaled: { scale_factor: "1"'));
  expect(await uidOf(world, 'new-profiler'), 'it did not connect meanwhile').toBeUndefined();
  process.kill(operator.process.pid, 'SIGCONT');

  await world.eventually('scaled-profiler', asksFor(6));
  await world.eventually('changed-profiler', (clone) => envOf(clone).RELEASE === '2' || 'it lacks the new variable');
  await world.eventually('deleted-profiler', asksFor(0));
  const spared = await world.eventually('spared-profiler', asksFor(2));
  expect(spared.metadata.uid).not.toBe(sparedUid);
  await world.eventually('new-profiler', asksFor(1));
});

test('given an operator in the middle of making clones, when the API server is killed and started again, then it makes the rest', async () => {
  const world = await makeWorldIn(controlPlane, 'outage');
  onTestFinished(() => world.end());
  const sources = Array.from({ length: 100 }, (_, index) => `source-${index}`);
  await world.bind();
  await world.rules(
    `$NS: { deployments: { ${sources.map((name) => `${name}: { scale_factor: "1", name_suffix: x }`).join(', ')} } }`,
  );
  const template = (name: string) => ({
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: 'app', image: 'nginx:alpine' }] },
  });
  await world.apply({
    apiVersion: 'v1',
    kind: 'List',
    items: sources.map((name) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: template(name) },
    })),
  });
  const operator = await world.operator();
  const made = () => operator.log().filter(({ level, verdict }) => level === 'info' && verdict === 'create').length;
  await operator.logged('its first clones', () => made() >= 10);
  await controlPlane.killApiServer();
  await eventuallyUnreachable(operator);
  expect(made(), 'it was in the middle').toBeLessThan(sources.length);

  await controlPlane.startApiServer();

  // Not that their pods are ready: that is up to the controllers, which were cut off as well and come back at their own pace.
  const clones = sources.map((source) => `${source}-x`);
  await waitFor(`${clones.length} clones, each in sync`, async () => {
    const inSync = new Set(operator.log().flatMap(({ verdict, clone }) => (verdict === 'inSync' ? [clone] : [])));
    const lacking = clones.filter((clone) => !inSync.has(`${world.namespace}/${clone}`));
    return lacking.length === 0 || `${lacking.length} are not, ${lacking[0]} among them`;
  });
  const deployments = await world.deployments();
  expect(deployments.map(({ metadata }) => metadata.name).toSorted()).toEqual([...sources, ...clones].toSorted());
  expect(new Set(deployments.map(({ spec }) => spec.replicas))).toEqual(new Set([1]));
});
