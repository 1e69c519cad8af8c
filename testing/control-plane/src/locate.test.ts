import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type BuildPlace, cacheDirectory } from './build.ts';
import { locateProgram, locatePrograms } from './locate.ts';
import { PROGRAM_NAMES, type ProgramName } from './programs.ts';
import { temporaryFolder, writeScript } from './test-folder.ts';

type World = {
  readonly folder: string;
  readonly place: BuildPlace;
  readonly env: NodeJS.ProcessEnv;
  readonly said: string[];
  readonly progress: (line: string) => void;
  /** The arguments of each `go build` so far. */
  readonly builds: () => Promise<readonly string[]>;
};

/** A machine with our modules, an empty cache, and on its PATH nothing at all or a stand-in for `go`. */
const given = async ({ go }: { go?: { version?: string; build?: string } } = {}): Promise<World> => {
  const folder = await temporaryFolder();
  const place = { modules: join(folder, 'modules'), cache: join(folder, 'cache') };
  for (const module of ['kubernetes', 'etcd', 'kwok']) {
    await mkdir(join(place.modules, module), { recursive: true });
    await writeFile(join(place.modules, module, 'go.mod'), `module test/${module}\n\ngo 1.26.0\n`);
    await writeFile(join(place.modules, module, 'go.sum'), 'some sums\n');
  }
  const buildLog = join(folder, 'builds');
  await mkdir(join(folder, 'path'));
  if (go !== undefined) {
    const { version = 'go1.26.8', build = 'printf built > "$out"; chmod +x "$out"' } = go;
    await writeScript(
      join(folder, 'path', 'go'),
      `if [ "$1" = env ]; then echo ${version}; exit; fi
       echo "$@" >> ${buildLog}
       while [ "$1" != -o ]; do shift; done; out=$2
       ${build}`,
    );
  }
  const said: string[] = [];
  return {
    folder,
    place,
    env: { PATH: join(folder, 'path') },
    said,
    progress: (line) => said.push(line),
    builds: async () => {
      const text = await readFile(buildLog, 'utf8').catch(() => '');
      return text.split('\n').filter((line) => line !== '');
    },
  };
};

const putInCache = async ({ place }: World, names: readonly ProgramName[]): Promise<void> => {
  for (const name of names) await writeScript(join(await cacheDirectory(place, name), name), 'true');
};

const putInAssets = async (world: World, names: readonly ProgramName[], says = 'Kubernetes v1.37.0'): Promise<string> => {
  const assets = join(world.folder, 'assets');
  for (const name of names) await writeScript(join(assets, name), `echo ${says}`);
  world.env.KUBEBUILDER_ASSETS = assets;
  return assets;
};

test('KUBEBUILDER_ASSETS comes before the cache, and the cache before a build', async () => {
  const world = await given({ go: {} });
  const assets = await putInAssets(world, ['etcd', 'kube-apiserver', 'kubectl']);
  await putInCache(world, ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl', 'kwok']);

  const programs = await locatePrograms(world.progress, world);

  expect(programs.etcd).toBe(join(assets, 'etcd'));
  expect(programs['kube-apiserver']).toBe(join(assets, 'kube-apiserver'));
  expect(programs.kubectl).toBe(join(assets, 'kubectl'));
  const cached = await cacheDirectory(world.place, 'kube-controller-manager');
  expect(programs['kube-controller-manager']).toBe(join(cached, 'kube-controller-manager'));
  expect(programs['kube-scheduler']).toBe(join(cached, 'kube-scheduler'));
  expect(await readFile(programs['kube-scheduler'], 'utf8')).toBe('built');
  expect(await world.builds()).toEqual([expect.stringContaining('k8s.io/kubernetes/cmd/kube-scheduler')]);
});

test('the first run builds everything with pinned versions and says so; the second builds nothing', async () => {
  const world = await given({ go: {} });
  const programs = await locatePrograms(world.progress, world);
  expect(await locatePrograms(world.progress, world)).toEqual(programs);

  const builds = await world.builds();
  expect(builds).toHaveLength(PROGRAM_NAMES.length);
  expect(builds[1]).toMatch(/-trimpath -mod=readonly .*gitVersion=v1\.37\.2 .*k8s\.io\/kubernetes\/cmd\/kube-apiserver$/);
  expect(world.said[0]).toMatch(/to build, once: etcd, .*about 14 minutes/);
  for (const name of PROGRAM_NAMES) expect(world.said.join('\n')).toMatch(new RegExp(`built ${name} in \\d+ s`));
  for (const path of Object.values(programs)) expect((await stat(path)).mode & 0o111).not.toBe(0);
});

test('only what is asked for is built', async () => {
  const world = await given({ go: {} });
  await locateProgram('kubectl', world.progress, world);
  expect(await world.builds()).toHaveLength(1);
});

test('a changed go.sum asks for another build, of that module only', async () => {
  const world = await given({ go: {} });
  await locatePrograms(world.progress, world);
  await writeFile(join(world.place.modules, 'kwok', 'go.sum'), 'other sums\n');
  await locatePrograms(world.progress, world);
  const builds = await world.builds();
  expect(builds).toHaveLength(PROGRAM_NAMES.length + 1);
  expect(builds.at(-1)).toContain('sigs.k8s.io/kwok');
});

test('two processes that want the same program build it once', async () => {
  const world = await given({ go: { build: 'sleep 0.3; printf built > "$out"; chmod +x "$out"' } });
  await Promise.all([locateProgram('etcd', world.progress, world), locateProgram('etcd', world.progress, world)]);
  expect(await world.builds()).toHaveLength(1);
  expect(world.said).toContain('another process builds etcd; waiting for it');
});

test('a failed build quotes the compiler and leaves nothing that looks like a program', async () => {
  const world = await given({ go: { build: 'printf half > "$out"; chmod +x "$out"; echo undefined: foo >&2; exit 1' } });
  await expect(locateProgram('etcd', world.progress, world)).rejects.toMatchObject({
    code: 'BUILD_FAILED',
    message: expect.stringMatching(/building etcd failed \(exit code 1\).*\n.*undefined: foo/),
  });
  expect(await readdir(await cacheDirectory(world.place, 'etcd'))).toEqual(['etcd.build.log']);
});

test('what a killed build left half-made is neither used nor kept', async () => {
  const world = await given({ go: {} });
  const directory = await cacheDirectory(world.place, 'etcd');
  await writeScript(join(directory, '.etcd.partial-12345'), 'half of it');
  const path = await locateProgram('etcd', world.progress, world);
  expect(await readFile(path, 'utf8')).toBe('built');
  expect((await readdir(directory)).sort()).toEqual(['etcd', 'etcd.build.log']);
});

test('no Go: the error says what is missing, where it was looked for, and the three ways out', async () => {
  const world = await given();
  const assets = await putInAssets(world, ['etcd', 'kube-apiserver', 'kubectl']);
  await expect(locatePrograms(world.progress, world)).rejects.toMatchObject({ code: 'GO_UNUSABLE' });
  const message = await locatePrograms(world.progress, world).then(
    () => 'found all',
    (error: Error) => error.message,
  );
  expect(message).toContain('missing, and cannot be built: kube-controller-manager, kube-scheduler, kwok.');
  expect(message).toContain(`in KUBEBUILDER_ASSETS: ${assets}`);
  expect(message).toContain(`in the cache of earlier builds: ${world.place.cache}`);
  expect(message).toContain('Go 1.26.0 or newer, to build them: found no go on PATH');
  expect(message).toMatch(/- install Go 1\.26\.0 or newer .*about 7 minutes/);
  expect(message).toMatch(/- set KUBEBUILDER_ASSETS/);
  expect(message).toMatch(/- set E2E_KUBECONFIG/);
});

test.for(['go1.19', 'go1.25.9'])(
  'Go too old (%s): the error says which is there and which is wanted; nothing is built',
  async (version) => {
    const world = await given({ go: { version } });
    await expect(locatePrograms(world.progress, world)).rejects.toMatchObject({
      code: 'GO_UNUSABLE',
      message: expect.stringContaining(`Go 1.26.0 or newer, to build them: found ${version} on PATH`),
    });
    expect(await world.builds()).toEqual([]);
  },
);

test('without Go, nothing is missed when the cache has everything', async () => {
  const world = await given();
  await putInCache(world, PROGRAM_NAMES);
  expect(Object.keys(await locatePrograms(world.progress, world))).toEqual([...PROGRAM_NAMES]);
});

test('KUBEBUILDER_ASSETS that is no directory is an error, not a reason to build', async () => {
  const world = await given({ go: {} });
  world.env.KUBEBUILDER_ASSETS = join(world.folder, 'nowhere');
  await expect(locatePrograms(world.progress, world)).rejects.toMatchObject({
    code: 'ASSETS_INVALID',
    message: expect.stringMatching(/^KUBEBUILDER_ASSETS is ".*nowhere", which is not a directory/),
  });
  expect(await world.builds()).toEqual([]);
});

test('a kube-apiserver of another minor in KUBEBUILDER_ASSETS gets a line; one of the same minor none', async () => {
  const world = await given();
  await putInCache(world, PROGRAM_NAMES);
  await putInAssets(world, ['kube-apiserver'], 'Kubernetes v1.37.9');
  await locatePrograms(world.progress, world);
  expect(world.said).toEqual([]);
  await putInAssets(world, ['kube-apiserver'], 'Kubernetes v1.31.0');
  await locatePrograms(world.progress, world);
  expect(world.said).toEqual([
    'KUBEBUILDER_ASSETS has kube-apiserver "Kubernetes v1.31.0", these tests are made for v1.37.2; mind that the controller manager (v1.37.2) must not be newer than the API server',
  ]);
});
