/** What is left of a node when the process that started it stops it, or is killed while a pod runs: nothing. */
import { execFile } from 'node:child_process';
import { access, readdir, readFile, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { kubectlFor } from '@ddprofiler-rc/control-plane/cluster';
import { startGuarded } from '@ddprofiler-rc/control-plane/guarded-process';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { expect, inject, onTestFinished, test } from 'vitest';
import { ownCluster } from '../harness/own-cluster.ts';
import { makeWorldIn } from '../harness/world.ts';
import { hierarchies } from './cgroups.ts';
import { VALUES_FOR_NODE } from './real-node.ts';
import type { Made } from './start-node.ts';

const SCRIPT = fileURLToPath(new URL('start-node.ts', import.meta.url));
const facts = ownCluster(inject('cluster'));
const kubectl = kubectlFor(facts);

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'idle' },
  spec: {
    nodeSelector: VALUES_FOR_NODE.nodeSelector,
    tolerations: VALUES_FOR_NODE.tolerations,
    containers: [
      {
        name: 'idle',
        image: `${VALUES_FOR_NODE.image.repository}:${VALUES_FOR_NODE.image.tag}`,
        imagePullPolicy: 'Never',
        command: ['node', '-e', 'setInterval(() => {}, 60_000)'],
      },
    ],
  },
};

test.for(['SIGTERM', 'SIGKILL'] as const)('after %s', { timeout: 300_000 }, async (signal) => {
  const world = await makeWorldIn({ ...facts, kubectl }, 'left');
  onTestFinished(() => world.end());
  const starter = await startGuarded({
    name: 'start-node',
    program: process.execPath,
    args: [SCRIPT],
    logFile: join(tmpdir(), `${world.namespace}.log`),
    env: { ...process.env, FACTS: JSON.stringify(facts) },
  });
  onTestFinished(async () => {
    await starter.kill();
  });
  const probe = async () => starter.output().endsWith('}\n') || 'it has said nothing';
  await waitFor('the node', probe, { program: starter, deadlineMs: 120_000 });
  const made: Made = JSON.parse(starter.output());
  await world.apply(POD);
  await kubectl('wait', '--for=condition=Ready', 'pod/idle', '-n', world.namespace, '--timeout=60s');
  // What is looked for is there while the node is: else that nothing is found would say nothing.
  expect((await traces(made)).map(({ kind }) => kind)).toEqual(['process', 'folder', 'interface', 'route', 'cgroup']);

  if (signal === 'SIGKILL') await starter.kill();
  else expect(await starter.stop(60_000)).toEqual({ code: 0, signal: null });
  await waitFor('nothing to be left', async () => {
    const left = await traces(made);
    return left.length === 0 || JSON.stringify(left);
  });
  await kubectl('delete', 'node', 'real-node', '--ignore-not-found');
});

interface Trace {
  readonly kind: string;
  readonly what: string;
}

/** What of a node there is on this machine, at most one of each kind. */
async function traces({ folder, wire, pods, namespace }: Made): Promise<readonly Trace[]> {
  const name = basename(folder);
  const mounts = await readFile('/proc/self/mounts', 'utf8');
  const found = {
    process: await processIn(namespace),
    folder: await access(folder).then(
      () => folder,
      () => undefined,
    ),
    mount: mounts.split('\n').find((line) => line.includes(name)),
    interface: (await ip('-o', 'link')).find((line) => line.includes(`${wire}@`)),
    route: (await ip('route')).find((line) => line.startsWith(pods)),
    cgroup: await firstThere(hierarchies(mounts).map((path) => join(path, name))),
  };
  return Object.entries(found).flatMap(([kind, what]) => (what === undefined ? [] : [{ kind, what }]));
}

async function processIn(namespace: string): Promise<string | undefined> {
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    // Processes come and go meanwhile.
    const own = await readlink(`/proc/${pid}/ns/pid`).catch(() => '');
    if (own === namespace) return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => pid)).replaceAll('\0', ' ');
  }
  return undefined;
}

async function firstThere(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths)
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  return undefined;
}

async function ip(...args: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('ip', args);
  return stdout.split('\n');
}
