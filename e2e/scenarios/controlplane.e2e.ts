/** The ground that every other scenario stands on: Deployments roll out and go, and bindings can be made. */

import { kubectlFor } from '@ddprofiler-rc/control-plane/cluster';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

const kubectl = kubectlFor(inject('cluster'));
// An existing cluster may still be removing the namespace of the run before.
const NAMESPACE = `e2e-controlplane-${Date.now().toString(36)}`;

beforeAll(async () => {
  await kubectl('create', 'namespace', NAMESPACE);
});

afterAll(async () => {
  await kubectl('delete', 'namespace', NAMESPACE, '--wait=false');
});

const podCount = async (): Promise<number> => {
  const names = await kubectl('get', 'pods', '-n', NAMESPACE, '-o', 'name');
  return names.split('\n').filter((name) => name !== '').length;
};

describe('a Deployment', () => {
  test('of 2 replicas becomes available, and its pods go with it', async () => {
    const image = 'nginx:alpine'; // an existing cluster has to pull it
    await kubectl('create', 'deployment', 'web', '-n', NAMESPACE, `--image=${image}`, '--replicas=2');
    await kubectl('wait', '--for=condition=Available', 'deployment/web', '-n', NAMESPACE, '--timeout=60s');
    await kubectl('wait', '--for=condition=Ready', 'pod', '-l', 'app=web', '-n', NAMESPACE, '--timeout=60s');
    expect(await podCount()).toBe(2);

    await kubectl('delete', 'deployment', 'web', '-n', NAMESPACE);
    await expect.poll(podCount, { timeout: 60_000 }).toBe(0);
  });
});

test('a binding can be made, and be found by its short name', async () => {
  const binding = {
    apiVersion: 'crds.grove/v1',
    kind: 'DDProfCrd',
    metadata: { name: 'rules', namespace: NAMESPACE },
    ruleType: 'configmap',
    cmName: 'rules',
    cmNamespace: NAMESPACE,
    cmConfigTag: 'rules.yaml',
  };
  await kubectl.withInput(JSON.stringify(binding), 'apply', '-f', '-');
  expect(await kubectl('get', 'ddprofcrd', 'rules', '-n', NAMESPACE, '-o', 'jsonpath={.cmConfigTag}')).toBe('rules.yaml');
});
