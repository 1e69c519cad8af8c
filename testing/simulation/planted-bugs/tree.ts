import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyPatch, parsePatch } from 'diff';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** What a patch says in place of the old name of a file that it makes. */
const NO_FILE = '/dev/null';

export interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** The files that a patch changes or makes. */
export function pathsIn(patch: string): readonly string[] {
  return parsePatch(patch).map(({ newFileName = '' }) => newFileName);
}

/** What a copy needs so that the simulation and the packages' own tests run in it. */
const RUNNABLE = ['packages', 'testing', 'package.json', 'tsconfig.base.json', 'vitest.config.ts', 'scripts/longest-first.ts'];

/** A copy of the source tree to apply patches to: nothing that anybody works with is ever changed. */
export class Tree {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** @param paths files and folders of the tree, beside those that tests need to run */
  static async copy(paths: readonly string[] = []): Promise<Tree> {
    const directory = await mkdtemp(join(tmpdir(), 'ddprofiler-rc-planted-'));
    for (const path of [...RUNNABLE, ...paths])
      await cp(join(ROOT, path), join(directory, path), { recursive: true, verbatimSymlinks: true });
    await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
    return new Tree(directory);
  }

  /**
   * Applies the patch for as long as `work` takes.
   * @throws Error where the patch does not fit the code any more: it must be made anew
   */
  async withPatch<T>({ name, patch }: { readonly name: string; readonly patch: string }, work: () => Promise<T>): Promise<T> {
    const former = new Map<string, string | undefined>();
    try {
      for (const part of parsePatch(patch)) {
        const path = join(this.#directory, part.newFileName ?? '');
        const text = part.oldFileName === NO_FILE ? undefined : await readFile(path, 'utf8');
        const changed = applyPatch(text ?? '', part, { fuzzFactor: 0 });
        if (changed === false || changed === text)
          throw new Error(`${name}.patch does not fit ${part.newFileName ?? ''} any more`);
        former.set(path, text);
        await writeFile(path, changed);
      }
      return await work();
    } finally {
      for (const [path, text] of former) await (text === undefined ? rm(path) : writeFile(path, text));
    }
  }

  /** Runs this Node in the tree. */
  run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, args, { cwd: this.#directory, env: { ...process.env, ...env } });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text;
        });
      }
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, output }));
    });
  }

  remove(): Promise<void> {
    return rm(this.#directory, { recursive: true });
  }
}
