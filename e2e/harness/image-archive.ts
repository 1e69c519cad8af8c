/** The archive of the image as scripts/image.sh builds it, on bases that stand in for its own. */
import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { layOutBases } from './image-bases.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/image.sh', import.meta.url));
const NODE = 'localhost/node:stand-in';
/** What stands in for the base of the image, in the builder's store. */
export const BASE = 'localhost/base:stand-in';

/** A program that builds images, with a store of its own. */
export interface Builder {
  readonly program: 'podman' | 'buildah';
  /** Files may be put here. */
  readonly folder: string;
  /** With this in its environment any process of the program uses the same store. */
  readonly env: Readonly<Record<string, string>>;
  /** What comes before a command that is to use the store. */
  readonly wrapper: readonly string[];
  (...args: readonly string[]): Promise<string>;
}

/**
 * @param image name and tag
 * @returns the archive's path
 */
export async function buildArchive(builder: Builder, image: string): Promise<string> {
  const roots = await layOutBases(builder.folder);
  const dockerfile = join(builder.folder, 'Dockerfile');
  await writeFile(dockerfile, 'FROM scratch\nCOPY . /\nENV PATH=/usr/local/bin:/usr/bin\n');
  await builder('build', '--file', dockerfile, '--tag', NODE, roots.node);
  await builder('build', '--file', dockerfile, '--tag', BASE, roots.base);

  const archive = join(builder.folder, 'image.tar');
  const env = { ...process.env, ...builder.env, PATH: await pathOfOne(builder), NODE_IMAGE: NODE, BASE_IMAGE: BASE };
  const [program = SCRIPT, ...args] = [...builder.wrapper, SCRIPT, 'archive', archive, image];
  await promisify(execFile)(program, args, { env });
  return archive;
}

/** A PATH on which the script finds what it needs, and of all builders this one. */
async function pathOfOne({ folder, program: builder, wrapper }: Builder): Promise<string> {
  const path = join(folder, 'bin');
  await mkdir(path);
  for (const name of ['dirname', 'chmod', 'rm', 'git', builder, ...wrapper.slice(0, 1)]) {
    const { stdout } = await promisify(execFile)('sh', ['-c', 'command -v "$1"', 'sh', name]);
    await symlink(stdout.trim(), join(path, name));
  }
  return path;
}
