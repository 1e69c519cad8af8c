/** The process of the operator in a pod, as this machine sees it. */
import { readdir, readFile } from 'node:fs/promises';

/** Of the kernel's clock in /proc: a hundred to a second, on every platform that Node runs on. */
const TICK_MS = 10;

/** When it was started: milliseconds since 1970, to 10 ms. */
export async function startOfOperatorIn(podUid: string): Promise<number> {
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    // Processes come and go meanwhile.
    const [cgroup, command] = await Promise.all(
      ['cgroup', 'cmdline'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
    );
    if (!cgroup?.includes(`pod${podUid}`) || !command?.includes('ddprofiler-rc.mjs')) continue;
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
    const uptime = Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]) * 1000;
    return Date.now() - uptime + Number(fields[STARTED]) * TICK_MS;
  }
  throw new Error(`no process of the operator runs in the pod ${podUid}`);
}

/** Field 22 of /proc/PID/stat (proc(5)), counted after the second, which is the program's name in brackets. */
const STARTED = 22 - 3;
