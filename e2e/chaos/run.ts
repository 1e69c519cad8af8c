/**
 * One chaos run: everything goes wrong for a while, then nothing does, then all must be well.
 *
 * | phase | what happens |
 * | --- | --- |
 * | start | a control plane of its own, sources, rules, operators behind fault proxies |
 * | storm | people act, requests fail, machines die, until the time is over |
 * | calm | rights and machines are as they were, rules can be read; stalled connections are reset, or (in some runs) stay as they are |
 * | convergence | the checker looks at all clones until it has no complaint |
 * | silence | nothing is written for a while |
 * | end | operators stop in order; the API server's record and the operators' journals are looked at |
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type AuditEntry, readAuditLog } from '@ddprofiler-rc/control-plane/audit-log';
import { PROGRAM } from '@ddprofiler-rc/control-plane/operator-process';
import type { Programs } from '@ddprofiler-rc/control-plane/programs';
import { memoryOf } from '@ddprofiler-rc/control-plane/rights';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { drawPlan, type FaultPlan } from '../faults/fault-plan.ts';
import { randomOf } from '../faults/random.ts';
import { deploymentsIn, insist } from './api.ts';
import { type ChaosCluster, setRights, startChaosCluster } from './cluster.ts';
import { complaintsAbout, removedIn } from './expected.ts';
import { deposedWrites } from './leadership.ts';
import { type LeaseWatch, watchLeases } from './lease-watch.ts';
import { isCloneName } from './manifests.ts';
import { makeMischief } from './mischief.ts';
import { type ChaosOperator, makeOperator, type OperatorUser } from './operators.ts';
import { BINDING, makePeople, type People, SYSTEM } from './people.ts';
import { isLease, isWrite, paceOf, trespasses } from './record.ts';

export type ChaosOptions = {
  readonly seed: number;
  readonly seconds: number;
  readonly programs: Programs;
  /** The operator; default: the one of this tree. */
  readonly operator?: string;
  /** An empty directory for all that a run leaves behind. */
  readonly directory: string;
  /** Two operators with LEADER_ELECT. */
  readonly two: boolean;
  readonly tell: (line: string) => void;
};

export type Counts = Readonly<Record<string, number>>;

export type ChaosReport = {
  readonly seed: number;
  readonly seconds: number;
  readonly people: Counts;
  readonly mischief: Counts;
  readonly faults: Counts;
  readonly requests: { readonly all: number; readonly mostInOneSecond: number };
  /** Clones at the end. */
  readonly clones: number;
  readonly convergedAfterS: number | undefined;
  readonly leaders: number;
  readonly journals: number;
  /** What is wrong; nothing where the run passed. */
  readonly complaints: readonly string[];
};

/** Where sources and clones are. */
export const NAMESPACES = ['one', 'two'] as const;
export const CRD = new URL('../../charts/ddprofiler-rc/files/crd.yaml', import.meta.url);

/**
 * A watch that is stalled for good is noticed by its silence, which takes up to 100 s; what failed all through the storm is tried again
 * after as long as the storm lasted. Beside these, time for a machine that does other things.
 */
const CONVERGES_WITHIN_MS = 300_000;
const SILENT_FOR_MS = 15_000;
const SILENT_WITHIN_MS = 150_000;
const PERIOD_MS = 1_000;

export const runChaos = async (options: ChaosOptions): Promise<ChaosReport> => {
  const { seed, programs, directory, two, operator: program = PROGRAM } = options;
  await mkdir(directory, { recursive: true });
  const plan = drawPlan(seed);
  const cluster = await startChaosCluster(programs, join(directory, 'control-plane'), await readFile(CRD, 'utf8'));
  const operators: ChaosOperator[] = [];
  const leases = watchLeases(cluster.api, SYSTEM);
  try {
    const users: readonly OperatorUser[] = two ? ['operator-a', 'operator-b'] : ['operator-a'];
    await makeNamespaces(cluster);
    for (const user of users) {
      await setRights(cluster.api, user, 'all');
      operators.push(await makeOperator({ program, cluster, user, plan, directory, env: settingsFor(seed, two) }));
    }
    return await storm(options, plan, cluster, operators, leases);
  } finally {
    leases.stop();
    for (const operator of operators) await operator.close();
    await cluster.stop();
  }
};

/** Where the operator watches is drawn as well: every namespace in one stream, or each in its own. */
const settingsFor = (seed: number, two: boolean): Readonly<Record<string, string>> => ({
  CRD_NAMESPACE: SYSTEM,
  CRD_NAME: BINDING,
  WATCH_NAMESPACES: randomOf(seed, 'settings').pick(['*', NAMESPACES.join(',')]),
  // Held deletions wait for a person; that guard has tests of its own.
  MASS_DELETION_SHARE: '1',
  ...(two ? { LEADER_ELECT: 'true' } : {}),
});

export const makeNamespaces = async ({ api }: ChaosCluster): Promise<void> => {
  for (const name of [SYSTEM, ...NAMESPACES])
    await insist(api, 'POST', '/api/v1/namespaces', { body: { metadata: { name } } }, [201, 409]);
};

const storm = async (
  { seed, seconds, two, operator: program = PROGRAM, tell }: ChaosOptions,
  plan: FaultPlan,
  cluster: ChaosCluster,
  operators: readonly ChaosOperator[],
  leases: LeaseWatch,
): Promise<ChaosReport> => {
  const { api, controlPlane } = cluster;
  const people = makePeople({ api, random: randomOf(seed, 'people'), namespaces: NAMESPACES });
  await people.settle();
  for (const operator of operators) await operator.start();

  const over = delay(seconds * 1_000);
  const random = randomOf(seed, 'mischief');
  const mischief = makeMischief({ cluster, operators, random, over, tell });
  let isOver = false;
  void over.then(() => {
    isOver = true;
  });
  const acting = async (): Promise<void> => {
    const pace = randomOf(seed, 'pace');
    while (!isOver) {
      await people.act();
      await delay(pace.int(20, 400));
    }
  };
  const troubling = async (): Promise<void> => {
    while (!isOver) {
      await Promise.race([delay(random.int(1_000, 6_000)), over]);
      if (!isOver) await mischief.act();
    }
  };
  await Promise.all([acting(), troubling()]);

  for (const { user, proxy } of operators) {
    await setRights(api, user, 'all');
    proxy.calm(plan.endlessStalls > 0 ? 'stay' : 'reset');
  }
  await waitFor('binding and rules to be there', async () => (await people.mend()) || 'not yet');
  // What is still on its way, delayed, arrives within this.
  await delay(plan.longestDelayMs);
  tell('calm');

  const startedAt = Date.now();
  const complaints = [...(await converge(people, cluster))];
  const convergedAfterS = complaints.length === 0 ? (Date.now() - startedAt) / 1_000 : undefined;
  tell(convergedAfterS === undefined ? 'not converged' : `converged after ${convergedAfterS.toFixed(0)} s`);
  if (convergedAfterS !== undefined) {
    complaints.push(...(await silence(controlPlane.auditLog, new Set(operators.map(({ user }) => user)))));
    complaints.push(...(await lookAt(people, cluster)));
  }
  for (const operator of operators) await operator.stop();

  const entries = await readAuditLog(controlPlane.auditLog);
  const users = new Set<string>(operators.map(({ user }) => user));
  complaints.push(...operators.flatMap((operator) => operator.misbehaved()));
  complaints.push(...trespasses(entries, { operators: users, isCloneName, namespaces: new Set(NAMESPACES), memory: MEMORY }));
  if (two) complaints.push(...deposedWrites(entries, users, leases.holdings()));
  // A life that was killed while it started has none.
  const journals = operators.flatMap((operator) => operator.journals).filter((path) => existsSync(path));
  for (const journal of journals) complaints.push(...(await replayed(program, journal)));
  const pace = paceOf(entries, users);
  const clones = [...(await deploymentsIn(api, NAMESPACES)).keys()].filter((key) => isCloneName(key.split('/')[1] ?? ''));
  return {
    seed,
    seconds,
    people: Object.fromEntries(people.counts),
    mischief: Object.fromEntries(mischief.counts),
    faults: sum(operators.map(({ proxy }) => proxy.counts())),
    requests: { all: pace.all, mostInOneSecond: pace.most },
    clones: clones.length,
    convergedAfterS,
    leaders: leases.holdings().filter(({ holder }) => holder !== '').length,
    journals: journals.length,
    complaints,
  };
};

const MEMORY = { namespace: SYSTEM, name: memoryOf({ namespace: SYSTEM, binding: BINDING }) };
const MEMORY_PATH = `/api/v1/namespaces/${MEMORY.namespace}/configmaps/${MEMORY.name}`;

const lookAt = async (people: People, { api }: ChaosCluster): Promise<readonly string[]> => {
  // The memory first: a clone that is there after it was read was there before, too.
  const { body: memory } = await insist(api, 'GET', MEMORY_PATH, {}, [200, 404]);
  const deployments = await deploymentsIn(api, NAMESPACES);
  return complaintsAbout({ drafts: people.drafts(), deployments, removed: removedIn(memory), foreignMarks: people.marks });
};

/** What is still wrong when the time is over. */
const converge = async (people: People, cluster: ChaosCluster): Promise<readonly string[]> => {
  const end = Date.now() + CONVERGES_WITHIN_MS;
  for (;;) {
    const complaints = await lookAt(people, cluster);
    if (complaints.length === 0 || Date.now() >= end) return complaints;
    await delay(PERIOD_MS);
  }
};

/**
 * Waits for a time without any write. An operator whose watch is stalled may learn late that all is well, and write once more what is
 * there already; what people are told may be on its way as well. In the end there must be silence.
 */
const silence = async (auditLog: string, users: ReadonlySet<string>): Promise<readonly string[]> => {
  let last = (await writesOf(auditLog, users)).length;
  let since = Date.now();
  const end = Date.now() + SILENT_WITHIN_MS;
  for (;;) {
    await delay(PERIOD_MS);
    const writes = await writesOf(auditLog, users);
    if (writes.length > last) {
      last = writes.length;
      since = Date.now();
    }
    if (Date.now() - since >= SILENT_FOR_MS) return [];
    if (Date.now() >= end)
      return [`converged, and there was no silence of ${SILENT_FOR_MS / 1_000} s: ${describe(writes.at(-1))}`];
  }
};

const writesOf = async (auditLog: string, users: ReadonlySet<string>): Promise<readonly AuditEntry[]> =>
  (await readAuditLog(auditLog)).filter((entry) => users.has(entry.user) && isWrite(entry) && !isLease(entry));

const describe = (entry: AuditEntry | undefined): string => (entry === undefined ? 'nothing' : `${entry.verb} ${entry.uri}`);

/** Whether the decisions of one life are made again as they were. A life that was killed may have left half a line at its end. */
const replayed = (program: string, journal: string): Promise<readonly string[]> =>
  new Promise((resolve) => {
    execFile(program, ['replay', journal], (error, out, err) => {
      resolve(error === null ? [] : [`replay of ${journal} says: ${out.trim()} ${err.trim()}`]);
    });
  });

const sum = (counts: readonly Counts[]): Counts => {
  const all: Record<string, number> = {};
  for (const one of counts) for (const [name, count] of Object.entries(one)) all[name] = (all[name] ?? 0) + count;
  return all;
};
