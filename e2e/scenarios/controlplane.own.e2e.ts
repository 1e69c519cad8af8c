/** What a control plane of our own gives beyond a cluster of anybody's: users without rights, an audit log, an API server to kill. */

import { readAuditLog, WRITE_VERBS } from '@ddprofiler-rc/control-plane/audit-log';
import { kubectlFor } from '@ddprofiler-rc/control-plane/cluster';
import { startControlPlane } from '@ddprofiler-rc/control-plane/control-plane';
import { makeKubectl } from '@ddprofiler-rc/control-plane/kubectl';
import { TEST_USERS } from '@ddprofiler-rc/control-plane/users';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ownCluster } from '../harness/own-cluster.ts';

const facts = ownCluster(inject('cluster'));
const kubectl = kubectlFor(facts);
const NAMESPACE = `e2e-controlplane-own-${Date.now().toString(36)}`;

beforeAll(async () => {
  await kubectl('create', 'namespace', NAMESPACE);
});

afterAll(async () => {
  await kubectl('delete', 'namespace', NAMESPACE, '--wait=false');
});

test.for(TEST_USERS)('it knows user %s, who may do all or nothing', async (user) => {
  const as = makeKubectl({ program: facts.kubectl, kubeconfig: facts.kubeconfigs[user] });
  expect(await as('auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}')).toBe(user);
  const list = as('get', 'deployments', '-n', NAMESPACE);
  if (user === 'admin') await list;
  else await expect(list).rejects.toThrow(/forbidden/i);
});

test('it tells from its audit log who wrote what', async () => {
  await kubectl('create', 'configmap', 'audited', '-n', NAMESPACE);
  const writes = (await readAuditLog(facts.auditLog)).filter(
    ({ verb, resource, name }) => WRITE_VERBS.has(verb) && resource === 'configmaps' && name === 'audited',
  );
  expect(writes).toMatchObject([{ user: 'admin', verb: 'create', namespace: NAMESPACE, code: 201 }]);
});

test('it hands out service-account tokens that it accepts itself', async () => {
  const token = (await kubectl('create', 'token', 'default', '-n', NAMESPACE)).trim();
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } };
  const answer = await kubectl.withInput(JSON.stringify(review), 'create', '-f', '-', '-o', 'jsonpath={.status.user.username}');
  expect(answer).toBe(`system:serviceaccount:${NAMESPACE}:default`);
});

test('it comes back at the same address, with what it knew, after its API server was killed', async () => {
  const another = await startControlPlane({ programs: facts.programs });
  try {
    await another.kubectl('create', 'deployment', 'survivor', '--image=pause:1', '--replicas=1');
    await another.killApiServer();
    await expect(another.kubectl('get', 'deployments')).rejects.toThrow(/refused/);
    await another.startApiServer();
    await another.kubectl('scale', 'deployment/survivor', '--replicas=3');
    await another.kubectl('rollout', 'status', 'deployment/survivor', '--timeout=60s');
  } finally {
    await another.stop();
  }
});
