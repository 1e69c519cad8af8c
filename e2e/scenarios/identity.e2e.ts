/** Which cluster the operator speaks to, and as whom. That it is the right identity is shown by rights that only that one has. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Operator, PROGRAM, startOperator } from '@ddprofiler-rc/control-plane/operator-process';
import { leastRules } from '@ddprofiler-rc/control-plane/rights';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  asInPod,
  type ClusterAddress,
  clusterAddress,
  grant,
  makeServiceAccount,
  requestToken,
  serviceAccountFiles,
} from '../harness/service-account.ts';
import { hasReplicas, makeWorld, type World } from '../harness/world.ts';

const RULES = `$NS:
  deployments:
    web:
      scale_factor: "0.5"
      name_suffix: profiler
`;

let world: World;
let address: ClusterAddress;
let operator: Operator | undefined;
let directory: string;

beforeEach(async () => {
  world = await makeWorld('identity');
  address = await clusterAddress(world);
  directory = await mkdtemp(join(tmpdir(), 'ddprofiler-rc-identity-'));
  await world.bind();
  await world.rules(RULES);
  await world.source('web', { replicas: 4 });
  await makeServiceAccount(world, 'operator');
  await grant(world, 'operator', leastRules(world));
});

afterEach(async () => {
  await operator?.stop();
  operator = undefined;
  await world.end();
  await rm(directory, { recursive: true });
});

const settings = () => ({
  CRD_NAMESPACE: world.namespace,
  CRD_NAME: world.binding,
  WATCH_NAMESPACES: world.namespace,
  LOGLEVEL: 'DEBUG',
});

/** An exec credential plugin that notes each call, and prints the token in a file. */
async function plugin(tokenFile: string): Promise<{ readonly path: string; calls(): Promise<number> }> {
  const path = join(directory, 'plugin');
  const calls = join(directory, 'calls');
  await writeFile(calls, '');
  await writeFile(
    path,
    `#!/bin/sh
echo "$CLUSTER_FOR_PLUGIN $1" >> ${calls}
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$(cat ${tokenFile})"
`,
  );
  await chmod(path, 0o755);
  return {
    path,
    calls: async () => (await readFile(calls, 'utf8')).split('\n').filter((line) => line === 'staging get-token').length,
  };
}

async function kubeconfigOfTwo(command: string): Promise<string> {
  const path = join(directory, 'kubeconfig');
  const { server, ca } = address;
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command,
    args: ['get-token'],
    env: [{ name: 'CLUSTER_FOR_PLUGIN', value: 'staging' }],
    interactiveMode: 'Never',
  };
  await writeFile(
    path,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        // Nothing listens on port 1: whoever uses this context reaches nothing.
        { name: 'production', cluster: { server: 'https://127.0.0.1:1', 'certificate-authority-data': ca } },
        { name: 'staging', cluster: { server, 'certificate-authority-data': ca } },
      ],
      users: [
        { name: 'nobody', user: { token: 'nothing' } },
        { name: 'plugin', user: { exec } },
      ],
      contexts: [
        { name: 'arn:production', context: { cluster: 'production', user: 'nobody' } },
        { name: 'arn:staging', context: { cluster: 'staging', user: 'plugin' } },
      ],
      'current-context': 'arn:production',
    }),
  );
  return path;
}

describe('CLIENT=eks', () => {
  test('given a kubeconfig of two contexts, then CLUSTER chooses, and the exec plugin’s identity is used, asked once', async () => {
    const tokenFile = join(directory, 'token');
    await writeFile(tokenFile, await requestToken(world, 'operator'));
    const { path, calls } = await plugin(tokenFile);
    operator = await startOperator({
      ...settings(),
      CLIENT: 'eks',
      CLUSTER: 'arn:staging',
      KUBECONFIG: await kubeconfigOfTwo(path),
    });
    await world.eventually('web-profiler', hasReplicas(2));
    await world.source('web', { replicas: 8 });
    await world.eventually('web-profiler', hasReplicas(4));
    expect(await calls()).toBe(1);
    expect(operator.log().filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('given that the plugin’s token becomes invalid, then the plugin is asked again', async () => {
    const tokenFile = join(directory, 'token');
    const revoke = await revocableToken('first', (token) => writeFile(tokenFile, token));
    const { path, calls } = await plugin(tokenFile);
    operator = await startOperator({
      ...settings(),
      CLIENT: 'eks',
      CLUSTER: 'arn:staging',
      KUBECONFIG: await kubeconfigOfTwo(path),
    });
    await world.eventually('web-profiler', hasReplicas(2));
    await writeFile(tokenFile, await requestToken(world, 'operator'));
    await revoke();
    await world.source('web', { replicas: 8 });
    await world.eventually('web-profiler', hasReplicas(4));
    expect(await calls()).toBe(2);
  });

  test('given a context that does not exist, then it ends with code 1, and names those that do', async () => {
    operator = await startOperator({
      ...settings(),
      CLIENT: 'eks',
      CLUSTER: 'arn:stagin',
      KUBECONFIG: await kubeconfigOfTwo('true'),
    });
    expect((await operator.process.exited).code).toBe(1);
    expect(operator.output().trim().split('\n')).toEqual([expect.stringContaining('arn:production, arn:staging')]);
  });

  test('given a plugin that fails, then it waits, and the reason is the plugin’s own words', async () => {
    const failing = join(directory, 'failing');
    await writeFile(failing, '#!/bin/sh\necho "the SSO session has expired" >&2\nexit 3\n');
    await chmod(failing, 0o755);
    operator = await startOperator({
      ...settings(),
      CLIENT: 'eks',
      CLUSTER: 'arn:staging',
      KUBECONFIG: await kubeconfigOfTwo(failing),
    });
    const line = await operator.logged('the failure', ({ reason }) => reason === 'Credentials');
    expect(line.msg).toContain('the SSO session has expired');
    expect(operator.output()).not.toMatch(/^\s+at /m);
  });
});

describe('CLIENT=incluster', () => {
  test('given the files that a pod has and the least rights, then it works; and a rotated token is picked up', async () => {
    let rotate: ((token: string) => Promise<void>) | undefined;
    const { hostname, port } = new URL(address.server);
    const revoke = await revocableToken('first', async (token) => {
      const files = await serviceAccountFiles(world, address, token);
      rotate = files.rotate;
      operator = await startOperator(
        { ...settings(), CLIENT: 'incluster', KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port || '443' },
        { command: [...(await asInPod(files.directory)), PROGRAM] },
      );
    });
    await world.eventually('web-profiler', hasReplicas(2));

    await rotate?.(await requestToken(world, 'operator'));
    await revoke();
    await world.source('web', { replicas: 8 });
    await world.eventually('web-profiler', hasReplicas(4));

    // Every kind of write that it makes is within the least rights.
    await world.kubectl('delete', 'deployment', 'web', '-n', world.namespace);
    await world.eventually('web-profiler', hasReplicas(0));
    await world.rules('{}');
    await world.eventuallyGone('web-profiler');
    expect(operator?.log().filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
  });

  test('given no pod around it, then it ends with code 1 and says so', async () => {
    operator = await startOperator({ ...settings(), CLIENT: 'incluster' });
    expect((await operator.process.exited).code).toBe(1);
    expect(operator.output()).toMatch(/^ddprofiler-rc: CLIENT=incluster works inside a pod.*\n$/);
  });
});

/**
 * Hands out a token that lives as long as a Secret of its own.
 * @returns deletes the Secret, and waits until the API server refuses the token
 */
async function revocableToken(secret: string, use: (token: string) => Promise<void>): Promise<() => Promise<void>> {
  await world.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: secret } });
  const token = await requestToken(world, 'operator', secret);
  await use(token);
  return async () => {
    await world.kubectl('delete', 'secret', secret, '-n', world.namespace);
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } };
    await waitFor('the API server to refuse the token', async () => {
      const answer = await world.kubectl.withInput(JSON.stringify(review), 'create', '-o', 'json', '-f', '-');
      return JSON.parse(answer).status.authenticated !== true || 'it accepts it';
    });
  };
}
