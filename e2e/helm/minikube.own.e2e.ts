/**
 * minikube/start_in_minikube.sh from end to end: what it asks of docker and minikube, and what it makes of the cluster, the first time and
 * again. The cluster is a real control plane in minikube's place; the operator of its release runs here, since no container runs there.
 */
import { chmod, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ControlPlane, startControlPlane } from '@ddprofiler-rc/control-plane/control-plane';
import { temporaryDirectory } from '@ddprofiler-rc/control-plane/guarded-directory';
import type { Exit } from '@ddprofiler-rc/control-plane/guarded-process';
import type { Operator } from '@ddprofiler-rc/control-plane/operator-process';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type MinikubeMachine, minikubeMachine, OWN_CONTEXT } from '../harness/minikube.ts';
import { ownCluster } from '../harness/own-cluster.ts';
import type { Place } from '../harness/place.ts';
import { chartDeployment, operatorOfRelease } from '../harness/release.ts';

let controlPlane: ControlPlane;
let machine: MinikubeMachine;
let place: Place;
let operator: Operator | undefined;

beforeAll(async () => {
  controlPlane = await startControlPlane({ programs: ownCluster(inject('cluster')).programs });
  machine = await minikubeMachine(controlPlane);
  place = { kubectl: controlPlane.kubectl, namespace: 'profiler-m' };
});

afterAll(async () => {
  await operator?.stop();
  await controlPlane?.stop();
});

/** Runs the script to its end. The operator runs from the moment that its release is there. */
async function run(...args: readonly string[]): Promise<{ readonly exit: Exit; readonly said: string }> {
  const script = await machine.start(args);
  await waitFor(
    'the release',
    async () => {
      await chartDeployment(place);
      return true;
    },
    { program: script },
  );
  operator ??= await operatorOfRelease(place);
  return { exit: await script.exited, said: script.output() };
}

/** What tells that an object is another, or was changed: of the Deployments and pods in the namespace, by name. */
async function versions(): Promise<Readonly<Record<string, string>>> {
  const { items } = JSON.parse(await place.kubectl('get', 'deployments,pods', '-n', place.namespace, '-o', 'json'));
  return Object.fromEntries(
    items.map(({ kind, metadata }: { kind: string; metadata: { name: string; uid: string; generation?: number } }) => [
      `${kind} ${metadata.name}`,
      `${metadata.uid} ${metadata.generation}`,
    ]),
  );
}

async function imageOfOperator(): Promise<string> {
  const path = 'jsonpath={.spec.template.spec.containers[0].image}';
  return place.kubectl('get', 'deployment', 'profiler-ddprofiler-rc', '-n', place.namespace, '-o', path);
}

const SHOWN = /^web +4 +4 +nginx:1\.29 +LOG_FORMAT\nweb-profiler +2 +2 +nginx:1\.29 +LOG_FORMAT,PROFILING_ENABLED$/m;

test('without a registry the image is loaded; with one it is pushed; run again, it changes nothing', async () => {
  const loaded = await run();
  expect(loaded.exit, loaded.said).toEqual({ code: 0, signal: null });
  expect(loaded.said).toMatch(SHOWN);
  const image = await imageOfOperator();
  expect(image).toMatch(/^ddprofiler-rc:0\.1\.0-\d+$/);
  const archive = '/\\S+/image\\.tar';
  const expected = [
    '^docker info$',
    '^docker buildx version$',
    `^docker buildx build --load .*--tag docker\\.io/library/${image} \\.$`,
    `^docker save --output ${archive} docker\\.io/library/${image}$`,
    '^minikube start --profile profiler-m --keep-context$',
    `^minikube image load ${archive} --profile profiler-m$`,
  ].map((pattern) => expect.stringMatching(pattern));
  expect(await machine.asked()).toEqual(expected);
  expect(await machine.currentContext()).toBe(OWN_CONTEXT);

  const before = await versions();
  const again = await run();
  expect(again.exit, again.said).toEqual({ code: 0, signal: null });
  expect(again.said).toMatch(SHOWN);
  expect(await versions()).toEqual(before);
  expect(await machine.asked()).toEqual(expected);

  const pushed = await run('registry.example:5000/team/');
  expect(pushed.exit, pushed.said).toEqual({ code: 0, signal: null });
  expect(pushed.said).toMatch(SHOWN);
  const there = `registry.example:5000/team/${image}`;
  expect(await imageOfOperator()).toBe(there);
  expect(await machine.asked()).toEqual([
    'docker info',
    'docker buildx version',
    expect.stringMatching(`^docker buildx build --load .*--tag ${there} \\.$`),
    `docker push ${there}`,
    'minikube start --profile profiler-m --keep-context',
  ]);
  const { 'Deployment web': source, 'Deployment web-profiler': clone } = await versions();
  expect([source, clone]).toEqual([before['Deployment web'], before['Deployment web-profiler']]);
});

test('what is not on PATH is named, with the place to get it, and nothing is begun', async () => {
  const path = await temporaryDirectory('ddprofiler-rc-path-');
  for (const name of ['bash', 'dirname']) await symlink(`/usr/bin/${name}`, join(path, name));
  await symlink(controlPlane.programs.kubectl, join(path, 'kubectl'));
  const script = await machine.start([], { path });
  expect(await script.exited).toEqual({ code: 2, signal: null });
  for (const name of ['minikube', 'helm', 'make', 'npx']) expect(script.output()).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'));
  expect(script.output()).not.toContain('kubectl');
  expect(await machine.asked()).toEqual([]);
});

test('an install that fails is told with what is in the namespace', async () => {
  const programs = await temporaryDirectory('ddprofiler-rc-helm-');
  await writeFile(join(programs, 'helm'), '#!/bin/sh\nexit 1\n');
  await chmod(join(programs, 'helm'), 0o755);
  const script = await machine.start([], { programs });
  expect(await script.exited).toEqual({ code: 1, signal: null });
  const [, told = ''] = script
    .output()
    .split('start_in_minikube.sh: the operator did not become ready; this is how things are:\n');
  expect(told).toMatch(/^deployment.apps\/web +4\/4/m);
});

test.for([{ args: ['--help'] }, { args: ['registry.example', 'profiler-m'] }])('$args is refused', async ({ args }) => {
  const script = await machine.start(args);
  expect(await script.exited).toEqual({ code: 2, signal: null });
  expect(script.output()).toContain(`got "${args.join(' ')}"; expected: a registry, such as registry.example/team, or nothing`);
  expect(await machine.asked()).toEqual([]);
});
