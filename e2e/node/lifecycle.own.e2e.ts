/**
 * The life of a release on a real node: its pods are containers of the image, its rights are those of the chart, and Pod Security `restricted` is
 * enforced where it is. The tests are the steps of that life, in their order. Sources and clones are on nodes that KWOK plays.
 */

import { readAuditLog, WRITE_VERBS } from '@ddprofiler-rc/control-plane/audit-log';
import { kubectlFor } from '@ddprofiler-rc/control-plane/cluster';
import { onScreen } from '@ddprofiler-rc/control-plane/progress';
import { memoryOf } from '@ddprofiler-rc/control-plane/rights';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { footprints } from '../harness/footprint.ts';
import { CHART, type Helm, helmFor } from '../harness/helm.ts';
import { ownCluster } from '../harness/own-cluster.ts';
import { exampleClones, exampleFor, exampleSources, valuesFile } from '../harness/values.ts';
import { type Deployment, hasReplicas, makeWorldIn, type World } from '../harness/world.ts';
import { handovers, type LeaseHistory, watchLease } from './lease-history.ts';
import { type RealNode, startRealNode, VALUES_FOR_NODE } from './real-node.ts';
import { operatorPods, type Pod, podsReady, serviceAnswer } from './release-pods.ts';

const CRD = 'ddprofcrds.crds.grove';
const RELEASE = 'rc';
const BINDING = `${RELEASE}-ddprof-rcconfig`;
const LEASE = `ddprofiler-rc-${BINDING}`;
const DEPLOYMENT = `${RELEASE}-ddprofiler-rc`;
const CLONES = ['profiler-worker-profiler', 'profiler-feedworker-profiler'];
const LONGEST_GAP_MS = 1_000;

const facts = ownCluster(inject('cluster'));
const kubectl = kubectlFor(facts);
const cluster = { ...facts, kubectl };
let node: RealNode;
let helm: Helm;
let release: World;
let sources: World;
let lease: LeaseHistory;
/** What is in the release's namespace without a release. */
let bare: readonly string[];

beforeAll(async () => {
  node = await startRealNode(facts, onScreen);
  helm = await helmFor(cluster);
  // The release is to bring it.
  await kubectl('delete', 'crd', CRD);
  release = await makeWorldIn(cluster, 'release');
  sources = await makeWorldIn(cluster, 'sources');
  await kubectl('label', 'namespace', release.namespace, 'pod-security.kubernetes.io/enforce=restricted');
  await exampleSources(sources);
}, 1_800_000);

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await node.collectLogs();
});

afterAll(async () => {
  await lease?.stop();
  await node?.stop();
});

/** The example's values, on the node, with two replicas; and what else a test wants. */
async function values(more: object = {}): Promise<readonly string[]> {
  const own = await valuesFile({ ...VALUES_FOR_NODE, replicaCount: 2, ...more });
  return ['--namespace', release.namespace, '--values', await exampleFor(sources), '--values', own];
}

const example = (factor: string): object => ({
  config: {
    data: {
      'profiler-rc-config': JSON.stringify({
        [sources.namespace]: {
          deployments: Object.fromEntries(
            ['profiler-worker', 'profiler-feedworker'].map((name) => [
              name,
              { env: 'PROFILING_ENABLED: True', scale_factor: factor, name_suffix: 'profiler' },
            ]),
          ),
        },
      }),
    },
  },
});

const namesOf = (pods: readonly Pod[]): readonly string[] => pods.map(({ metadata }) => metadata.name).toSorted();

/** A holder of the Lease is called by its pod, and a number of its own. */
const podOf = (holder: string): string => holder.split('_')[0] ?? '';

/** The environment of the pods' containers. */
async function settings(): Promise<Readonly<Record<string, string | undefined>>> {
  const [pod] = await podsReady(release, 2);
  return Object.fromEntries((pod?.spec.containers[0]?.env ?? []).map(({ name, value }) => [name, value]));
}

test('both pods become Ready on the node by their probes, where Pod Security is enforced', async () => {
  // The controller manager puts these into every namespace.
  const given = ['serviceaccount/default', 'configmap/kube-root-ca.crt'];
  await kubectl('wait', '--for=create', ...given, '-n', release.namespace, '--timeout=60s');
  bare = await objects();
  await helm('install', RELEASE, CHART, ...(await values()));
  const pods = await podsReady(release, 2);
  for (const { spec, status } of pods) {
    expect(spec.containers.map(({ image }) => image)).toEqual(['ddprofiler-rc:0.0.0-test']);
    expect(spec.nodeName).toBe(node.name);
    expect(spec.hostNetwork).toBeUndefined();
    expect(status.containerStatuses).toMatchObject([{ ready: true, restartCount: 0, started: true }]);
  }
  for (const probe of ['Startup', 'Liveness', 'Readiness'])
    await waitFor(`the ${probe} probe of both to succeed`, async () => {
      const succeeded = await podsWhoseProbeSucceeded(probe);
      return namesOf(pods).every((name) => succeeded.has(name)) || `so far: ${[...succeeded].join(', ')}`;
    });
  await kubectl('wait', '--for=create', `lease/${LEASE}`, '-n', release.namespace, '--timeout=60s');
  lease = await watchLease(facts, release.namespace, LEASE, node.folder);
});

test('in the running pod the operator is not root, may gain nothing, and can write nowhere', async () => {
  const script = `const { readFileSync, writeFileSync } = require('node:fs');
    const write = (folder) => { try { writeFileSync(folder + '/file', ''); return 'written'; } catch ({ code }) { return code; } };
    const status = readFileSync('/proc/1/status', 'utf8');
    const field = (name) => status.match(new RegExp('^' + name + ':\\\\s+(\\\\S+)', 'm'))[1];
    console.log(JSON.stringify({
      uid: field('Uid'), gid: field('Gid'), effective: field('CapEff'), bounding: field('CapBnd'),
      noNewPrivileges: field('NoNewPrivs'), seccomp: field('Seccomp'),
      writes: ['/', '/tmp', '/opt/ddprofiler-rc', '/usr/local/bin', '/var/run/secrets/kubernetes.io/serviceaccount'].map(write),
    }));`;
  for (const { metadata } of await podsReady(release, 2)) {
    const said = await kubectl('exec', metadata.name, '-n', release.namespace, '--', 'node', '-e', script);
    const none = '0000000000000000';
    const { writes, ...rest } = JSON.parse(said);
    expect(rest).toEqual({
      ...{ uid: '65532', gid: '65532', effective: none, bounding: none },
      ...{ noNewPrivileges: '1', seccomp: '2' },
    });
    for (const outcome of writes) expect(['EROFS', 'EACCES', 'ENOENT']).toContain(outcome);
    expect(writes[0]).toBe('EROFS');
  }
});

test('the example’s clones appear, and the operator says that they are as they should be', async () => {
  await exampleClones(sources);
  await isHealthy();
});

test('helm test passes, in a pod that the node ran', async () => {
  expect(await helm('test', RELEASE, '--namespace', release.namespace, '--timeout', '120s')).toMatch(/Phase:\s+Succeeded/);
  const ofPod = `involvedObject.name=${DEPLOYMENT}-test`;
  const events = await kubectl('get', 'events', '-n', release.namespace, '--field-selector', ofPod, '-o', 'json');
  const started = JSON.parse(events).items.filter(({ reason }: { reason: string }) => reason === 'Started');
  expect(started).toMatchObject([{ source: { component: 'kubelet', host: node.name } }]);
});

test('an upgrade of the rules restarts nothing, and the clones follow', async () => {
  const before = await podsReady(release, 2);
  await helm('upgrade', RELEASE, CHART, ...(await values(example('0.75'))));
  for (const name of CLONES) await sources.eventually(name, hasReplicas(3));
  expect(namesOf(await podsReady(release, 2))).toEqual(namesOf(before));
});

test('an upgrade of rules and settings passes leadership on within a second, and whoever leads acts', async () => {
  const change = { ...example('0.5'), initConfig: { logLevel: 'INFO' }, guardrails: { maxReplicas: 50 } };
  const all = await values(change);
  await replacedWhileFollowed('upgrade', () => helm('upgrade', RELEASE, CHART, ...all));
  expect(await settings()).toMatchObject({ LOGLEVEL: 'INFO', MAX_REPLICAS: '50' });
});

test('so does a rollback, and rules and settings are as they were', async () => {
  await replacedWhileFollowed('rollback', () => helm('rollback', RELEASE, '1', '--namespace', release.namespace));
  expect(await settings()).toMatchObject({ LOGLEVEL: 'DEBUG' });
  expect(await settings()).not.toHaveProperty('MAX_REPLICAS');
  await exampleClones(sources);
});

test('the leader’s pod is deleted: another one takes over within a second', async () => {
  const leader = podOf(lease.holder());
  expect(namesOf(await podsReady(release, 2))).toContain(leader);
  const first = lease.versions().length - 1;
  await kubectl('delete', 'pod', leader, '-n', release.namespace, '--wait=false');
  // The pod that comes in its place may be as fast as the one that stood by.
  const probe = async () => !['', leader].includes(podOf(lease.holder())) || `"${lease.holder()}" holds it`;
  await waitFor('another one to hold the Lease', probe);
  await sources.source('profiler-worker', { replicas: 8 });
  await sources.eventually('profiler-worker-profiler', hasReplicas(4));
  await sources.source('profiler-worker', { replicas: 4 });
  await exampleClones(sources);
  const taken = handovers(lease.versions().slice(first));
  expect(taken).toHaveLength(1);
  expect(taken[0]?.gapMs).toBeLessThan(LONGEST_GAP_MS);
  expect(namesOf(await podsReady(release, 2))).toContain(podOf(taken[0]?.to ?? ''));
});

test('uninstall leaves the definition, the clones, the Lease and the memory, and nothing else', async () => {
  const before = await footprints(sources, CLONES);
  await helm('uninstall', RELEASE, '--namespace', release.namespace, '--wait');
  await waitFor('the pods to be gone', async () => {
    const left = await operatorPods(release);
    return left.length === 0 || namesOf(left).join(', ');
  });
  await kubectl('get', 'crd', CRD);
  expect(await footprints(sources, CLONES)).toEqual(before);
  const memory = `configmap/${memoryOf({ namespace: release.namespace, binding: BINDING })}`;
  expect(await objects()).toEqual([...bare, `lease.coordination.k8s.io/${LEASE}`, memory].toSorted());
});

test('installed again, it takes the clones back without a write to any Deployment, and follows their sources', async () => {
  const before = await footprints(sources, CLONES);
  const writes = await deploymentWrites();
  await helm('install', RELEASE, CHART, ...(await values()));
  const pods = namesOf(await podsReady(release, 2));
  await isHealthy();
  await waitFor('one of the new pods to lead', async () => pods.includes(podOf(lease.holder())) || `"${lease.holder()}" leads`);
  await waitFor('the one that leads to tell of the clones', async () => {
    const { status = {} } = JSON.parse(await kubectl('get', 'ddprofcrd', BINDING, '-n', release.namespace, '-o', 'json'));
    return status.clones?.desired === CLONES.length || JSON.stringify(status);
  });
  expect(await footprints(sources, CLONES)).toEqual(before);
  expect(await deploymentWrites()).toBe(writes);
  await sources.source('profiler-worker', { replicas: 8 });
  await sources.eventually('profiler-worker-profiler', hasReplicas(4));
});

/** As the kubelet itself counts what its probes find. */
async function podsWhoseProbeSucceeded(probe: string): Promise<ReadonlySet<string>> {
  const text = await kubectl('get', '--raw', `/api/v1/nodes/${node.name}/proxy/metrics/probes`);
  const wanted = ['container="operator"', `namespace="${release.namespace}"`, `probe_type="${probe}"`, 'result="successful"'];
  const counts = text.split('\n').filter((line) => line.startsWith('prober_probe_total{'));
  const good = counts.filter((line) => wanted.every((label) => line.includes(label)));
  return new Set(good.map((line) => /[{,]pod="([^"]*)"/.exec(line)?.[1] ?? ''));
}

/** The operator did its part, whatever the pods of the clone do. */
const isScaledTo =
  (count: number) =>
  ({ spec }: Deployment): true | string =>
    spec.replicas === count || `it has ${spec.replicas} replicas`;

/** Names of all objects in the release's namespace of the kinds that a release has. */
async function objects(): Promise<readonly string[]> {
  const kinds = 'deployments,services,serviceaccounts,configmaps,roles,rolebindings,poddisruptionbudgets,ddprofcrds,leases';
  // Before the first release the kind of bindings is not known.
  const known = (await kubectl('get', 'crd', CRD, '--ignore-not-found')) === '' ? kinds.replace('ddprofcrds,', '') : kinds;
  return (await kubectl('get', known, '-n', release.namespace, '-o', 'name')).trim().split('\n').toSorted();
}

/** The operator, asked by its Service, says that it knows every clone and that each is well. */
function isHealthy(): Promise<void> {
  return waitFor('the operator to call the clones healthy', async () => {
    const text = await serviceAnswer(release, DEPLOYMENT, '/health');
    const { status, clones } = JSON.parse(text);
    return (status === 'healthy' && clones.total === CLONES.length) || text;
  });
}

/** Writes to Deployments by the operator of the release, whichever pod of it. */
async function deploymentWrites(): Promise<number> {
  const user = `system:serviceaccount:${release.namespace}:ddprofiler-sa`;
  const entries = await readAuditLog(facts.auditLog);
  return entries.filter((one) => one.user === user && one.resource === 'deployments' && WRITE_VERBS.has(one.verb)).length;
}

/**
 * Does what replaces every pod, and changes a source all the while, each change to be followed before the next. Asserts that no handover of the
 * Lease took as long as a second, and that there was one.
 */
async function replacedWhileFollowed(what: string, replace: () => Promise<unknown>): Promise<void> {
  const old = new Set(namesOf(await podsReady(release, 2)));
  const first = lease.versions().length - 1;
  let isReplaced = false;
  const replacing = (async () => {
    await replace();
    await waitFor('all pods to be new', async () => {
      const now = namesOf(await operatorPods(release));
      return (now.length === 2 && now.every((name) => !old.has(name))) || now.join(', ');
    });
    await podsReady(release, 2);
    isReplaced = true;
  })();
  const delays: number[] = [];
  const changing = (async () => {
    // In the end the source is as it was.
    for (let replicas = 8; !isReplaced || replicas === 4; replicas = replicas === 8 ? 4 : 8) {
      const changedAt = Date.now();
      await sources.source('profiler-worker', { replicas });
      await sources.eventually('profiler-worker-profiler', isScaledTo(replicas / 2));
      delays.push(Date.now() - changedAt);
    }
  })();
  await Promise.all([replacing, changing]);
  const taken = handovers(lease.versions().slice(first));
  const gaps = taken.map(({ gapMs }) => `${gapMs} ms`).join(', ');
  onScreen(`${what}: nobody led for ${gaps}; ${delays.length} changes were followed within ${Math.max(...delays)} ms`);
  expect(taken.length).toBeGreaterThan(0);
  for (const { gapMs } of taken) expect(gapMs).toBeLessThan(LONGEST_GAP_MS);
  expect(old.has(podOf(lease.holder()))).toBe(false);
}
