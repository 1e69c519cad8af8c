/**
 * What the image and a pod of it take, measured on a real node. With IMAGE_FIGURES=write (make image-figures) the table of docs/install.md is made
 * of it; without, it is shown.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kubectlFor } from '@ddprofiler-rc/control-plane/cluster';
import { answersOk } from '@ddprofiler-rc/control-plane/http';
import { onScreen } from '@ddprofiler-rc/control-plane/progress';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { CHART, helmFor } from '../harness/helm.ts';
import { ownCluster } from '../harness/own-cluster.ts';
import { exampleClones, exampleFor, exampleSources, valuesFile } from '../harness/values.ts';
import { makeWorldIn, type World } from '../harness/world.ts';
import { type Figure, median, megabytes, pageWithFigures } from './figures-table.ts';
import { readImage } from './image-contents.ts';
import { memorySamples } from './memory-samples.ts';
import { startOfOperatorIn } from './pod-process.ts';
import { type RealNode, startRealNode, VALUES_FOR_NODE } from './real-node.ts';
import { operatorPods, type Pod, podsReady } from './release-pods.ts';

const PAGE = new URL('../../docs/install.md', import.meta.url);
const STARTS = 5;
const IDLE_MS = 60_000;
const MEMORY_TIMEOUT_MS = 200_000;

const facts = ownCluster(inject('cluster'));
const kubectl = kubectlFor(facts);
const figures: Figure[] = [];
let node: RealNode;
let release: World;

beforeAll(async () => {
  node = await startRealNode(facts, onScreen);
  const cluster = { ...facts, kubectl };
  release = await makeWorldIn(cluster, 'release');
  const sources = await makeWorldIn(cluster, 'sources');
  await exampleSources(sources);
  const helm = await helmFor(cluster);
  const own = await valuesFile({ ...VALUES_FOR_NODE, replicaCount: 2 });
  await helm('install', 'rc', CHART, '-n', release.namespace, '-f', await exampleFor(sources), '-f', own);
  await podsReady(release, 2);
  await exampleClones(sources);
}, 1_800_000);

afterAll(() => node?.stop());

test('the image: its size, and what is in it', async () => {
  const { unpacked, packed, files, npmPackages } = await readImage(node.archive, join(node.folder, 'contents'));
  const libraries = files.filter((path) => /\.so(\.\d+)*$/.test(path));
  expect(npmPackages).toContain('rxjs');
  expect(libraries.some((path) => path.endsWith('libc.so.6'))).toBe(true);
  figures.push(
    { what: 'image, unpacked', value: megabytes(unpacked) },
    { what: 'image, as a registry has it (gzip)', value: megabytes(packed) },
    { what: 'files in it', value: `${files.length}, of which ${libraries.length} are shared libraries and links to them` },
    { what: 'npm packages in the bundle', value: String(npmPackages.length) },
  );
});

test(`from the start of the process to /readyz, ${STARTS} times`, async () => {
  const times: number[] = [];
  for (let round = 0; round < STARTS; round += 1) times.push(await timeToReady());
  expect(Math.max(...times)).toBeLessThan(10_000);
  const [least, most] = [Math.min(...times), Math.max(...times)];
  const value = `${Math.round(median(times))} ms (${Math.round(least)} to ${Math.round(most)}, ${STARTS} starts)`;
  figures.push({ what: 'start of the process to `/readyz`', value });
});

test('memory of a pod that has nothing to do', { timeout: 2 * MEMORY_TIMEOUT_MS }, async () => {
  const pods = await memoryOfPods();
  const [least, most] = [Math.min(...pods.flat()), Math.max(...pods.flat())];
  expect(least).toBeGreaterThan(20e6);
  const { requests, limits } = await memoryByDefault();
  expect(requests).toMatch(/^\d+Mi$/);
  expect(most).toBeLessThan(Number.parseInt(requests, 10) * 2 ** 20);
  figures.push({
    what: 'memory of two idle pods, each, over a minute (working set)',
    value: `${megabytes(least)} to ${megabytes(most)}`,
  });
  figures.push({ what: 'memory requested, and its limit, by default', value: `${requests} and ${limits}` });
});

test('all of it is told', async () => {
  onScreen(figures.map(({ what, value }) => `${what}: ${value}`).join('\n'));
  expect(figures).toHaveLength(7);
  const page = pageWithFigures(await readFile(PAGE, 'utf8'), figures);
  if (process.env.IMAGE_FIGURES === 'write') await writeFile(PAGE, page);
});

/** As Kubernetes writes quantities. */
async function memoryByDefault(): Promise<{ readonly requests: string; readonly limits: string }> {
  const [pod] = await podsReady(release, 2);
  const { requests = {}, limits = {} } = pod?.spec.containers[0]?.resources ?? {};
  return { requests: requests.memory ?? '', limits: limits.memory ?? '' };
}

/** Deletes a pod, and asks the one that comes in its place for as long as it does not answer. */
async function timeToReady(): Promise<number> {
  const before = await podsReady(release, 2);
  const known = new Set(before.map(({ metadata }) => metadata.uid));
  await kubectl('delete', 'pod', before[0]?.metadata.name ?? '', '-n', release.namespace, '--wait=false');
  const pod = await podWithAddress(known);
  const ask = () => answersOk(`http://${pod.status.podIP}:8324/readyz`, { timeoutMs: 1_000 });
  await waitFor('the new pod to answer', ask, { pollMs: 5 });
  const ready = Date.now();
  return ready - (await startOfOperatorIn(pod.metadata.uid));
}

async function podWithAddress(known: ReadonlySet<string>): Promise<Pod> {
  let found: Pod | undefined;
  await waitFor('a new pod to have an address', async () => {
    found = (await operatorPods(release)).find(({ metadata, status }) => !known.has(metadata.uid) && status.podIP !== undefined);
    return found !== undefined || 'there is none';
  });
  if (found === undefined) throw new Error('waitFor said true without a pod');
  return found;
}

/** The working sets of each pod in bytes over a minute, by kubelet's own count. */
async function memoryOfPods(): Promise<readonly (readonly number[])[]> {
  const taken = new Map((await podsReady(release, 2)).map(({ metadata }) => [metadata.name, new Map<number, number>()]));
  await waitFor(
    'samples of a minute of each pod',
    async () => {
      const samples = memorySamples(await kubectl('get', '--raw', `/api/v1/nodes/${node.name}/proxy/metrics/resource`));
      for (const { pod, takenAt, bytes } of samples) taken.get(pod)?.set(takenAt, bytes);
      const spans = [...taken.values()].map((one) => Math.max(...one.keys()) - Math.min(...one.keys()));
      return spans.every((span) => span >= IDLE_MS) || `so far ${spans.join(' and ')} ms`;
    },
    { pollMs: 1_000, deadlineMs: MEMORY_TIMEOUT_MS },
  );
  return [...taken.values()].map((samples) => [...samples.values()]);
}
