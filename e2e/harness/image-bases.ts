/**
 * What stands in for the bases of the image, which cannot be pulled everywhere: of Node's image, this Node, and libatomic where Debian has it;
 * of distroless, the other libraries that Node is linked to, and nothing else.
 */
import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** Folders that hold what the roots of the images are to hold. */
export interface BaseRoots {
  readonly node: string;
  readonly base: string;
}

export async function layOutBases(folder: string): Promise<BaseRoots> {
  const roots = { node: join(folder, 'node'), base: join(folder, 'base') };
  await put(process.execPath, join(roots.node, 'usr/local/bin/node'));
  for (const library of await librariesOf(process.execPath)) {
    if (library.includes('libatomic')) await putWithTarget(library, join(roots.node, 'usr', dirname(library)));
    else await put(library, join(roots.base, library));
  }
  return roots;
}

/** Paths of the shared libraries, the loader among them, that a program is linked to. */
export async function librariesOf(program: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('ldd', [program]);
  return [...stdout.matchAll(/\/\S+/g)].map(([path]) => path);
}

/** Copies a file, and makes the folders on its way. */
export async function put(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
}

/** The link, as a link, and the file that it points to: `libatomic.so.1` and `libatomic.so.1.2.0`. */
async function putWithTarget(link: string, folder: string): Promise<void> {
  const filter = (path: string) => path === dirname(link) || path.startsWith(link);
  await cp(dirname(link), folder, { recursive: true, verbatimSymlinks: true, filter });
}
