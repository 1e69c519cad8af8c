/**
 * Where a node's programs run: a mount, a network and a PID namespace of their own.
 *
 * Guarantees
 * - When the enclosure ends, and when this process does in whatever way, the kernel kills every process in it, shims and containers
 *   included, unmounts what they mounted, and removes their network interfaces: all of that exists only within.
 * - What the programs keep in /run, /var/lib and /var/log is in memory, and nobody else's.
 * Not guaranteed: cgroups, which are not undone with a namespace (cgroups.ts), and files elsewhere.
 */
import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type GuardedProcess, type GuardedProcessOptions, startGuarded } from '@ddprofiler-rc/control-plane/guarded-process';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';

const MOST = 64 * 1024 * 1024;

export interface Enclosure {
  /** What comes before a command to run it inside. */
  readonly wrapper: readonly string[];
  /** A process whose network namespace is the enclosure's. */
  readonly pid: number;
  /** Starts a program inside. The process that is returned waits for it, and ends as it does. */
  start(options: GuardedProcessOptions): Promise<GuardedProcess>;
  /** Runs a command inside to its end. Returns what it printed, without the last line's end. */
  run(program: string, ...args: readonly string[]): Promise<string>;
  end(): Promise<void>;
}

// The first process of a PID namespace: all others end with it. A shell waits for every child there is, so that none stays a zombie.
const FIRST = `set -eu
mount --make-rshared /
for folder in /run /var/lib /var/log; do mount -t tmpfs -o mode=755 tmpfs "$folder"; done
mkdir /run/lock
ip link set lo up
echo 1 > /proc/sys/net/ipv4/ip_forward
: > "$1"
while sleep 3600; do :; done`;

/** @param folder is seen from inside at the same path: it must not be below /run, /var/lib or /var/log */
export async function makeEnclosure(folder: string): Promise<Enclosure> {
  const isReady = join(folder, 'enclosure-is-ready');
  const namespaces = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const first = await startGuarded({
    name: 'enclosure',
    program: 'unshare',
    args: [...namespaces, 'sh', '-c', FIRST, 'enclosure', isReady],
    logFile: join(folder, 'enclosure.log'),
    directory: '/',
  });
  const end = async (): Promise<void> => {
    await first.kill();
  };
  try {
    const probe = () => access(isReady).then(() => true as const);
    await waitFor('the namespaces of the node', probe, { program: first });
  } catch (thrown) {
    await end();
    throw thrown;
  }
  // unshare is itself in the new namespaces, but for that of PIDs, which is its children's.
  const namespace = (name: string) => `/proc/${first.pid}/ns/${name}`;
  const enter = [`--mount=${namespace('mnt')}`, `--net=${namespace('net')}`, `--pid=${namespace('pid_for_children')}`];
  const wrapper = ['nsenter', ...enter, '--'];
  return {
    wrapper,
    pid: first.pid,
    start: ({ program, args, ...rest }) =>
      startGuarded({ ...rest, program: 'nsenter', args: [...enter, '--', program, ...args], directory: '/' }),
    run: async (program, ...args) => {
      const [nsenter = 'nsenter', ...before] = wrapper;
      try {
        const { stdout } = await promisify(execFile)(nsenter, [...before, program, ...args], { maxBuffer: MOST });
        return stdout.trimEnd();
      } catch (thrown) {
        const said = thrown instanceof Error && 'stderr' in thrown ? String(thrown.stderr).trim() : '';
        throw new Error(`${program} ${args.join(' ')}: ${said}`, { cause: thrown });
      }
    },
    end,
  };
}
