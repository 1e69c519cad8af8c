import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyPatch, parsePatch } from 'diff';
import type { PlantedBug } from './bug.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** A copy of the source tree to plant bugs in: nothing that anybody works with is ever changed. */
export class Tree {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async copy(): Promise<Tree> {
    const directory = await mkdtemp(join(tmpdir(), 'ddprofiler-rc-planted-'));
    for (const folder of ['packages', 'testing'])
      await cp(join(ROOT, folder), join(directory, folder), { recursive: true, verbatimSymlinks: true });
    for (const file of ['package.json', 'tsconfig.base.json', 'vitest.config.ts', 'scripts/longest-first.ts'])
      await cp(join(ROOT, file), join(directory, file));
    await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
    return new Tree(directory);
  }

  /**
   * Plants the bug for as long as `work` takes.
   * @throws Error where the patch does not fit the code any more: it must be made anew
   */
  async withBug<T>({ name, patch }: Pick<PlantedBug, 'name' | 'patch'>, work: () => Promise<T>): Promise<T> {
    const former = new Map<string, string>();
    try {
      for (const part of parsePatch(patch)) {
        const path = join(this.#directory, part.newFileName ?? '');
        const text = await readFile(path, 'utf8');
        const changed = applyPatch(text, part, { fuzzFactor: 0 });
        if (changed === false || changed === text)
          throw new Error(`${name}.patch does not fit ${part.newFileName ?? ''} any more`);
        former.set(path, text);
        await writeFile(path, changed);
      }
      return await work();
    } finally {
      for (const [path, text] of former) await writeFile(path, text);
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
