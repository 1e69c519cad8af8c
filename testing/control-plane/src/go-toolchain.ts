/** Whether this machine's Go can build a module. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from './failure.ts';

const run = promisify(execFile);

export type GoVerdict = { readonly usable: true; readonly found: string } | { readonly usable: false; readonly found: string };

/** The `go` line of a go.mod: the oldest Go that may build it. */
export const requiredGo = async (moduleDirectory: string): Promise<string> => {
  const version = /^go (\S+)$/m.exec(await readFile(join(moduleDirectory, 'go.mod'), 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${moduleDirectory}/go.mod has no go line`);
  return version;
};

/** Is `found` (`go1.26.8`) at least `required` (`1.26.0`)? A release candidate counts as its release. */
export const isAtLeast = (found: string, required: string): boolean => {
  const parts = (version: string): number[] =>
    version
      .replace(/^go/, '')
      .split('.')
      .map((part) => Number.parseInt(part, 10) || 0);
  const [have, want] = [parts(found), parts(required)];
  for (let i = 0; i < 3; i += 1) {
    const [a, b] = [have[i] ?? 0, want[i] ?? 0];
    if (a !== b) return a > b;
  }
  return true;
};

/**
 * Asks Go in the module's own folder, since a Go older than the module wants fetches the right one by itself unless told not to
 * (GOTOOLCHAIN): what counts is the version that would build.
 */
export const judgeGo = async (moduleDirectory: string, env: NodeJS.ProcessEnv): Promise<GoVerdict> => {
  const required = await requiredGo(moduleDirectory);
  try {
    const { stdout } = await run('go', ['env', 'GOVERSION'], { cwd: moduleDirectory, env });
    const found = stdout.trim();
    return { usable: isAtLeast(found, required), found: `${found} on PATH` };
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return { usable: false, found: 'no go on PATH' };
    const stderr = thrown instanceof Error && 'stderr' in thrown ? String(thrown.stderr).trim() : '';
    return { usable: false, found: `go on PATH, which says: ${stderr === '' ? messageOf(thrown) : stderr}` };
  }
};
