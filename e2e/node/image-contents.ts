/** What is in an image, read from its archive as docker, podman and buildah write it. */
import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';

const MOST = 64 * 1024 * 1024;
const BUNDLE = 'opt/ddprofiler-rc/ddprofiler-rc.mjs';

export interface ImageContents {
  /** Bytes of its layers, as they lie on a node. */
  readonly unpacked: number;
  /** Bytes of its layers by gzip, as a registry has them. */
  readonly packed: number;
  /** Paths, without folders. */
  readonly files: readonly string[];
  /** Names of the npm packages that the bundle is made of. */
  readonly npmPackages: readonly string[];
}

/** @param folder that is not there yet, for what the archive holds */
export async function readImage(archive: string, folder: string): Promise<ImageContents> {
  await mkdir(folder);
  await tar('--extract', '--file', archive, '--directory', folder);
  const [{ Layers: names }] = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
  const layers: readonly string[] = names.map((name: string) => join(folder, name));
  let [unpacked, packed, bundle] = [0, 0, ''];
  const files = new Set<string>();
  for (const layer of layers) {
    unpacked += (await stat(layer)).size;
    packed += await gzippedSize(layer);
    const paths = (await tar('--list', '--file', layer)).split('\n').filter((path) => path !== '' && !path.endsWith('/'));
    for (const path of paths) files.add(path);
    if (paths.includes(BUNDLE)) bundle = await tar('--extract', '--to-stdout', '--file', layer, BUNDLE);
  }
  return { unpacked, packed, files: [...files].toSorted(), npmPackages: npmPackagesIn(bundle) };
}

/** As esbuild notes before each module where it comes from: `// node_modules/.pnpm/rxjs@7.8.2/node_modules/rxjs/…`. */
export function npmPackagesIn(bundle: string): readonly string[] {
  const names = bundle.matchAll(/^\/\/ \S*node_modules\/((?:@[^/\s]+\/)?[^./\s][^/\s]*)\/\S+$/gm);
  return [...new Set([...names].map(([, name = '']) => name))].toSorted();
}

async function tar(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('tar', args, { maxBuffer: MOST });
  return stdout;
}

async function gzippedSize(file: string): Promise<number> {
  let size = 0;
  await pipeline(createReadStream(file), createGzip(), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) size += chunk.length;
  });
  return size;
}
