/** What the figures were measured on. */
import { execFile } from 'node:child_process';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { promisify } from 'node:util';
import type { Programs } from '@ddprofiler-rc/control-plane/programs';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  readonly node: string;
  readonly kubernetes: string;
  readonly etcd: string;
}

const GIB = 1024 ** 3;

export async function describeMachine(programs: Programs): Promise<Machine> {
  const says = async (program: string): Promise<string> => (await promisify(execFile)(program, ['--version'])).stdout;
  const [kubernetes, etcd] = await Promise.all([says(programs['kube-apiserver']), says(programs.etcd)]);
  const all = cpus();
  return {
    processor: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGib: Math.round((totalmem() / GIB) * 10) / 10,
    system: `${platform()} ${release().split('-')[0]} ${arch()}`,
    node: process.version,
    kubernetes: kubernetes.replace('Kubernetes', '').trim(),
    etcd: `v${/etcd Version: (\S+)/.exec(etcd)?.[1] ?? 'unknown'}`,
  };
}

/** One line for people. */
export function machineInWords({ processor, cores, memoryGib, system, node, kubernetes, etcd }: Machine): string {
  return `${cores} cores (${processor}), ${memoryGib} GiB, ${system}; Node ${node}, Kubernetes ${kubernetes}, etcd ${etcd}`;
}
