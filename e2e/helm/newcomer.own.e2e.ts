/**
 * A newcomer's path: the `sh` blocks of README.md and of docs/install.md, in their order, in a fresh copy of the repository, each page on a control
 * plane of its own. Every command must succeed.
 *
 * No container runs there. KWOK plays the nodes and calls every pod ready, whatever its image: that a rollout ends shows that its pods were
 * admitted, and no more. The operator is real: after each block it is started, with the environment and the rights of its pod, for whatever the
 * block installed. What needs a container, stays up, or needs another cluster stands in `console` blocks, which say why they are not run
 * (scripts/doc-commands.test.ts).
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type ControlPlane, startControlPlane } from '@ddprofiler-rc/control-plane/control-plane';
import { locateProgram } from '@ddprofiler-rc/control-plane/locate';
import { onScreen } from '@ddprofiler-rc/control-plane/progress';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { fencedBlocks } from '../../scripts/fenced-blocks.ts';
import { freshCopy } from '../harness/fresh-copy.ts';
import { ownCluster } from '../harness/own-cluster.ts';
import { podsStandIn } from '../harness/pods-stand-in.ts';

/** The first one installs the dependencies. */
const BLOCK_TIME_OUT_MS = 600_000;

let copy: string;
let programs: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'ddprofiler-rc-newcomer-'));
  programs = await mkdtemp(join(tmpdir(), 'ddprofiler-rc-programs-'));
  await freshCopy(copy);
  await symlink(ownCluster(inject('cluster')).programs.kubectl, join(programs, 'kubectl'));
  await symlink(await locateProgram('helm', onScreen), join(programs, 'helm'));
}, 600_000);

afterAll(async () => {
  for (const directory of [copy, programs]) await rm(directory, { recursive: true, force: true });
});

/** That of a person at a terminal: neither this project's own Node, nor what the test run sets, nor the person's settings of Helm. */
function environment({ kubeconfig }: ControlPlane): NodeJS.ProcessEnv {
  const { NODE_ENV: _mode, E2E_FOLDER: _folder, ...env } = process.env;
  const own = (process.env.PATH ?? '').split(delimiter).filter((path) => !path.endsWith('node_modules/.bin'));
  const helm = (what: string) => join(programs, `helm-${what}`);
  return {
    ...env,
    PATH: [programs, ...own].join(delimiter),
    KUBECONFIG: kubeconfig,
    HELM_CACHE_HOME: helm('cache'),
    HELM_CONFIG_HOME: helm('config'),
    HELM_DATA_HOME: helm('data'),
  };
}

test.for(['README.md', 'docs/install.md'])(
  '%s: every command of its sh blocks succeeds',
  { timeout: 1_800_000 },
  async (page) => {
    const controlPlane = await startControlPlane({ programs: ownCluster(inject('cluster')).programs });
    onTestFinished(() => controlPlane.stop());
    const pods = podsStandIn(controlPlane.kubectl);
    onTestFinished(() => pods.stop());
    const blocks = fencedBlocks(await readFile(join(copy, page), 'utf8')).filter(({ language }) => language === 'sh');
    expect(blocks.length).toBeGreaterThan(1);
    for (const { line, text } of blocks) {
      // -x: what it says of a failure ends with the command that failed.
      await promisify(execFile)('sh', ['-eux', '-c', text], {
        cwd: copy,
        env: environment(controlPlane),
        timeout: BLOCK_TIME_OUT_MS,
        maxBuffer: 100_000_000,
      }).catch((thrown: unknown) => {
        const said = thrown instanceof Error && 'stderr' in thrown ? String(thrown.stderr) : '';
        throw new Error(`${page}, the block at line ${line}:\n${said.slice(-4_000)}`, { cause: thrown });
      });
      await pods.catchUp();
    }
  },
);
