/** Which builder scripts/image.sh takes, and what it asks of it. The builders are stand-ins that write down how they were called. */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('image.sh', import.meta.url));
const run = promisify(execFile);

/** Of the machine's own programs, the ones that the script needs: whatever builders the machine has are not among them. */
const NEEDED = ['dirname', 'chmod', 'rm'];

/** A builder's name, and the commands at which it fails. */
type Builders = Readonly<Record<string, readonly string[]>>;

interface Outcome {
  readonly code: number;
  readonly asked: readonly string[];
  readonly said: string;
}

async function image(
  builders: Builders,
  args: readonly string[],
  bases: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'ddprofiler-rc-image-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const asked = join(folder, 'asked.log');
  await writeFile(asked, '');
  for (const name of NEEDED) {
    const { stdout } = await run('sh', ['-c', 'command -v "$1"', 'sh', name]);
    await symlink(stdout.trim(), join(folder, name));
  }
  for (const [name, failing] of Object.entries(builders)) {
    const failures = failing.map((command) => `'${command}') exit 1 ;;\n`).join('');
    await writeFile(join(folder, name), `#!/bin/sh\necho "${name} $*" >>"$ASKED"\ncase "$*" in\n${failures}esac\n`);
    await chmod(join(folder, name), 0o755);
  }
  const env = { PATH: folder, ASKED: asked, ...bases };
  const { code, said } = await run(SCRIPT, args, { env }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    (error: { code: number; stderr: string }) => ({ code: error.code, said: error.stderr }),
  );
  const lines = (await readFile(asked, 'utf8')).split('\n').slice(0, -1);
  return { code, said, asked: lines.filter((line) => !/^docker (info|buildx version)$/.test(line)) };
}

const NAME = 'docker.io/library/it:1';
const BUILT = `build --build-arg VERSION=1 --tag ${NAME} .`;

interface Choice {
  readonly there: string;
  readonly builders: Builders;
  readonly archived: readonly string[];
}

const CHOICES: readonly Choice[] = [
  {
    there: 'docker with buildx',
    builders: { docker: [], podman: [], buildah: [] },
    archived: [
      `docker buildx build --load --build-arg VERSION=1 --tag ${NAME} .`,
      `docker save --output /nowhere/it.tar ${NAME}`,
    ],
  },
  {
    there: 'docker without buildx',
    builders: { docker: ['buildx version'], podman: [], buildah: [] },
    archived: [`docker ${BUILT}`, `docker save --output /nowhere/it.tar ${NAME}`],
  },
  {
    there: 'docker whose engine does not answer, and podman',
    builders: { docker: ['info'], podman: [], buildah: [] },
    archived: [`podman ${BUILT}`, `podman save --format docker-archive --output /nowhere/it.tar ${NAME}`],
  },
  {
    there: 'buildah alone',
    builders: { buildah: [] },
    archived: [`buildah ${BUILT}`, `buildah push ${NAME} docker-archive:/nowhere/it.tar:${NAME}`],
  },
];

test.for(CHOICES.map((choice) => [choice.there, choice] as const))('where there is %s', async ([, { builders, archived }]) => {
  expect(await image(builders, ['archive', '/nowhere/it.tar', 'it:1'])).toEqual({ code: 0, said: '', asked: archived });
  const { code, asked } = await image(builders, ['push', 'registry.example:5000/team/it:1']);
  expect(code).toBe(0);
  const [builder] = archived[0]?.split(' ') ?? [];
  expect(asked[1]).toBe(`${builder} push registry.example:5000/team/it:1`);
});

test('where there is no builder, it says how to get one', async () => {
  const { code, said } = await image({ docker: ['info'] }, ['archive', '/nowhere/it.tar', 'it:1']);
  expect(code).toBe(2);
  for (const builder of ['docker', 'podman', 'buildah']) expect(said).toMatch(new RegExp(`^ {2}${builder} +\\S`, 'm'));
});

test('bases from the environment replace those of the Dockerfile', async () => {
  const { asked } = await image({ buildah: [] }, ['push', 'it:1'], { NODE_IMAGE: 'a/node:26', BASE_IMAGE: 'a/cc:13' });
  expect(asked[0]).toContain('--build-arg BASE_IMAGE=a/cc:13 --build-arg NODE_IMAGE=a/node:26 ');
});

test('a failed build is not handed on', async () => {
  const { code, asked } = await image({ buildah: [BUILT] }, ['push', 'it:1']);
  expect(code).toBe(1);
  expect(asked).toEqual([`buildah ${BUILT}`]);
});

test.for([[], ['archive', 'it:1'], ['push'], ['pull', 'it:1'], ['push', 'registry.example:5000/it']])(
  'it refuses %j, and says what it expects',
  async (args) => {
    const { code, said, asked } = await image({ docker: [] }, args);
    expect(code).toBe(2);
    expect(said).toContain('expected: archive FILE IMAGE, or push IMAGE; IMAGE is name:tag');
    expect(asked).toEqual([]);
  },
);
