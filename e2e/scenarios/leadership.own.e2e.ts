/** Two operators with one binding: one writes, the other stands by, and takes over when the first ends, dies, or stands still. */

import { type AuditEntry, readAuditLog, WRITE_VERBS } from '@ddprofiler-rc/control-plane/audit-log';
import type { LogLine, Operator } from '@ddprofiler-rc/control-plane/operator-process';
import type { TestUser } from '@ddprofiler-rc/control-plane/users';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { expect, inject, onTestFinished, test } from 'vitest';
import { operatorAs } from '../harness/operator-user.ts';
import { errorsIn } from '../harness/operator-writes.ts';
import { ownCluster } from '../harness/own-cluster.ts';
import { envOf, hasReplicas, makeWorld, type World } from '../harness/world.ts';

const RULES = `$NS:
  deployments:
    web: { scale_factor: "0.5", name_suffix: profiler }
`;

/** What the operator promises: from the end of a leader that is told to stop, and from the death of one that is not. */
const FAILOVER_MS = { stop: 1_000, kill: 17_000 };

/** One of the two, with a user of its own: the audit log tells them apart. */
interface Party {
  readonly user: TestUser;
  readonly operator: Operator;
}

interface Pair {
  readonly world: World;
  readonly leader: Party;
  readonly standby: Party;
}

const BEGINS_TO_LEAD = 'leads: this operator writes';

const hasRole = ({ operator }: Party, role: 'leader' | 'standby') =>
  waitFor(`an operator to be the ${role}`, async () => {
    const { body } = await operator.get('/health');
    return JSON.parse(body).leadership.role === role || body;
  });

/** When it said so. */
const timeOf = (line: LogLine): number => Date.parse(String(line.time));

/** When it last began to lead: a time of its log. */
async function begunToLead({ operator }: Party, after = 0): Promise<number> {
  const fits = (line: LogLine) => line.msg === BEGINS_TO_LEAD && timeOf(line) >= after;
  return timeOf(await operator.logged('that it leads', fits));
}

/** A leader and a standby, both in sync, and a clone that is as it should be. */
async function pair(): Promise<Pair> {
  const facts = ownCluster(inject('cluster'));
  const world = await makeWorld('lead');
  onTestFinished(() => world.end());
  await world.bind();
  await world.rules(RULES);
  await world.source('web', { replicas: 4 });
  const start = async (user: TestUser): Promise<Party> => {
    const identity = await operatorAs(facts, world, user, { binding: world.binding, configMap: world.binding, elects: true });
    const operator = await world.operator({ ...identity, LEADER_ELECT: 'true' });
    await operator.ready();
    return { user, operator };
  };
  const leader = await start('operator-a');
  await hasRole(leader, 'leader');
  const standby = await start('operator-b');
  await hasRole(standby, 'standby');
  await world.eventually('web-profiler', hasReplicas(2));
  return { world, leader, standby };
}

/** Everything that the user wrote, or tried to write, in this namespace: the API server's own account of it. */
async function writesOf({ namespace }: World, { user }: Party): Promise<readonly AuditEntry[]> {
  const { auditLog } = ownCluster(inject('cluster'));
  const entries = await readAuditLog(auditLog);
  return entries.filter((entry) => entry.user === user && entry.namespace === namespace && WRITE_VERBS.has(entry.verb));
}

const isNoLease = ({ resource }: AuditEntry) => resource !== 'leases';

async function isFollowed(world: World, turn: string): Promise<void> {
  await world.source('web', { replicas: 4, env: { TURN: turn } });
  await world.eventually('web-profiler', (clone) => envOf(clone).TURN === turn || `it is not at turn ${turn}`);
}

test('given two operators, then one writes, and the other is as ready and writes nothing at all', async () => {
  const { world, leader, standby } = await pair();

  await isFollowed(world, '1');
  await world.kubectl('delete', 'deployment', 'web-profiler', '-n', world.namespace);
  await world.eventually('web-profiler', hasReplicas(2));

  await waitFor('the standby to see clones as they are', async () => {
    const { status, body } = await standby.operator.get('/health');
    return (status === 200 && JSON.parse(body).clones.ready === 1) || body;
  });
  const lease = await world.kubectl('get', 'lease', `ddprofiler-rc-${world.binding}`, '-n', world.namespace, '-o', 'json');
  const { body } = await leader.operator.get('/health');
  expect(JSON.parse(lease).spec.holderIdentity).toBe(JSON.parse(body).leadership.holder);
  expect((await standby.operator.get('/metrics')).body).toMatch(/^leader_election_master_status\{name="[^"]+"\} 0$/m);
  expect((await leader.operator.get('/metrics')).body).toMatch(/^leader_election_master_status\{name="[^"]+"\} 1$/m);
  expect((await writesOf(world, leader)).filter(isNoLease).length).toBeGreaterThan(3);
  expect((await writesOf(world, standby)).filter(isNoLease)).toEqual([]);
  for (const { operator } of [leader, standby]) expect(errorsIn(operator)).toEqual([]);
});

test('given a leader that is told to stop, then the other leads within a second of its end', async () => {
  const { world, leader, standby } = await pair();

  const toldAt = Date.now();
  expect(await leader.operator.stop()).toEqual({ code: 0, signal: null });
  const endedAt = Date.now();
  const leadsAt = await begunToLead(standby);

  report('SIGTERM', { 'from the signal': leadsAt - toldAt, 'from the end of the process': leadsAt - endedAt });
  expect(leadsAt - endedAt).toBeLessThan(FAILOVER_MS.stop);
  await isFollowed(world, 'by the other');
});

test('given a leader that is killed, then the other leads within 17 s', async () => {
  const { world, leader, standby } = await pair();

  const killedAt = Date.now();
  await leader.operator.kill();
  const leadsAt = await begunToLead(standby);

  report('SIGKILL', { 'from the signal': leadsAt - killedAt });
  expect(leadsAt - killedAt).toBeLessThan(FAILOVER_MS.kill);
  await isFollowed(world, 'by the other');
});

test('given a leader that stands still until another leads, when it goes on, then it writes nothing, though there is much to write', async () => {
  const { world, leader, standby } = await pair();

  process.kill(leader.operator.process.pid, 'SIGSTOP');
  // It has all of this yet to read, and would answer each with a write.
  await world.source('web', { replicas: 8, env: { TURN: 'missed' } });
  await world.kubectl('delete', 'deployment', 'web-profiler', '-n', world.namespace);
  await begunToLead(standby);
  await world.eventually('web-profiler', (clone) => envOf(clone).TURN === 'missed' || 'it is an old one');
  const before = (await writesOf(world, leader)).length;
  process.kill(leader.operator.process.pid, 'SIGCONT');
  await leader.operator.logged('that it leads no more', ({ msg }) => msg.startsWith('leads no more'));
  await hasRole(leader, 'standby');
  await isFollowed(world, 'after that');
  await waitFor('the deposed one to know of the last change', async () => {
    const { body } = await leader.operator.get('/health');
    const { clones } = JSON.parse(body);
    return clones.ready === 1 || body;
  });

  const after = (await writesOf(world, leader)).slice(before);
  expect(after.filter(isNoLease)).toEqual([]);
  // What it tried first is the Lease, which was another's by then.
  expect(after.map(({ code }) => code)).toEqual([409]);
  await leader.operator.stop();
  await isFollowed(world, 'to the end');
});

function report(how: string, durations: Readonly<Record<string, number>>): void {
  const text = Object.entries(durations).map(([what, ms]) => `${ms} ms ${what}`);
  process.stdout.write(`failover after ${how}: ${text.join(', ')}\n`);
}
