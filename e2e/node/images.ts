/** The images that the node's pods need, from nothing but this machine. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Builder, buildArchive } from '../harness/image-archive.ts';
import { librariesOf, put } from '../harness/image-bases.ts';

/** As the chart's defaults name it, but for the tag. */
export const OPERATOR = { repository: 'ddprofiler-rc', tag: '0.0.0-test' };
/** For containerd's `sandbox_image`. */
export const PAUSE = 'localhost/pause:stand-in';

/** @returns the archive of the operator's image */
export const operatorArchive = (builder: Builder): Promise<string> =>
  buildArchive(builder, `docker.io/library/${OPERATOR.repository}:${OPERATOR.tag}`);

/**
 * What holds a pod's namespaces open: here it is this machine's `sleep`.
 * @returns the archive of the image
 */
export async function pauseArchive(builder: Builder): Promise<string> {
  const root = join(builder.folder, 'pause');
  const { stdout } = await promisify(execFile)('sh', ['-c', 'command -v sleep']);
  const sleep = stdout.trim();
  await put(sleep, join(root, 'pause'));
  for (const library of await librariesOf(sleep)) await put(library, join(root, library));
  const dockerfile = join(builder.folder, 'Dockerfile.pause');
  await writeFile(dockerfile, 'FROM scratch\nCOPY . /\nUSER 65535:65535\nENTRYPOINT ["/pause", "infinity"]\n');
  await builder('build', '--file', dockerfile, '--tag', PAUSE, root);
  const archive = join(builder.folder, 'pause.tar');
  await builder('push', PAUSE, `docker-archive:${archive}:${PAUSE}`);
  return archive;
}
