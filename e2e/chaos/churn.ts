/**
 * `make churn`: MINUTES of people who never rest, and an operator that follows them, on a real control plane without faults. Does its
 * memory rise? Heap and resident memory are sampled after a garbage collection; what is looked at is the slope after the warm-up.
 *
 * A slope counts as a rise when even the low end of its confidence interval is above the allowance:
 *
 * | memory | allowance | why |
 * | --- | --- | --- |
 * | heap | 1 KiB/s | the engine itself goes on learning (compiled code, type feedback) for longer than any warm-up; it is far below what it would cost to keep one object per write: at some 10 writes a second, and a KiB or more for what is kept of one Deployment, 10 KiB/s |
 * | resident | 8 KiB/s | the allocator gives pages back when it likes, not when they are free; a leak of the heap shows in the heap |
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readAuditLog } from '@ddprofiler-rc/control-plane/audit-log';
import { INSPECT, inspect, inspectorUrl, type Memory } from '@ddprofiler-rc/control-plane/inspector';
import { locatePrograms } from '@ddprofiler-rc/control-plane/locate';
import { PROGRAM } from '@ddprofiler-rc/control-plane/operator-process';
import { elapsed, onScreen } from '@ddprofiler-rc/control-plane/progress';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { randomOf } from '../faults/random.ts';
import { setRights, startChaosCluster } from './cluster.ts';
import { makeOperator } from './operators.ts';
import { BINDING, makePeople, SYSTEM } from './people.ts';
import { isWrite } from './record.ts';
import { CRD, makeNamespaces, NAMESPACES } from './run.ts';
import { wholeNumber } from './settings.ts';
import { type Sample, slopeOf } from './slope.ts';

const DIRECTORY = fileURLToPath(new URL('artifacts/churn/', import.meta.url));
const SAMPLE_S = 5;
const BATCH_S = 30;
/** The journal in memory is full after seconds; what takes its time is the engine, which compiles what runs often. */
const WARM_UP_SHARE = 0.25;
/** Less gives no slope: it needs three batches after the warm-up. */
const LEAST_MINUTES = 3;
const KIB = 1_024;
const ALLOWANCES: Readonly<Record<keyof Memory, number>> = { heap: 1 * KIB, code: 4 * KIB, resident: 8 * KIB };

const minutes = wholeNumber('MINUTES', 10, LEAST_MINUTES);
const seed = wholeNumber('SEED', 1);

const user = 'operator-a';
let anyRises = false;
await rm(DIRECTORY, { recursive: true, force: true });
await mkdir(DIRECTORY, { recursive: true });
const programs = await locatePrograms(onScreen);
const cluster = await startChaosCluster(programs, join(DIRECTORY, 'control-plane'), await readFile(CRD, 'utf8'));
await makeNamespaces(cluster);
await setRights(cluster.api, user, 'all');
const operator = await makeOperator({
  program: PROGRAM,
  cluster,
  user,
  plan: undefined,
  directory: DIRECTORY,
  env: {
    CRD_NAMESPACE: SYSTEM,
    CRD_NAME: BINDING,
    LOGLEVEL: 'INFO',
    MASS_DELETION_SHARE: '1',
    JOURNAL_FILE: '',
    NODE_OPTIONS: INSPECT,
  },
});
try {
  const people = makePeople({ api: cluster.api, random: randomOf(seed, 'people'), namespaces: NAMESPACES });
  await people.settle();
  await operator.start();
  let url: string | undefined;
  await waitFor('the inspector of the operator', async () => {
    url = inspectorUrl(operator.output());
    return url !== undefined || 'it does not say where it is';
  });
  const inspector = await inspect(url ?? '');

  const startedAt = Date.now();
  const seconds = (): number => (Date.now() - startedAt) / 1_000;
  const lengthS = minutes * 60;
  let isOver = false;
  const churning = (async (): Promise<void> => {
    while (!isOver) {
      await people.act();
      await delay(10);
    }
  })();
  const samples: { readonly atS: number; readonly memory: Memory }[] = [];
  while (seconds() < lengthS) {
    await delay(SAMPLE_S * 1_000);
    samples.push({ atS: seconds(), memory: await inspector.memory() });
    const { memory } = samples.at(-1) ?? {};
    if (memory !== undefined && samples.length % 12 === 0) {
      onScreen(`  ${elapsed(startedAt)}: heap ${mib(memory.heap)}, code ${mib(memory.code)}, resident ${mib(memory.resident)}`);
    }
  }
  isOver = true;
  await churning;
  inspector.close();

  const entries = (await readAuditLog(cluster.controlPlane.auditLog)).filter((entry) => entry.user === user);
  const actions = [...people.counts.values()].reduce((sum, count) => sum + count, 0);
  const writes = entries.filter(isWrite).length;
  process.stdout.write(
    `seed ${seed}: ${minutes} min of churn, ${actions} actions of people, ${entries.length} requests and ${writes} writes of the operator\n`,
  );
  const warm = samples.filter(({ atS }) => atS >= lengthS * WARM_UP_SHARE);
  for (const kind of ['heap', 'code', 'resident'] as const) {
    const series: readonly Sample[] = warm.map(({ atS, memory }) => ({ atS, value: memory[kind] }));
    const slope = slopeOf(series, BATCH_S);
    const rises = slope.least > ALLOWANCES[kind];
    process.stdout.write(
      `  ${kind.padEnd(8)}  ${mib(series[0]?.value ?? 0)} to ${mib(series.at(-1)?.value ?? 0)}; slope ${perSecond(slope.perSecond)}, ` +
        `95 % of confidence ${perSecond(slope.least)} to ${perSecond(slope.most)}, in ${slope.batches} batches of ${BATCH_S} s; ` +
        `allowed ${perSecond(ALLOWANCES[kind])}: ${rises ? 'RISES' : 'does not rise'}\n`,
    );
    anyRises ||= rises;
  }
} finally {
  await operator.close();
  await cluster.stop();
}
// After minutes of churn Node 26.10 spins for ever in its own clean-up of handles (uv_run below Environment::CleanupHandles), which this passes by.
process.exit(anyRises ? 1 : 0);

function mib(bytes: number): string {
  return `${(bytes / KIB / KIB).toFixed(2)} MiB`;
}

function perSecond(bytes: number): string {
  return `${(bytes / KIB).toFixed(2)} KiB/s`;
}
