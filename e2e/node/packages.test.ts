import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder, writeScript } from '@ddprofiler-rc/control-plane/test-folder';
import { expect, test } from 'vitest';
import { REQUIREMENTS } from './requirements.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/node-packages.sh', import.meta.url));
const PROGRAMS = ['podman', 'buildah', 'runc', 'containerd', 'ctr', 'iptables', 'ip', 'unshare', 'nsenter'];

interface Said {
  readonly code: number;
  readonly stderr: string;
  /** How apt-get was called, line by line. */
  readonly asked: readonly string[];
}

/** Runs the script where exactly these programs are. */
async function run(programs: readonly string[], { uid = 0, apt = 'exit 0', plugins = true } = {}): Promise<Said> {
  const folder = await temporaryFolder();
  const [bin, log] = [join(folder, 'bin'), join(folder, 'asked')];
  await mkdir(bin);
  for (const name of programs) await writeScript(join(bin, name), 'exit 0');
  await writeScript(join(bin, 'id'), `echo ${uid}`);
  if (apt !== '') await writeScript(join(bin, 'apt-get'), `echo "$@" >> ${log}\n${apt}`);
  if (plugins) await writeScript(join(folder, 'cni', 'ptp'), 'exit 0');
  const env = { PATH: bin, CNI_PLUGINS: join(folder, 'cni') };
  const outcome = await promisify(execFile)('/bin/sh', [SCRIPT], { env }).then(
    ({ stderr }) => ({ code: 0, stderr }),
    (thrown: { code: number; stderr: string }) => ({ code: thrown.code, stderr: thrown.stderr }),
  );
  const asked = (await readFile(log, 'utf8').catch(() => '')).split('\n').slice(0, -1);
  return { ...outcome, asked };
}

const without = (...names: readonly string[]) => PROGRAMS.filter((name) => !names.includes(name));
const INSTALL = 'install --yes --no-install-recommends';

test('where all of them are there, nothing is done, whoever asks', async () => {
  expect(await run(PROGRAMS, { uid: 1000 })).toEqual({ code: 0, stderr: '', asked: [] });
});

test('root has the packages of what is missing installed, each once, and no others', async () => {
  const { code, asked } = await run(without('containerd', 'ctr', 'buildah'), { plugins: false });
  expect({ code, asked }).toEqual({
    code: 0,
    asked: ['update', `${INSTALL} buildah containerd containernetworking-plugins`],
  });
});

test('a failure of apt-get is one', async () => {
  const { code } = await run(without('runc'), { apt: 'if [ "$1" = install ]; then exit 100; fi' });
  expect(code).toBe(100);
});

test('who is not root, or has no apt-get, is told what to do, by an exit code of its own', async () => {
  for (const machine of [{ uid: 1000 }, { apt: '' }]) {
    const { code, stderr, asked } = await run(without('runc', 'iptables'), machine);
    expect({ code, asked }).toEqual({ code: 3, asked: [] });
    expect(stderr).toContain(`apt-get ${INSTALL} runc iptables`);
  }
});

test('it knows every package that a real node needs', async () => {
  const lines = (await readFile(SCRIPT, 'utf8')).split('\n').filter((line) => line.startsWith('need '));
  for (const { program, package: name } of REQUIREMENTS.filter((one) => !one.program.endsWith('host-local'))) {
    const fits = lines.some((line) => line.replaceAll('"', '').includes(basename(program)) && line.endsWith(` ${name}`));
    expect(fits, program).toBe(true);
  }
});
