/** podman with a store of its own in a folder: it sees none of the machine's images and containers, and leaves none. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Builder } from './image-archive.ts';

const MOST = 64 * 1024 * 1024;

export interface Podman extends Builder {
  /** Ends the containers, and removes all. */
  remove(): Promise<void>;
}

export async function makePodman(): Promise<Podman> {
  // podman takes no runroot of more than 50 characters.
  const folder = await mkdtemp(join(tmpdir(), 'podman-'));
  const conf = join(folder, 'storage.conf');
  const places = [`runroot = "${join(folder, 'run')}"`, `graphroot = "${join(folder, 'store')}"`];
  await writeFile(conf, ['[storage]', 'driver = "overlay"', ...places, ''].join('\n'));
  const env = { CONTAINERS_STORAGE_CONF: conf };
  const podman = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)('podman', [...args], { env: { ...process.env, ...env }, maxBuffer: MOST });
    return stdout.trim();
  };
  await podman('version').catch((cause: unknown) => {
    throw new Error('this test needs podman (Debian: podman and runc)', { cause });
  });
  const remove = async (): Promise<void> => {
    await podman('rm', '--all', '--force');
    await podman('rmi', '--all', '--force');
    await rm(folder, { recursive: true, force: true });
  };
  return Object.assign(podman, { program: 'podman' as const, folder, env, wrapper: [], remove });
}
