/**
 * A cgroup of one name in each of the machine's hierarchies, for a kubelet to make those of its pods in. They go when they are removed, and when
 * this process ends in whatever way (see guarded-process.ts for the means).
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';

export interface Cgroups {
  /** As kubelet wants it: absolute, from the root of each hierarchy. */
  readonly name: string;
  /** Waits until nothing runs in them any more, and removes them and all below. */
  remove(): Promise<void>;
}

/**
 * Where the hierarchies are mounted, of whichever version: beside those of version 1 there may be one of version 2, which runc uses as well.
 * @param mounts the text of /proc/self/mounts
 */
export function hierarchies(mounts: string): readonly string[] {
  const entries = mounts.split('\n').map((line) => line.split(' '));
  return entries.flatMap(([, path, type]) => (type?.startsWith('cgroup') && path !== undefined ? [path] : []));
}

// Processes that were killed a moment ago may still be there: some tries.
const GUARD = `read -r _ || for try in 1 2 3 4 5 6 7 8 9 10; do
  sleep 1
  for folder in "$@"; do [ ! -d "$folder" ] || find "$folder" -depth -type d -exec rmdir {} +; done
done`;

export async function makeCgroups(name: string): Promise<Cgroups> {
  const folders = hierarchies(await readFile('/proc/self/mounts', 'utf8')).map((path) => join(path, name));
  const guard = spawn('/bin/sh', ['-c', GUARD, 'guard', ...folders], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  await once(guard, 'spawn');
  guard.stdin.on('error', () => {}); // EPIPE: someone ended the guard; then only `remove` removes
  for (const folder of folders) await mkdir(folder);
  return {
    name: `/${name}`,
    remove: async () => {
      await waitFor('the cgroups to be empty', async () => {
        for (const folder of folders) await removeTree(folder);
        return true;
      });
      guard.stdin.end('\n');
    },
  };
}

/** Files in it are no files: rmdir removes a cgroup with them, once there is none below it and no process in it. */
async function removeTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  await rmdir(folder).catch((thrown: unknown) => {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) throw thrown;
  });
}
