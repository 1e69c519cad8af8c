/** Two short runs of `make chaos`, each on a control plane of its own. docs/chaos.md says what happens in them and what is looked at. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onScreen } from '@ddprofiler-rc/control-plane/progress';
import { expect, inject, test } from 'vitest';
import { describeReport, replayCommand } from '../chaos/report.ts';
import { runChaos } from '../chaos/run.ts';
import { ownCluster } from '../harness/own-cluster.ts';

const { programs } = ownCluster(inject('cluster'));
const SECONDS = 40;

test.each([
  { seed: 1, two: false },
  { seed: 4, two: true },
])(
  'given chaos from seed $seed, when it ends, then every clone is as the contract says and nothing else was touched',
  async (run) => {
    const directory = await mkdtemp(join(tmpdir(), 'ddprofiler-rc-chaos-'));
    const report = await runChaos({ ...run, seconds: SECONDS, programs, directory, tell: () => {} });
    onScreen(describeReport(report));
    expect(report.complaints, `kept in ${directory}; again: ${replayCommand({ ...run, seconds: SECONDS })}`).toEqual([]);
    expect(Object.keys(report.faults).length, 'kinds of faults that were injected').toBeGreaterThan(3);
    await rm(directory, { recursive: true, force: true });
  },
  600_000,
);
