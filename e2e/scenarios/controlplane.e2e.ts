/** The ground that every other scenario stands on: Deployments roll out and go, rights are enforced, writes are counted. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readAuditLog, WRITE_VERBS } from '../controlplane/audit-log.ts';
import { kubectlFor } from '../controlplane/cluster.ts';
import { startControlPlane } from '../controlplane/control-plane.ts';
import { makeKubectl } from '../controlplane/kubectl.ts';
import { TEST_USERS } from '../controlplane/users.ts';

const facts = inject('cluster');
const kubectl = kubectlFor(facts);
// An existing cluster may still be removing the namespace of the run before.
const NAMESPACE = `e2e-controlplane-${Date.now().toString(36)}`;
const own = facts.kind === 'own' ? facts : undefined;

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
    ruleType: 'x',
    cmName: 'rules',
    cmNamespace: NAMESPACE,
    cmConfigTag: 'rules.yaml',
  };
  await kubectl.withInput(JSON.stringify(binding), 'apply', '-f', '-');
  expect(await kubectl('get', 'ddprofcrd', 'rules', '-n', NAMESPACE, '-o', 'jsonpath={.cmConfigTag}')).toBe('rules.yaml');
});

describe.runIf(own !== undefined)('a control plane of our own', () => {
  test.for(TEST_USERS)('knows user %s, who may do all or nothing', async (user) => {
    if (own === undefined) throw new Error('not ours');
    const as = makeKubectl({ program: own.kubectl, kubeconfig: own.kubeconfigs[user] });
    expect(await as('auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}')).toBe(user);
    const list = as('get', 'deployments', '-n', NAMESPACE);
    if (user === 'admin') await list;
    else await expect(list).rejects.toThrow(/forbidden/i);
  });

  test('tells from its audit log who wrote what', async () => {
    if (own === undefined) throw new Error('not ours');
    await kubectl('create', 'configmap', 'audited', '-n', NAMESPACE);
    const writes = (await readAuditLog(own.auditLog)).filter(
      ({ verb, resource, name }) => WRITE_VERBS.has(verb) && resource === 'configmaps' && name === 'audited',
    );
    expect(writes).toMatchObject([{ user: 'admin', verb: 'create', namespace: NAMESPACE, code: 201 }]);
  });

  test('hands out service-account tokens that it accepts itself', async () => {
    const token = (await kubectl('create', 'token', 'default', '-n', NAMESPACE)).trim();
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } };
    const answer = await kubectl.withInput(JSON.stringify(review), 'create', '-f', '-', '-o', 'jsonpath={.status.user.username}');
    expect(answer).toBe(`system:serviceaccount:${NAMESPACE}:default`);
  });

  test('comes back at the same address, with what it knew, after its API server was killed', async () => {
    if (own === undefined) throw new Error('not ours');
    const another = await startControlPlane({ programs: own.programs });
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
});
