/** Wrong settings, and a cluster that does not play along: one clear message each, and never a stack trace. */
import { createServer } from 'node:net';
import { type Operator, startOperator } from '@ddprofiler-rc/control-plane/operator-process';
import { leastRules } from '@ddprofiler-rc/control-plane/rights';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clusterAddress, grant, kubeconfigWithToken, makeServiceAccount, requestToken } from '../harness/service-account.ts';
import { hasReplicas, makeWorld, type World } from '../harness/world.ts';

const GOOD = { CLIENT: 'local', CRD_NAMESPACE: 'default', CRD_NAME: 'rc', LOGLEVEL: 'INFO' };
const STACK = /^\s+at .*:\d+/m;

let operator: Operator | undefined;

afterEach(async () => {
  if (operator !== undefined) {
    expect(operator.output()).not.toMatch(STACK);
    await operator.stop();
  }
  operator = undefined;
});

/** Starts the operator, which ends by itself; gives its lines. */
async function lastWords(env: Readonly<Record<string, string>>, code: number): Promise<readonly string[]> {
  operator = await startOperator(env);
  expect((await operator.process.exited).code).toBe(code);
  return operator.output().trim().split('\n');
}

describe('settings', () => {
  test.each([
    ['CLIENT', {}],
    ['CRD_NAMESPACE', {}],
    ['CRD_NAME', {}],
    ['LOGLEVEL', {}],
    ['CLUSTER', { CLIENT: 'eks' }],
  ])('given no %s, then one line names it, and the exit code is 1', async (variable, more) => {
    const env: Record<string, string> = { ...GOOD, ...more };
    delete env[variable];
    const lines = await lastWords(env, 1);
    expect(lines).toEqual([expect.stringMatching(new RegExp(`^ddprofiler-rc: ${variable}: is not set; .*set ${variable}`))]);
  });

  test.each([
    ['CLIENT', 'gke', 'local, eks, incluster'],
    ['LOGLEVEL', 'LOUD', 'INFO, ERROR, WARNING, DEBUG'],
    ['PORT', 'http', '65535'],
  ])('given %s=%s, then one line quotes it and says what is accepted', async (variable, value, accepted) => {
    const lines = await lastWords({ ...GOOD, PORT: '0', [variable]: value }, 1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(value);
    expect(lines[0]).toContain(accepted);
  });

  test('given several faults, then each has its line', async () => {
    expect(await lastWords({ CLIENT: 'gke' }, 1)).toHaveLength(4);
  });

  test('given no kubeconfig, then one line says where it was looked for', async () => {
    const lines = await lastWords({ ...GOOD, KUBECONFIG: '/does/not/exist' }, 1);
    expect(lines).toEqual([expect.stringContaining('/does/not/exist')]);
  });
});

describe('a cluster that does not play along', () => {
  let world: World;

  beforeEach(async () => {
    world = await makeWorld('wrong');
    await world.bind();
    await world.rules('$NS:\n  deployments:\n    web:\n      scale_factor: 0.5\n      name_suffix: profiler\n');
    await world.source('web', { replicas: 4 });
  });

  afterEach(() => world.end());

  const settings = (kubeconfig: string) => ({
    ...GOOD,
    CRD_NAMESPACE: world.namespace,
    WATCH_NAMESPACES: world.namespace,
    KUBECONFIG: kubeconfig,
  });

  test('given a server that cannot be reached, then it lives and waits, says why, and is not ready', async () => {
    const { ca } = await clusterAddress(world);
    const kubeconfig = await kubeconfigWithToken({ server: 'https://127.0.0.1:1', ca }, 'x');
    operator = await startOperator(settings(kubeconfig));
    const line = await operator.logged('the reason', ({ reason }) => reason === 'Unreachable');
    expect(line.msg).toContain('https://127.0.0.1:1');
    expect((await operator.get('/healthz')).status).toBe(200);
    const readiness = await operator.get('/readyz');
    expect(readiness.status).toBe(503);
    expect(readiness.body).toContain('cannot reach the API server');
    expect((await operator.stop()).code).toBe(0);
  });

  test('given no permission, then it says which it needs; once granted, it goes on by itself', async () => {
    await makeServiceAccount(world, 'operator');
    const kubeconfig = await kubeconfigWithToken(await clusterAddress(world), await requestToken(world, 'operator'));
    operator = await startOperator(settings(kubeconfig));
    const line = await operator.logged(
      'the reason',
      ({ reason, stream }) => reason === 'Forbidden' && String(stream).startsWith('deployments'),
    );
    expect(line.msg).toContain(`give the operator list and watch on deployments.apps in namespace ${world.namespace}`);
    expect((await operator.get('/readyz')).status).toBe(503);
    await grant(world, 'operator', leastRules(world));
    await world.eventually('web-profiler', hasReplicas(2));
    await operator.ready();
  });

  test('given a port that is taken, then one line names it, and the exit code is 1', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    try {
      const kubeconfig = await kubeconfigWithToken(await clusterAddress(world), 'x');
      operator = await startOperator({ ...settings(kubeconfig), LOGLEVEL: 'ERROR', PORT: port });
      expect((await operator.process.exited).code).toBe(1);
      expect(operator.output()).toContain(`PORT: ${port} is in use`);
    } finally {
      taken.close();
    }
  });
});
