import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCluster } from './cluster.ts';
import { silent } from './progress.ts';
import { temporaryFolder, writeScript } from './test-folder.ts';

/** A machine with a kubeconfig and a kubectl that answers by its arguments. */
const given = async (kubectl: string) => {
  const folder = await temporaryFolder();
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, 'apiVersion: v1\n');
  await writeScript(join(folder, 'kubectl'), `echo "$@" >> ${folder}/calls\n${kubectl}`);
  const place = { modules: folder, cache: folder };
  return { folder, kubeconfig, place, env: { PATH: folder, E2E_KUBECONFIG: kubeconfig } };
};

test('E2E_KUBECONFIG: the existing cluster in its current context', async () => {
  const world = await given('case "$*" in *current-context*) echo minikube ;; esac');
  const cluster = await openCluster(silent, world);
  expect(cluster.facts).toEqual({
    kind: 'existing',
    kubeconfig: world.kubeconfig,
    context: 'minikube',
    kubectl: join(world.folder, 'kubectl'),
  });
});

test('E2E_CONTEXT: that context, for every call', async () => {
  const world = await given('case "$*" in *current-context*) exit 1 ;; *raw*|*client*) ;; *) echo "$@" ;; esac');
  const cluster = await openCluster(silent, { ...world, env: { ...world.env, E2E_CONTEXT: 'staging' } });
  expect(cluster.facts.context).toBe('staging');
  expect(await cluster.kubectl('get', 'pods')).toBe(`--kubeconfig ${world.kubeconfig} --context staging get pods\n`);
});

test('E2E_KUBECONFIG that is no file: an error that quotes it', async () => {
  const world = await given('true');
  const E2E_KUBECONFIG = join(world.folder, 'nowhere');
  await expect(openCluster(silent, { ...world, env: { ...world.env, E2E_KUBECONFIG } })).rejects.toMatchObject({
    code: 'CLUSTER_UNUSABLE',
    message: expect.stringContaining(`E2E_KUBECONFIG is ${JSON.stringify(E2E_KUBECONFIG)}, which is not a file`),
  });
});

test('a cluster that does not answer: an error that names kubeconfig and context and quotes kubectl', async () => {
  const world = await given(
    'case "$*" in *current-context*) echo minikube ;; *raw*) echo connection refused >&2; exit 1 ;; esac',
  );
  await expect(openCluster(silent, world)).rejects.toMatchObject({
    code: 'CLUSTER_UNUSABLE',
    message: expect.stringMatching(
      /kubeconfig, context minikube, does not answer\.[\s\S]*connection refused[\s\S]*Unset E2E_KUBECONFIG/,
    ),
  });
});

test('a kubeconfig without current context: an error that names E2E_CONTEXT', async () => {
  const world = await given('case "$*" in *current-context*) echo error: current-context is not set >&2; exit 1 ;; esac');
  await expect(openCluster(silent, world)).rejects.toThrow(/has no current context; set E2E_CONTEXT/);
});
