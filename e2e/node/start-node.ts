/**
 * A process of its own that starts a real node on the control plane that FACTS describes, prints what it made as one line of JSON, and stops the node
 * when it gets SIGTERM. Only for the test of what is left.
 */
import { readlink } from 'node:fs/promises';
import type { OwnClusterFacts } from '@ddprofiler-rc/control-plane/cluster';
import { silent } from '@ddprofiler-rc/control-plane/progress';
import { startRealNode } from './real-node.ts';

export interface Made {
  readonly folder: string;
  readonly wire: string;
  /** Of IPv4 addresses, routed to the wire. */
  readonly pods: string;
  /** The PID namespace of all its processes, e.g. `pid:[4026532270]`. */
  readonly namespace: string;
}

const facts: OwnClusterFacts = JSON.parse(process.env.FACTS ?? 'null');
const asked = new Promise<void>((resolve) => process.once('SIGTERM', resolve));
const { folder, network, enclosure, stop } = await startRealNode(facts, silent);
const made: Made = {
  ...{ folder, wire: network.wire, pods: network.pods },
  namespace: await readlink(`/proc/${enclosure.pid}/ns/pid_for_children`),
};
process.stdout.write(`${JSON.stringify(made)}\n`);
const staysAlive = setInterval(() => {}, 60_000);
await asked;
clearInterval(staysAlive);
await stop();
