/** The image: what it says of itself, what is in it, and that the operator in it works within the limits of a restricted pod. */
import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { promisify } from 'node:util';
import { startOperator } from '@ddprofiler-rc/control-plane/operator-process';
import { leastRules } from '@ddprofiler-rc/control-plane/rights';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildImage, type Image } from '../harness/image.ts';
import { makePodman, type Podman } from '../harness/podman.ts';
import { clusterAddress, grant, makeServiceAccount, requestToken, serviceAccountFiles } from '../harness/service-account.ts';
import { hasReplicas, makeWorld } from '../harness/world.ts';

let podman: Podman;
let image: Image;

beforeAll(async () => {
  podman = await makePodman();
  image = await buildImage(podman);
});

afterAll(() => podman?.remove());

test('it says who runs it, what it starts, and what it is', () => {
  const { User, Entrypoint, Labels } = image.config;
  expect(User).toBe('65532:65532');
  expect(Entrypoint[0]).toBe('/usr/local/bin/node');
  expect(Labels).toMatchObject({
    'org.opencontainers.image.title': 'ddprofiler-rc',
    'org.opencontainers.image.licenses': 'Apache-2.0',
    'org.opencontainers.image.version': '0.0.0-test',
    'org.opencontainers.image.revision': expect.stringMatching(/^[0-9a-f]{40}(-dirty)?$/),
  });
});

test('beside its base it holds Node, the bundle, and their licences', () => {
  expect(image.files).toEqual([
    'opt/ddprofiler-rc/LICENSE',
    'opt/ddprofiler-rc/ddprofiler-rc.mjs',
    'opt/ddprofiler-rc/ddprofiler-rc.mjs.LEGAL.txt',
    expect.stringMatching(/^usr\/lib\/libatomic\.so\.1$/),
    expect.stringMatching(/^usr\/lib\/libatomic\.so\.1\.[\d.]+$/),
    'usr/local/bin/node',
  ]);
});

async function run(options: readonly string[], ...args: readonly string[]): Promise<string> {
  const [program = '', ...rest] = image.command(options, ...args);
  const { stdout } = await promisify(execFile)(program, rest, { env: { ...process.env, ...podman.env } });
  return stdout.trim();
}

test('arguments are the operator’s', async () => {
  expect(await run([], '--version')).toMatch(/^ddprofiler-rc \d+\.\d+\.\d+$/);
});

test('node is on PATH, as the pod of helm test wants it, is not root, and can write nowhere', async () => {
  const attempt = `const { writeFileSync } = require('node:fs');
    const write = (folder) => { try { writeFileSync(folder + '/file', ''); return 'written'; } catch ({ code }) { return code; } };
    console.log(JSON.stringify([process.getuid(), process.version, ...['/', '/opt/ddprofiler-rc', '/usr/lib'].map(write)]));`;
  const said = JSON.parse(await run(['--entrypoint', 'node'], '-e', attempt));
  expect(said).toEqual([65532, process.version, 'EROFS', 'EROFS', 'EROFS']);
});

test('in a container that may do nothing it follows its source as the service account, and ends in order on SIGTERM', async () => {
  const world = await makeWorld('image');
  try {
    const address = await clusterAddress(world);
    await world.bind();
    await world.rules('$NS: { deployments: { web: { scale_factor: "0.5", name_suffix: profiler } } }');
    await world.source('web', { replicas: 4 });
    await makeServiceAccount(world, 'operator');
    await grant(world, 'operator', leastRules(world));
    const files = await serviceAccountFiles(world, address, await requestToken(world, 'operator'));
    await chmod(files.directory, 0o755); // in a pod the user of the container may read it
    const { hostname, port } = new URL(address.server);
    const settings = {
      CLIENT: 'incluster',
      CRD_NAMESPACE: world.namespace,
      CRD_NAME: world.binding,
      WATCH_NAMESPACES: world.namespace,
      LOGLEVEL: 'DEBUG',
      PORT: '0',
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port || '443',
    };
    const options = [
      ...Object.entries(settings).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      ...['--volume', `${files.directory}:/var/run/secrets/kubernetes.io/serviceaccount:ro`],
    ];
    const operator = await startOperator(podman.env, { command: image.command(options) });
    await operator.ready();
    await world.eventually('web-profiler', hasReplicas(2));
    await world.source('web', { replicas: 8 });
    await world.eventually('web-profiler', hasReplicas(4));
    expect(await operator.stop()).toEqual({ code: 0, signal: null });
    expect(operator.log().filter(({ level }) => level === 'error')).toEqual([]);
  } finally {
    await world.end();
  }
});
