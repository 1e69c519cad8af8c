/**
 * `make demo`.
 *
 * | environment | does |
 * | --- | --- |
 * | `KEEP=1` | stays up after the story, until Ctrl-C |
 * | `CLUSTER=real` | a real control plane instead of the embedded one (`CLUSTER=embedded`) |
 * | `PAUSE=seconds` | at a terminal, the time to look at the table between steps; else there is none |
 * | `NO_COLOR`, `CI` | plain lines at a terminal too |
 */

import { PROGRAM } from '@ddprofiler-rc/control-plane/operator-process';
import { runDemo } from './demo.ts';
import type { OpenCluster } from './demo-cluster.ts';
import { liveScreen } from './live-screen.ts';
import { plainScreen } from './plain-screen.ts';
import { readDemoSettings } from './settings.ts';
import { STORY } from './story.ts';

/** Longer than the operator takes to give up a watch that has fallen silent (100 s): that is no failure of the story. */
const DEADLINE_MS = 120_000;

/** Loaded when asked for: neither needs the other. */
const CLUSTERS = {
  embedded: {
    clusterName: 'the embedded cluster',
    openCluster: async (...args) => (await import('./embedded-cluster.ts')).openEmbeddedCluster(...args),
  },
  real: {
    clusterName: 'a real control plane',
    openCluster: async (...args) => (await import('./real-cluster.ts')).openRealCluster(...args),
  },
} as const satisfies Record<string, { clusterName: string; openCluster: OpenCluster }>;

const settings = readDemoSettings(process.env, process.stdout.isTTY);
if (settings.kind === 'invalid') {
  for (const message of settings.messages) process.stderr.write(`make demo: ${message}\n`);
  process.exit(2);
}

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort());
process.stdout.on('error', () => interruption.abort()); // nobody reads any more: `make demo | head`

const { cluster, keep, isLive, pauseMs } = settings;
const exitCode = await runDemo({
  ...CLUSTERS[cluster],
  story: STORY,
  program: PROGRAM,
  screen: isLive ? liveScreen({ stream: process.stdout, pauseMs }) : plainScreen(process.stdout),
  keep,
  signal: interruption.signal,
  deadlineMs: DEADLINE_MS,
  startedAt: 0,
});
// A control plane that was still being started goes with this process, see testing/control-plane/src/guarded-process.ts.
process.exit(exitCode);
