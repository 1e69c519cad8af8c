import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { readManifests } from './manifest.ts';

async function read(text: string) {
  const directory = await mkdtemp(join(tmpdir(), 'ddprofiler-rc-manifest-'));
  const file = join(directory, 'manifest.yaml');
  await writeFile(file, text);
  try {
    return await readManifests(pathToFileURL(file));
  } finally {
    await rm(directory, { recursive: true });
  }
}

test('given several documents, then each has the path under which it is kept', async () => {
  const manifests = await read(`
kind: ConfigMap
metadata: { name: rules, namespace: team-a }
---
kind: Deployment
metadata: { name: web }
---
kind: CustomResourceDefinition
metadata: { name: ddprofcrds.crds.grove }
`);
  expect(manifests.map(({ path }) => path)).toEqual([
    '/api/v1/namespaces/team-a/configmaps/rules',
    '/apis/apps/v1/namespaces/default/deployments/web',
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/ddprofcrds.crds.grove',
  ]);
  expect(manifests[1]?.object).toEqual({ kind: 'Deployment', metadata: { name: 'web' } });
});

test.each(['kind: Deployment', 'kind: Secret\nmetadata: { name: a }', 'just a text'])(
  'given what has no place, then it is refused with what is accepted: %j',
  async (text) => {
    await expect(read(text)).rejects.toThrow(/needs metadata\.name and one of the kinds ConfigMap, Deployment/);
  },
);
