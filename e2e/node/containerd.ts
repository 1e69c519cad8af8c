/** containerd, with the folder that it is given and the enclosure that it runs in as its whole world. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuardedProcess } from '@ddprofiler-rc/control-plane/guarded-process';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import type { Enclosure } from './enclosure.ts';
import { PAUSE } from './images.ts';
import { CNI_PLUGINS } from './requirements.ts';

/** Where kubelet and ctr look for it by themselves; /run is the enclosure's own. */
export const SOCKET = '/run/containerd/containerd.sock';

export interface Containerd {
  readonly process: GuardedProcess;
  /** `ctr` in the namespace of Kubernetes. */
  ctr(...args: readonly string[]): Promise<string>;
}

// The paths that are set are those that would otherwise be outside of the folder.
const configText = (folder: string): string => `version = 2
root = "${join(folder, 'root')}"
state = "/run/containerd"
[grpc]
  address = "${SOCKET}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${join(folder, 'opt')}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE}"
  # Not every root may lower the score of a process, such as one inside of a container.
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${CNI_PLUGINS}"
    conf_dir = "${cniFolder(folder)}"
`;

/** Where it looks for the network of pods. */
export const cniFolder = (folder: string): string => join(folder, 'cni');

export async function startContainerd(enclosure: Enclosure, folder: string, logFile: string): Promise<Containerd> {
  await mkdir(cniFolder(folder), { recursive: true });
  const config = join(folder, 'config.toml');
  await writeFile(config, configText(folder));
  const process = await enclosure.start({ name: 'containerd', program: 'containerd', args: ['--config', config], logFile });
  const ctr = (...args: readonly string[]) => enclosure.run('ctr', '--namespace', 'k8s.io', ...args);
  const probe = () => ctr('version').then(() => true as const);
  await waitFor('containerd to answer', probe, { program: process });
  return { process, ctr };
}
