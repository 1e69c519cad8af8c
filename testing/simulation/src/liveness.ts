import type { Key } from '@ddprofiler-rc/core';
import { Draw } from './draw.ts';
import { HOSTILE } from './draw-plan.ts';
import { lacking } from './fixed-point.ts';
import type { Invariant } from './invariants.ts';
import { CONFIG_MAPS, WRONG_TEXTS } from './plan.ts';
import type { Stage } from './stage.ts';
import { keysOf } from './stored-memory.ts';
import { cloneKeyOf, isMarked, sourceKeyOf } from './truth.ts';

/** Runs the history up to this time, and ends it at the first violation. */
type Until = (ms: number) => Promise<void>;

/** Longer than the longest back-off of a key, a watch that died in silence, and a page of errors. */
const CONVERGES_WITHIN_MS = 20 * 60_000;
/**
 * Nothing is under way any more, once nothing was written for so long: more than the slowest call takes to arrive, than a watch that died in
 * silence takes to be noticed (100 s) and begun anew, and than a refused write or the longest back-off waits (300 s). What is yet to come may
 * be no more than an order, which no comparison here can see, and which the operator follows all the same.
 */
const CALM_MS = 310_000;
/** More than the longest life of a watch: every stream was begun anew. */
const QUIET_MS = 11 * 60_000;
const MOMENT_MS = 20_000;
const FAILOVER_AFTER_STOP_MS = 1_000;
const FAILOVER_AFTER_KILL_MS = 17_000;

/**
 * What comes after the storm, each from where the one before left off:
 *
 * | then | must | invariant |
 * | --- | --- | --- |
 * | the operator's clock and the rules are put right, the latter mostly | everything becomes as the contract says | 3, 6, 13 |
 * | nothing happens | no write | 4 |
 * | bad rules, then the old ones again | no write | 15 |
 * | a new operator, which knows nothing of what happened | no write | 10 |
 * | the leader is told to stop, and the next one is killed | another leads within 1 s, and within 17 s, and writes nothing | 3, 10 |
 * | everything is taken away | nothing is remembered | 14 |
 */
export async function comesRight(stage: Stage, until: Until): Promise<void> {
  const draw = Draw.of(stage.plan.seed, 'liveness');
  stage.putClockRight();
  const { rules: last } = stage.truth();
  const isWrong = last === undefined || last.draft.kind === 'wrong';
  if (isWrong && draw.chance(last === undefined ? 0.85 : 0.6)) stage.restoreRules();
  await converges(
    stage,
    until,
    stage.plan.poisoned === undefined ? '3 converges when faults stop' : '13 a poisoned key delays no other',
  );
  await withoutWrites(stage, until, QUIET_MS, '4 converged means no writes');
  const { rules, configMap } = stage.truth();
  if (rules !== undefined && configMap !== undefined) {
    const wrong = { kind: 'wrong', how: draw.pick(WRONG_TEXTS), rules: rules.stated } as const;
    const draft = draw.chance(0.5) ? wrong : ({ kind: 'hostile', text: draw.pick(HOSTILE) } as const);
    stage.act({ do: 'rules', draft, configMap });
    await withoutWrites(stage, until, MOMENT_MS, '15 bad input, then the old: the old state');
    stage.act({ do: 'rules', draft: rules.draft, configMap });
    await withoutWrites(stage, until, MOMENT_MS, '15 bad input, then the old: the old state');
  }
  stage.act({ do: 'restartOperator', how: 'kill', downMs: 0 });
  if (mayStartWithWrites(stage)) await until(stage.now + MOMENT_MS);
  await withoutWrites(stage, until, MOMENT_MS, '10 the order of events does not matter');
  if (stage.plan.elected) {
    await failsOver(stage, until, 'stop', FAILOVER_AFTER_STOP_MS);
    await failsOver(stage, until, 'kill', FAILOVER_AFTER_KILL_MS);
  }
  await empties(stage, until);
}

/** Each is back at once, where there is no other, and only later where there is. */
async function failsOver(stage: Stage, until: Until, how: 'stop' | 'kill', withinMs: number): Promise<void> {
  const isAlone = stage.plan.operators === 1;
  stage.act({ do: 'restartOperator', how, downMs: isAlone ? 0 : 2 * MOMENT_MS, whom: 'leader' });
  await until(stage.now + withinMs);
  if (!stage.operators.some(({ leads }) => leads))
    stage.complain('3 converges when faults stop', `nobody leads ${withinMs} ms after the leader was told to ${how}`);
  await until(stage.now + MOMENT_MS);
  if (!mayStartWithWrites(stage)) await withoutWrites(stage, until, 2 * MOMENT_MS, '10 the order of events does not matter');
  else await until(stage.now + 2 * MOMENT_MS);
}

/**
 * A webhook that overrules the intent is known by the answer to an apply: a new operator must ask once for each clone. And where rules are
 * unknown, it goes by what clones remember: what the last good rules had made of them is known to nobody any more.
 */
function mayStartWithWrites(stage: Stage): boolean {
  return stage.plan.webhook === 'imagePullPolicy';
}

async function converges(stage: Stage, until: Until, invariant: Invariant): Promise<void> {
  const limit = stage.now + CONVERGES_WITHIN_MS;
  let writes = stage.warden.writes;
  let calmSince = stage.now;
  for (;;) {
    await until(stage.now + 1_000);
    if (stage.warden.writes !== writes) calmSince = stage.now;
    writes = stage.warden.writes;
    // A poisoned clone is tried again for ever: calm is not to be had.
    const isDone = stage.operators.every(({ view, waitsForTimes }) => (view.queue.isEmpty || waitsForTimes) && !view.isTelling);
    const isIdle = isDone && stage.now - calmSince >= CALM_MS;
    const isCalm = stage.plan.poisoned !== undefined || isIdle;
    const complaints = [...lacking(stage.truth(), stage.plan, stage.warden.history), ...unsynced(stage), ...untold(stage)];
    if (complaints.length === 0 && isCalm) return;
    if (stage.now < limit) continue;
    const about = complaints.length === 0 ? 'writes go on and on' : complaints.join('; ');
    stage.complain(invariantOf(complaints) ?? invariant, about);
    await until(stage.now);
  }
}

function invariantOf(complaints: readonly string[]): Invariant | undefined {
  if (complaints.some((one) => one.endsWith('is forgotten'))) return '19 no removal is forgotten';
  return complaints.some((one) => one.endsWith('still there')) ? '6 no orphan and no second clone' : undefined;
}

/** The leader tells of exactly those that bear the mark, and that neither rules nor the memory know; where rules may be missing, of fewer. */
function untold(stage: Stage): readonly string[] {
  const { rules, deployments, configMap } = stage.truth();
  const { scope } = stage.plan;
  const { current } = stage.warden.history.memory;
  const known = new Set([...keysOf(current), ...(rules?.stated ?? []).map(cloneKeyOf)]);
  const isSeen = (key: Key) => scope === '*' || scope.some((namespace) => key.startsWith(`${namespace}/`));
  const sources = new Set((rules?.stated ?? []).map(sourceKeyOf));
  const marked = [...deployments].filter(([key, one]) => isMarked(one) && isSeen(key) && !known.has(key) && !sources.has(key));
  const unclaimed = new Set(marked.map(([key]) => key));
  return stage.operators.flatMap(({ name, leads, view }) => {
    if (!leads || configMap === undefined) return [];
    const told = view.reports.filter(({ state }) => state === 'unclaimed').map(({ clone }) => clone);
    const missing = rules?.isClean ? [...unclaimed].filter((key) => !told.includes(key)) : [];
    return [
      ...missing.map((key) => `${name} does not tell of ${key}, which bears the mark`),
      ...told.filter((key) => !unclaimed.has(key)).map((key) => `${name} tells of ${key}, which is no such clone`),
    ];
  });
}

function unsynced({ operators }: Stage): readonly string[] {
  if (operators.length === 0) return ['no operator runs'];
  if (!operators.some(({ leads }) => leads)) return ['nobody leads'];
  return operators.flatMap(({ name, view }) => view.unsynced.map((reason) => `${name} waits: ${reason}`));
}

async function withoutWrites(stage: Stage, until: Until, forMs: number, invariant: Invariant): Promise<void> {
  const { writes, tellings } = stage.warden;
  await until(stage.now + forMs);
  if (stage.plan.poisoned === undefined && invariant.startsWith('4 ') && stage.warden.tellings !== tellings) {
    stage.complain(invariant, `${stage.warden.tellings - tellings} times people were told something, with nothing to tell`);
  }
  if (stage.plan.poisoned !== undefined || stage.warden.writes === writes) return;
  stage.complain(invariant, `${stage.warden.writes - writes} writes, with nothing to write`);
  await until(stage.now);
}

async function empties(stage: Stage, until: Until): Promise<void> {
  stage.act({ do: 'rules', draft: { kind: 'rules', rules: [] }, configMap: CONFIG_MAPS[0] });
  stage.act({ do: 'bind', configMap: CONFIG_MAPS[0] });
  await until(stage.now + MOMENT_MS);
  for (const target of stage.truth().autoscaled) stage.act({ do: 'autoscaler', target, exists: false });
  for (const source of stage.truth().budgeted) stage.act({ do: 'budget', source, exists: false });
  for (const key of stage.truth().deployments.keys()) stage.act({ do: 'delete', key, propagation: 'Background' });
  const limit = stage.now + CONVERGES_WITHIN_MS;
  for (;;) {
    await until(stage.now + 10_000);
    const remembered = stage.operators.flatMap((operator) => operator.remembers);
    if (remembered.length === 0) return;
    if (stage.now < limit) continue;
    stage.complain('14 maps shrink to empty', remembered.join('; '));
    await until(stage.now);
  }
}
