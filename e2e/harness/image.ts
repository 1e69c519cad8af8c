/** The image as scripts/image.sh builds it, on bases that stand in for its own. */
import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { layOutBases } from './image-bases.ts';
import type { Podman } from './podman.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/image.sh', import.meta.url));
const [NODE, BASE, NAME] = ['localhost/node:stand-in', 'localhost/base:stand-in', 'localhost/ddprofiler-rc:0.0.0-test'];
const run = promisify(execFile);

/** What the container of a restricted pod may do. podman would ask for higher limits than it may have inside of a container itself. */
const RESTRICTED = [
  ['--read-only', '--read-only-tmpfs=false', '--cap-drop', 'all', '--security-opt', 'no-new-privileges'],
  ['--network', 'host', '--ulimit', 'nofile=20000:20000', '--ulimit', 'nproc=4096:4096'],
].flat();

export interface ImageConfig {
  readonly User: string;
  readonly Entrypoint: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
}

export interface Image {
  readonly config: ImageConfig;
  /** Paths of the files that are not of the base, sorted. */
  readonly files: readonly string[];
  /** The command that runs it as a restricted pod would; SIGTERM reaches process 1, whose exit code is the command's. */
  command(options: readonly string[], ...args: readonly string[]): readonly string[];
}

/** Builds it, writes it to an archive, and takes it from there. */
export async function buildImage(podman: Podman): Promise<Image> {
  const roots = await layOutBases(podman.folder);
  const dockerfile = join(podman.folder, 'Dockerfile');
  await writeFile(dockerfile, 'FROM scratch\nCOPY . /\nENV PATH=/usr/local/bin:/usr/bin\n');
  await podman('build', '--file', dockerfile, '--tag', NODE, roots.node);
  await podman('build', '--file', dockerfile, '--tag', BASE, roots.base);

  const archive = join(podman.folder, 'image.tar');
  const env = { ...process.env, ...podman.env, PATH: await podmanAlone(podman), NODE_IMAGE: NODE, BASE_IMAGE: BASE };
  await run(SCRIPT, ['archive', archive, NAME], { env });
  await podman('rmi', NAME);
  await podman('load', '--input', archive);

  const [{ Config: config }] = JSON.parse(await podman('image', 'inspect', NAME));
  const ofBase = new Set(await filesOf(podman, BASE));
  const files = (await filesOf(podman, NAME)).filter((path) => !ofBase.has(path)).sort();
  return { config, files, command: (options, ...args) => ['podman', 'run', '--rm', ...RESTRICTED, ...options, NAME, ...args] };
}

/** A PATH on which the script finds what it needs, and of all builders the one that has the bases. */
async function podmanAlone({ folder }: Podman): Promise<string> {
  const path = join(folder, 'bin');
  await mkdir(path);
  for (const name of ['dirname', 'chmod', 'rm', 'git', 'podman']) {
    const { stdout } = await run('sh', ['-c', 'command -v "$1"', 'sh', name]);
    await symlink(stdout.trim(), join(path, name));
  }
  return path;
}

async function filesOf(podman: Podman, image: string): Promise<readonly string[]> {
  const archive = join(podman.folder, 'files.tar');
  const container = await podman('create', image, 'nothing');
  await podman('export', '--output', archive, container);
  await podman('rm', container);
  const { stdout } = await run('tar', ['--list', '--file', archive]);
  return stdout.split('\n').filter((path) => path !== '' && !path.endsWith('/'));
}
