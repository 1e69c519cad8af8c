/** Helm as a function, as users have it: standard output on success, an error that quotes the command and what it said otherwise. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryDirectory } from '@ddprofiler-rc/control-plane/guarded-directory';
import { locateProgram } from '@ddprofiler-rc/control-plane/locate';
import { onScreen } from '@ddprofiler-rc/control-plane/progress';
import type { WorldCluster } from './world.ts';

const fileAt = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const CHART = fileAt('charts/ddprofiler-rc');
export const EXAMPLE_VALUES = fileAt('charts/ddprofiler-rc/ddprofiler-rc-config.example.yaml');
export const CRD_FILE = fileAt('charts/ddprofiler-rc/files/crd.yaml');
export const PREDECESSOR = fileAt('e2e/fixtures/predecessor-chart');

export type Helm = (...args: readonly string[]) => Promise<string>;

/** Finds or builds Helm. Nothing of the user's own settings of Helm is looked at. */
export async function helmFor({ kubeconfig, context }: WorldCluster): Promise<Helm> {
  const program = await locateProgram('helm', onScreen);
  const home = await temporaryDirectory('ddprofiler-rc-helm-');
  const env = { PATH: process.env.PATH, HOME: home, KUBECONFIG: kubeconfig };
  return async (...args) => {
    try {
      const { stdout } = await promisify(execFile)(program, ['--kube-context', context, ...args], { env });
      return stdout;
    } catch (thrown) {
      const said = thrown instanceof Error && 'stderr' in thrown ? String(thrown.stderr).trim() : '';
      throw new Error(`helm ${args.join(' ')}: ${said}`, { cause: thrown });
    }
  };
}
