/** The image as podman has it after scripts/image.sh built it. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BASE, buildArchive } from './image-archive.ts';
import type { Podman } from './podman.ts';

const NAME = 'localhost/ddprofiler-rc:0.0.0-test';
const run = promisify(execFile);

/** What the container of a restricted pod may do. podman would ask for higher limits than it may have inside of a container itself. */
const RESTRICTED = [
  ['--read-only', '--read-only-tmpfs=false', '--cap-drop', 'all', '--security-opt', 'no-new-privileges'],
  ['--network', 'host', '--ulimit', 'nofile=20000:20000', '--ulimit', 'nproc=4096:4096'],
].flat();

interface ImageConfig {
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
  const archive = await buildArchive(podman, NAME);
  await podman('rmi', NAME);
  await podman('load', '--input', archive);

  const [{ Config: config }] = JSON.parse(await podman('image', 'inspect', NAME));
  const ofBase = new Set(await filesOf(podman, BASE));
  const files = (await filesOf(podman, NAME)).filter((path) => !ofBase.has(path)).sort();
  return { config, files, command: (options, ...args) => ['podman', 'run', '--rm', ...RESTRICTED, ...options, NAME, ...args] };
}

async function filesOf(podman: Podman, image: string): Promise<readonly string[]> {
  const archive = join(podman.folder, 'files.tar');
  const container = await podman('create', image, 'nothing');
  await podman('export', '--output', archive, container);
  await podman('rm', container);
  const { stdout } = await run('tar', ['--list', '--file', archive]);
  return stdout.split('\n').filter((path) => path !== '' && !path.endsWith('/'));
}
