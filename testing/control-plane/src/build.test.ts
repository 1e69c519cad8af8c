import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildPlace, cacheDirectory, goEnv } from './build.ts';
import { isAtLeast } from './go-toolchain.ts';
import { KUBERNETES_VERSION, NODE_PROGRAM_NAMES, PROGRAM_NAMES, RECIPES, TOOL_NAMES } from './programs.ts';
import { temporaryFolder } from './test-folder.ts';

test.for([
  { env: {}, cache: '/home/ann/.cache/ddprofiler-rc/controlplane' },
  { env: { XDG_CACHE_HOME: '/caches' }, cache: '/caches/ddprofiler-rc/controlplane' },
  { env: { XDG_CACHE_HOME: 'relative' }, cache: '/home/ann/.cache/ddprofiler-rc/controlplane' },
])('the cache for $env is $cache', ({ env, cache }) => {
  expect(buildPlace(env, '/home/ann').cache).toBe(cache);
});

test.for(['go.mod', 'go.sum'])('another %s is another folder in the cache; the same is the same', async (file) => {
  const folder = await temporaryFolder();
  const place = { modules: folder, cache: '/cache' };
  await cp(buildPlace({}, '/').modules, folder, { recursive: true });
  const before = await cacheDirectory(place, 'kwok');
  expect(await cacheDirectory(place, 'kwok')).toBe(before);
  await writeFile(join(folder, 'kwok', file), '// one more line\n', { flag: 'a' });
  expect(await cacheDirectory(place, 'kwok')).not.toBe(before);
  expect(await cacheDirectory(place, 'etcd')).not.toBe(before);
});

test('another main.go of our own is another folder too', async () => {
  const folder = await temporaryFolder();
  const place = { modules: folder, cache: '/cache' };
  await cp(buildPlace({}, '/').modules, folder, { recursive: true });
  const before = await cacheDirectory(place, 'monitoring-check');
  await writeFile(join(folder, 'monitoring-check', 'main.go'), '// one more line\n', { flag: 'a' });
  expect(await cacheDirectory(place, 'monitoring-check')).not.toBe(before);
});

test('the modules pin the version that is linked in, and have every program as a tool or a requirement', async () => {
  const { modules } = buildPlace({}, '/');
  expect(await readFile(join(modules, 'kubernetes', 'go.mod'), 'utf8')).toContain(`k8s.io/kubernetes ${KUBERNETES_VERSION}\n`);
  for (const name of [...PROGRAM_NAMES, ...TOOL_NAMES, ...NODE_PROGRAM_NAMES]) {
    const { module, goPackage } = RECIPES[name];
    const goMod = await readFile(join(modules, module, 'go.mod'), 'utf8');
    expect(goMod, name).toContain(goPackage);
  }
});

test('programs are built for this machine, statically, whatever the caller has set', () => {
  expect(goEnv({ GOOS: 'plan9', GOARCH: 'mips', GOPROXY: 'direct' })).toEqual({
    GOPROXY: 'direct',
    CGO_ENABLED: '0',
    GOWORK: 'off',
  });
});

test.for([
  ['go1.26.0', '1.26.0', true],
  ['go1.26', '1.26.0', true],
  ['go1.26.8', '1.26.0', true],
  ['go1.100.1', '1.26.0', true],
  ['go2.0', '1.26.0', true],
  ['go1.25.12', '1.26.0', false],
  ['go1.26.1', '1.26.2', false],
  ['go1.9', '1.26.0', false],
  ['devel', '1.26.0', false],
] as const)('Go %s for a module that wants %s: %s', ([found, required, enough]) => {
  expect(isAtLeast(found, required)).toBe(enough);
});
