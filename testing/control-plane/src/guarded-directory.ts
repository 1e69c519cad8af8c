/**
 * A temporary directory that goes when this process does, in whatever way it ends (see guarded-process.ts for the means).
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type GuardedDirectory = {
  readonly path: string;
  /** Removes it and everything in it. */
  remove(): Promise<void>;
};

// The pause lets programs that are killed at the same moment go first, so that none writes into a directory being removed.
const GUARD = 'read -r _ || { sleep 1; rm -rf -- "$1"; }';

export const makeGuardedDirectory = async (prefix: string): Promise<GuardedDirectory> => {
  const path = await mkdtemp(join(tmpdir(), prefix));
  const guard = spawn('/bin/sh', ['-c', GUARD, 'guard', path], { cwd: '/', stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  await once(guard, 'spawn');
  guard.stdin.on('error', () => {}); // EPIPE: someone ended the guard; then only `remove` removes
  // It waits for this process, and not the other way round.
  guard.unref();
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  return {
    path,
    remove: async () => {
      guard.stdin.end('\n');
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

/** The path of one that nobody removes earlier. */
export async function temporaryDirectory(prefix: string): Promise<string> {
  const { path } = await makeGuardedDirectory(prefix);
  return path;
}
