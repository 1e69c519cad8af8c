/** Two operators with a binding each, side by side in the same namespaces: neither touches what the other made. */

import { readAuditLog, WRITE_VERBS } from '@ddprofiler-rc/control-plane/audit-log';
import type { LogLine, Operator } from '@ddprofiler-rc/control-plane/operator-process';
import type { TestUser } from '@ddprofiler-rc/control-plane/users';
import { expect, inject, onTestFinished, test } from 'vitest';
import { type Footprint, footprints } from '../harness/footprint.ts';
import { operatorAs } from '../harness/operator-user.ts';
import { errorsIn, writesIn } from '../harness/operator-writes.ts';
import { envOf, hasReplicas, makeWorld, type World } from '../harness/world.ts';

const SOURCES = ['web', 'api', 'job'] as const;
const RESTARTS = 20;

/** One operator with the binding and the ConfigMap of its own that bear its name. */
interface Party {
  readonly name: 'a' | 'b';
  readonly user: TestUser;
  /** Sources that it has clones of. */
  readonly sources: readonly string[];
}

// Both follow `web`, so that each event of it concerns both of them.
const A: Party = { name: 'a', user: 'operator-a', sources: ['web', 'api'] };
const B: Party = { name: 'b', user: 'operator-b', sources: ['web', 'job'] };

const clonesOf = ({ name, sources }: Party) => sources.map((source) => `${source}-of-${name}`);

type Envy = 'none' | 'its clones' | 'clones of its clones';

/**
 * Rules for the clones of `party`, all of which change with each turn. With envy it also has a rule for each very clone of the
 * other, or rules that name those as sources: it gets neither.
 */
function rulesOf(party: Party, turn: number, envy: Envy = 'none', other: Party = party): string {
  const rules = new Map<string, string[]>();
  const add = (source: string, suffix: string) => {
    const rule = `{ scale_factor: "0.5", name_suffix: ${suffix}, env: "TURN: ${turn}" }`;
    rules.set(source, [...(rules.get(source) ?? []), rule]);
  };
  for (const source of party.sources) add(source, `of-${party.name}`);
  if (envy === 'its clones') for (const source of other.sources) add(source, `of-${other.name}`);
  if (envy === 'clones of its clones') for (const clone of clonesOf(other)) add(clone, `of-${party.name}`);
  return `$NS: { deployments: { ${[...rules].map(([source, list]) => `${source}: [${list.join(', ')}]`).join(', ')} } }`;
}

/** By turn: how envious, and what its operator then says of each clone of the other (or of what it wants of that one). */
const ENVY_BY_TURN = ['none', 'its clones', 'none', 'clones of its clones'] as const;
const REFUSALS = { 'its clones': 'NameTaken', 'clones of its clones': 'SourceIsClone' } as const;

const bind = (world: World, { name }: Party) =>
  world.apply({
    apiVersion: 'crds.grove/v1',
    kind: 'DDProfCrd',
    metadata: { name },
    ruleType: 'configmap',
    cmName: name,
    cmNamespace: world.namespace,
    cmConfigTag: 'rules',
  });

/** Waits until each clone of `party` carries `turn`. */
const eventuallyAtTurn = (world: World, party: Party, turn: number) =>
  Promise.all(
    clonesOf(party).map((clone) =>
      world.eventually(clone, (deployment) => envOf(deployment).TURN === String(turn) || `it is not at turn ${turn}`),
    ),
  );

/** Waits until `operator` refused what its party wants of the clones of `other`. */
const eventuallyRefused = (world: World, operator: Operator, party: Party, envy: Exclude<Envy, 'none'>, other: Party) =>
  Promise.all(
    clonesOf(other).map((clone) => {
      const key = `${world.namespace}/${clone}${envy === 'its clones' ? '' : `-of-${party.name}`}`;
      const isRefused = (line: LogLine) => line.level === 'warn' && line.clone === key && line.reason === REFUSALS[envy];
      return operator.logged(`that ${key} is refused`, isRefused);
    }),
  );

test(`given two operators with clones of the same sources, when each is restarted ${RESTARTS / 2} times and its rules change each time, then neither touches the clones of the other`, async () => {
  const facts = inject('cluster');
  const world = await makeWorld('two');
  onTestFinished(() => world.end());
  const identity = {
    a: await operatorAs(facts, world, A.user, { binding: A.name, configMap: A.name }),
    b: await operatorAs(facts, world, B.user, { binding: B.name, configMap: B.name }),
  };
  const started: { readonly party: Party; readonly operator: Operator }[] = [];
  const start = async (party: Party): Promise<Operator> => {
    const operator = await world.operator({ ...identity[party.name], CRD_NAME: party.name });
    started.push({ party, operator });
    return operator;
  };
  for (const source of SOURCES) await world.source(source, { replicas: 2 });
  for (const party of [A, B]) {
    await bind(world, party);
    await world.rules(rulesOf(party, 0), party.name);
  }
  let running = { a: await start(A), b: await start(B) };
  for (const party of [A, B]) for (const clone of clonesOf(party)) await world.eventually(clone, hasReplicas(1));

  for (const [mover, other] of [
    [A, B],
    [B, A],
  ] as const) {
    const before = await footprints(world, clonesOf(other));
    const uids = uidsIn(await footprints(world, clonesOf(mover)));
    for (let turn = 1; turn <= RESTARTS / 2; turn += 1) {
      const operator = running[mover.name];
      await (turn % 3 === 0 ? operator.kill() : operator.stop());
      const envy = ENVY_BY_TURN[turn % ENVY_BY_TURN.length] ?? 'none';
      await world.rules(rulesOf(mover, turn, envy, other), mover.name);
      const next = await start(mover);
      running = { ...running, [mover.name]: next };
      await eventuallyAtTurn(world, mover, turn);
      if (envy !== 'none') await eventuallyRefused(world, next, mover, envy, other);
      // While it runs: the rules of the mover go altogether, and come back.
      if (turn % 5 === 0) {
        await world.rules('{}', mover.name); // a rule set, and one with no rules
        await Promise.all(clonesOf(mover).map((clone) => world.eventuallyGone(clone)));
        await world.rules(rulesOf(mover, turn), mover.name);
        await eventuallyAtTurn(world, mover, turn);
      }
      expect(await footprints(world, clonesOf(other)), `the clones of ${other.name} at turn ${turn} of ${mover.name}`).toEqual(
        before,
      );
    }
    // The test is about something: the mover's own clones did change.
    expect(Object.values(uidsIn(await footprints(world, clonesOf(mover))))).not.toEqual(Object.values(uids));
  }

  for (const party of [A, B]) for (const clone of clonesOf(party)) await world.eventually(clone, hasReplicas(1));
  const names = (await world.deployments()).map(({ metadata }) => metadata.name);
  expect(names.toSorted()).toEqual([...SOURCES, ...clonesOf(A), ...clonesOf(B)].toSorted());
  for (const { party, operator } of started) {
    const own = clonesOf(party).map((clone) => `${world.namespace}/${clone}`);
    expect(writesIn(operator).filter(({ clone }) => !own.includes(String(clone)))).toEqual([]);
    expect(errorsIn(operator)).toEqual([]);
  }
  expect(started).toHaveLength(RESTARTS + 2);
  if (facts.kind === 'own') {
    for (const party of [A, B]) {
      const written = await namesWrittenBy(facts.auditLog, party.user, world.namespace);
      expect(written, `Deployments that ${party.user} wrote, or tried to write`).toEqual(new Set(clonesOf(party)));
    }
  }
}, 240_000);

const uidsIn = (taken: Readonly<Record<string, Footprint>>) =>
  Object.fromEntries(Object.entries(taken).map(([name, { metadata }]) => [name, metadata.uid]));

async function namesWrittenBy(auditLog: string, user: string, namespace: string): Promise<ReadonlySet<string>> {
  const entries = await readAuditLog(auditLog);
  return new Set(
    entries
      .filter((entry) => entry.user === user && entry.namespace === namespace)
      .filter(({ resource, verb }) => resource === 'deployments' && WRITE_VERBS.has(verb))
      .map(({ name }) => name),
  );
}
