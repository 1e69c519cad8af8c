/** The repository as somebody would clone it who does not have it yet. */
import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Copies what Git has, or would add, as it is now: a page is tested before it is committed, and nothing that was built comes along. */
export async function freshCopy(directory: string): Promise<void> {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const { stdout } = await promisify(execFile)('git', list, { cwd: ROOT });
  const { stdout: gone } = await promisify(execFile)('git', ['ls-files', '-z', '--deleted'], { cwd: ROOT });
  const deleted = new Set(gone.split('\0'));
  const paths = stdout.split('\0').filter((path) => path !== '' && !deleted.has(path));
  for (const path of paths) await cp(join(ROOT, path), join(directory, path), { verbatimSymlinks: true });
}
