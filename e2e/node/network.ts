/**
 * The network of a node: a wire from this machine to its enclosure, and addresses for its pods behind it.
 *
 *   this machine 198.19.N.1 ──── 198.19.N.2 node ──── 198.18.N.2 … pods
 *
 * 198.18.0.0/15 is reserved for tests of network devices, and nobody's. The wire and the route go with the enclosure.
 */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Enclosure } from './enclosure.ts';

export interface NodeNetwork {
  /** Name of this machine's interface. */
  readonly wire: string;
  /** This machine's end of the wire. */
  readonly machine: string;
  /** The node's. */
  readonly node: string;
  /** e.g. `198.18.7.0/24` */
  readonly pods: string;
}

const TRIES = 20;

const numbered = (number: number): NodeNetwork => ({
  wire: `ddprofiler-${number}`, // an interface's name has 15 characters at most
  machine: `198.19.${number}.1`,
  node: `198.19.${number}.2`,
  pods: `198.18.${number}.0/24`,
});

const ip = (...args: readonly string[]) => promisify(execFile)('ip', args);

/** @param random gives numbers in [0, 1) */
export async function connect(enclosure: Enclosure, random: () => number = Math.random): Promise<NodeNetwork> {
  for (let tries = 1; ; tries += 1) {
    const network = numbered(Math.floor(random() * 256));
    const { wire } = network;
    try {
      await ip('link', 'add', wire, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(enclosure.pid));
    } catch (thrown) {
      // Another node on this machine has the number.
      if (String(thrown).includes('File exists') && tries < TRIES) continue;
      throw thrown;
    }
    await ip('address', 'add', `${network.machine}/30`, 'dev', wire);
    await ip('link', 'set', wire, 'up');
    await enclosure.run('ip', 'address', 'add', `${network.node}/30`, 'dev', 'eth0');
    await enclosure.run('ip', 'link', 'set', 'eth0', 'up');
    await enclosure.run('ip', 'route', 'add', 'default', 'via', network.machine);
    await ip('route', 'add', network.pods, 'via', network.node);
    return network;
  }
}

/**
 * The network of pods, for containerd: each has a wire of its own to the node, which routes between them. A bridge would carry what pods send to
 * each other past the node's rules for Services, unless a module of the kernel is loaded.
 * @param file where it is written
 */
export async function writeCniConfig(file: string, { pods }: NodeNetwork): Promise<void> {
  const ipam = { type: 'host-local', ranges: [[{ subnet: pods }]], routes: [{ dst: '0.0.0.0/0' }] };
  const plugins = [{ type: 'ptp', ipam }];
  await writeFile(file, JSON.stringify({ cniVersion: '1.0.0', name: 'pods', plugins }));
}
