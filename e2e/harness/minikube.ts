/**
 * A machine on which somebody calls minikube/start_in_minikube.sh: the real kubectl and Helm with a kubeconfig of a real control plane, and
 * in place of docker and minikube the stand-ins of fixtures/minikube, which write down what they were asked.
 */
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ControlPlane } from '@ddprofiler-rc/control-plane/control-plane';
import { temporaryDirectory } from '@ddprofiler-rc/control-plane/guarded-directory';
import { type GuardedProcess, startGuarded } from '@ddprofiler-rc/control-plane/guarded-process';
import { makeKubectl } from '@ddprofiler-rc/control-plane/kubectl';
import { locateProgram } from '@ddprofiler-rc/control-plane/locate';
import { onScreen } from '@ddprofiler-rc/control-plane/progress';

const SCRIPT = fileURLToPath(new URL('../../minikube/start_in_minikube.sh', import.meta.url));
const STAND_INS = fileURLToPath(new URL('../fixtures/minikube/', import.meta.url));

/** The context that is current before the script runs. */
export const OWN_CONTEXT = 'elsewhere';

export interface MinikubeMachine {
  /** Starts the script. `programs` come before the machine's own on PATH; `path` replaces PATH. */
  start(args: readonly string[], options?: { readonly programs?: string; readonly path?: string }): Promise<GuardedProcess>;
  /** What docker and minikube were asked by the script that was started last, line by line. */
  asked(): Promise<readonly string[]>;
  currentContext(): Promise<string>;
}

export async function minikubeMachine({ programs, kubeconfig, context }: ControlPlane): Promise<MinikubeMachine> {
  const folder = await temporaryDirectory('ddprofiler-rc-minikube-');
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await symlink(programs.kubectl, join(bin, 'kubectl'));
  await symlink(await locateProgram('helm', onScreen), join(bin, 'helm'));
  for (const name of ['docker', 'minikube']) await symlink(join(STAND_INS, name), join(bin, name));
  const config = join(folder, 'kubeconfig');
  await copyFile(kubeconfig, config);
  // Somebody's own cluster, which is none of the script's business.
  const kubectl = makeKubectl({ program: programs.kubectl, kubeconfig: config });
  await kubectl('config', 'set-context', OWN_CONTEXT);
  await kubectl('config', 'use-context', OWN_CONTEXT);
  const log = join(folder, 'asked.log');

  return {
    start: async (args, { programs: more, path } = {}) => {
      await writeFile(log, '');
      const directories = [...(more === undefined ? [] : [more]), bin, process.env.PATH];
      return startGuarded({
        name: 'start_in_minikube.sh',
        program: SCRIPT,
        args,
        logFile: join(folder, 'output.log'),
        directory: folder,
        env: { PATH: path ?? directories.join(delimiter), HOME: folder, KUBECONFIG: config, CONTEXT: context, ASKED: log },
      });
    },
    asked: async () => (await readFile(log, 'utf8')).split('\n').slice(0, -1),
    currentContext: async () => (await kubectl('config', 'current-context')).trim(),
  };
}
