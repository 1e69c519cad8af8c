/**
 * A lock between processes, by a file that its holder keeps touching: a holder that was killed stops touching it, and the next
 * one takes over after `staleMs`. No pid is looked at, so it also holds between containers that share a folder.
 *
 * Not guaranteed: strict exclusion. Two processes that find the same stale lock at the same instant may both get it. So use it
 * only to save work that would otherwise be done twice, as here; what the work leaves behind must appear atomically.
 */
import { open, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

export type FileLockOptions = {
  /** Called once, before the first wait. */
  readonly onWait?: () => void;
  readonly staleMs?: number;
  readonly pollMs?: number;
};

const hasCode = (thrown: unknown, code: string): boolean => thrown instanceof Error && 'code' in thrown && thrown.code === code;

const tryTake = async (path: string): Promise<boolean> => {
  try {
    await (await open(path, 'wx')).close();
    return true;
  } catch (thrown) {
    if (hasCode(thrown, 'EEXIST')) return false;
    throw thrown;
  }
};

/** How long ago its holder touched it, in ms; undefined when it has just been given back. */
const ageOf = async (path: string): Promise<number | undefined> => {
  try {
    return Date.now() - (await stat(path)).mtimeMs;
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT')) return undefined;
    throw thrown;
  }
};

/** Runs `work` while holding the lock file `path`, whose folder must exist. Waits for as long as somebody else holds it. */
export const withFileLock = async <T>(path: string, work: () => Promise<T>, options: FileLockOptions = {}): Promise<T> => {
  const { onWait, staleMs = 30_000, pollMs = 500 } = options;
  for (let waited = false; !(await tryTake(path)); ) {
    const age = await ageOf(path);
    if (age !== undefined && age > staleMs) {
      await rm(path, { force: true });
      continue;
    }
    if (!waited) onWait?.();
    waited = true;
    await delay(pollMs);
  }
  const touch = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {}); // taken over as stale, e.g. after this machine slept: see "not guaranteed"
  }, staleMs / 6);
  try {
    return await work();
  } finally {
    clearInterval(touch);
    await rm(path, { force: true });
  }
};
