/** What a real node needs of the machine. Asked before anything is started, so that all that is missing is told at once. */
import { delimiter, join } from 'node:path';
import { isExecutable } from '@ddprofiler-rc/control-plane/build';
import { Failure } from '@ddprofiler-rc/control-plane/failure';

/** Debian's folder of CNI plugins. */
export const CNI_PLUGINS = '/usr/lib/cni';

export interface Requirement {
  /** A name that is looked for on PATH, or an absolute path. */
  readonly program: string;
  /** Of Debian and Ubuntu. */
  readonly package: string;
}

export const REQUIREMENTS: readonly Requirement[] = [
  { program: 'containerd', package: 'containerd' },
  { program: 'ctr', package: 'containerd' },
  { program: 'runc', package: 'runc' },
  { program: 'buildah', package: 'buildah' },
  { program: join(CNI_PLUGINS, 'ptp'), package: 'containernetworking-plugins' },
  { program: join(CNI_PLUGINS, 'host-local'), package: 'containernetworking-plugins' },
  { program: 'iptables', package: 'iptables' },
  { program: 'ip', package: 'iproute2' },
  { program: 'unshare', package: 'util-linux' },
  { program: 'nsenter', package: 'util-linux' },
];

export interface Machine {
  readonly platform: string;
  /** Undefined where there are no users, as on Windows. */
  readonly uid: number | undefined;
  readonly missing: readonly Requirement[];
}

/** Why no node can be started on this machine, and what to do about it; undefined where one can. */
export function complaint({ platform, uid, missing }: Machine): string | undefined {
  if (platform !== 'linux') return `A real node needs Linux; this is ${platform}.`;
  const lines: string[] = [];
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((one) => one.package))].join(' ');
    lines.push(`A real node needs these programs, which are not here: ${missing.map(({ program }) => program).join(', ')}.`);
    lines.push(`Debian and Ubuntu: apt-get install ${packages}`);
  }
  if (uid !== 0)
    lines.push(
      `A real node mounts, and makes network interfaces and cgroups: only root may. The user here is ${uid}; run it as root.`,
    );
  return lines.length === 0 ? undefined : lines.join('\n');
}

async function isHere(program: string): Promise<boolean> {
  const folders = program.startsWith('/') ? ['/'] : (process.env.PATH ?? '').split(delimiter).filter((path) => path !== '');
  const found = await Promise.all(folders.map((folder) => isExecutable(join(folder, program))));
  return found.includes(true);
}

export async function requireMachine(): Promise<void> {
  const here = await Promise.all(REQUIREMENTS.map(async (one) => ({ one, isHere: await isHere(one.program) })));
  const missing = here.filter((entry) => !entry.isHere).map(({ one }) => one);
  const text = complaint({ platform: process.platform, uid: process.getuid?.(), missing });
  if (text !== undefined) throw new Failure('MACHINE_UNFIT', text);
}
