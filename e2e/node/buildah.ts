/** buildah inside of a node's enclosure, with a store of its own: what it mounts, and what it leaves, goes with the node. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Builder } from '../harness/image-archive.ts';
import type { Enclosure } from './enclosure.ts';

export async function makeBuildah({ wrapper }: Enclosure, folder: string): Promise<Builder> {
  await mkdir(folder);
  const conf = join(folder, 'storage.conf');
  const places = [`runroot = "${join(folder, 'run')}"`, `graphroot = "${join(folder, 'store')}"`];
  await writeFile(conf, ['[storage]', 'driver = "overlay"', ...places, ''].join('\n'));
  const env = { CONTAINERS_STORAGE_CONF: conf, BUILDAH_ISOLATION: 'chroot' };
  const buildah = async (...args: readonly string[]): Promise<string> => {
    const [program = 'buildah', ...rest] = [...wrapper, 'buildah', ...args];
    const { stdout } = await promisify(execFile)(program, rest, { env: { ...process.env, ...env } });
    return stdout.trim();
  };
  return Object.assign(buildah, { program: 'buildah' as const, folder, env, wrapper });
}
