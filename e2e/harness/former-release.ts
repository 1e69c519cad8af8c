/**
 * Chart and operator of release 0.1.0, made from the history: what it leaves in a cluster is made by itself, so that no fixture has to be believed.
 * It is bundled with the dependencies that are installed here, which are those of its lockfile or later ones. A clone without the history does not
 * have it, and is told how to get it.
 */
import { execFile } from 'node:child_process';
import { cp, glob, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryDirectory } from '@ddprofiler-rc/control-plane/guarded-directory';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The last commit of 0.1.0. */
const COMMIT = '1a7b34c998043eeafd801df8c811b844bdca681f';

export interface FormerRelease {
  /** Folder. */
  readonly chart: string;
  /** Path of its `bin/ddprofiler-rc`. */
  readonly program: string;
}

export async function formerRelease(): Promise<FormerRelease> {
  const directory = await temporaryDirectory('ddprofiler-rc-0.1.0-');
  const run = promisify(execFile);
  const archive = join(directory, 'archive.tar');
  await run('git', ['archive', `--output=${archive}`, COMMIT], { cwd: ROOT }).catch((cause: unknown) => {
    throw new Error(`this test needs commit ${COMMIT}, release 0.1.0; fetch the history: git fetch --unshallow`, { cause });
  });
  const tree = join(directory, 'tree');
  await mkdir(tree);
  await run('tar', ['-xf', archive, '-C', tree]);
  await symlink(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  // Links: those to other packages are relative, and so lead to the packages of that tree.
  for await (const modules of glob('packages/*/node_modules', { cwd: ROOT })) {
    await mkdir(dirname(join(tree, modules)), { recursive: true });
    await cp(join(ROOT, modules), join(tree, modules), { recursive: true, verbatimSymlinks: true });
  }
  await run(join(ROOT, 'node_modules/.bin/node'), ['scripts/bundle.ts'], { cwd: tree });
  return { chart: join(tree, 'charts/ddprofiler-rc'), program: join(tree, 'bin/ddprofiler-rc') };
}
