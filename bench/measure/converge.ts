/** From process start to the last clone: the operator beside the floor, turn about. */

import { watchClones } from '../cluster/clone-watch.ts';
import { clonesFingerprint } from '../cluster/fingerprint.ts';
import { deploymentWritesIn, mark, quiet, requestsSince } from '../cluster/requests.ts';
import { CLONES_PATH, OPERATOR_USER, type Stage } from '../cluster/stage.ts';
import { type Floor, prepareFloor } from '../floor/floor.ts';
import { atMost, type Bar, type Figure, figure, type Measurement } from '../result.ts';
import { median } from '../statistics.ts';
import { type Context, onStage, withOperator } from './context.ts';

/** What the acceptance allows, by number of sources. */
const LIMITS: ReadonlyMap<number, number> = new Map([
  [1_000, 1.3],
  [5_000, 1.1],
]);
const MEGABYTE = 1_000_000;

interface Round {
  /** Seconds. */
  readonly floor: number;
  readonly loop: number;
  readonly operator: number;
  /** Seconds of processor time until then. */
  readonly floorCpu: number;
  readonly operatorCpu: number;
  readonly writesPerClone: number;
  readonly residentMb: number;
}

export async function measureConverge(context: Context): Promise<Measurement> {
  const figures: Figure[] = [];
  const bars: Bar[] = [];
  for (const size of context.parameters.sizes) {
    const rounds = await onStage(context, (stage) => roundsOf(context, stage, size));
    const of = (pick: (round: Round) => number): readonly number[] => rounds.map(pick);
    const ratio = figure(
      `ratio-${size}`,
      `${size} sources: operator ÷ floor`,
      '×',
      of(({ operator, floor }) => operator / floor),
    );
    const writes = figure(
      `writes-${size}`,
      `${size} sources: writes to Deployments per clone`,
      '',
      of(({ writesPerClone }) => writesPerClone),
    );
    const resident = figure(
      `resident-${size}`,
      `${size} sources: resident memory after it`,
      'MB',
      of(({ residentMb }) => residentMb),
    );
    figures.push(
      figure(
        `floor-${size}`,
        `${size} sources: floor, process start included`,
        's',
        of(({ floor }) => floor),
      ),
      figure(
        `loop-${size}`,
        `${size} sources: floor, the loop alone`,
        's',
        of(({ loop }) => loop),
      ),
      figure(
        `operator-${size}`,
        `${size} sources: operator, process start included`,
        's',
        of(({ operator }) => operator),
      ),
      ratio,
      figure(
        `floor-cpu-${size}`,
        `${size} sources: processor time of the floor`,
        's',
        of(({ floorCpu }) => floorCpu),
      ),
      figure(
        `operator-cpu-${size}`,
        `${size} sources: processor time of the operator`,
        's',
        of(({ operatorCpu }) => operatorCpu),
      ),
      writes,
      resident,
    );
    const limit = LIMITS.get(size);
    if (limit !== undefined) bars.push(atMost(`${size} sources converge within ${limit} × the floor`, '×', ratio.value, limit));
    bars.push(atMost(`${size} sources: 1.0 writes to Deployments per clone`, '', Math.max(...writes.samples), 1));
  }
  return {
    name: 'converge',
    title: 'Converging, from process start to the last clone',
    how:
      'Floor: a bare loop in a process of its own sends exactly the server-side applies that are needed (the intents of the core), 16 at a time. ' +
      'Operator: the built one at its default settings. Turn about, the clones deleted in between; both times end when an independent watcher saw the last clone.',
    figures,
    bars,
    series: [],
  };
}

async function roundsOf(context: Context, stage: Stage, size: number): Promise<readonly Round[]> {
  const { progress, parameters } = context;
  await stage.addSources(0, size);
  await stage.setRules(size);
  const floor = await prepareFloor(stage);
  const rounds: Round[] = [];
  const count = parameters.roundsOf(size);
  for (let index = 0; index < count; index += 1) {
    // Whoever goes second finds a warmer API server.
    const isFloorFirst = index % 2 === 0;
    const before = isFloorFirst ? await runFloor(stage, floor, size) : undefined;
    const operator = await runOperator(context, stage, size);
    const bare = before ?? (await runFloor(stage, floor, size));
    if (bare.clones !== operator.clones) throw new Error('the floor and the operator did not make the same clones');
    rounds.push({ ...bare, ...operator });
    progress(
      `converge ${size}, round ${index + 1} of ${count}: floor ${bare.floor.toFixed(2)} s, operator ${operator.operator.toFixed(2)} s; processor time ${bare.floorCpu.toFixed(2)} s and ${operator.operatorCpu.toFixed(2)} s`,
    );
  }
  const ratios = rounds.map((round) => round.operator / round.floor);
  progress(`converge ${size}: ${median(ratios).toFixed(2)} × the floor`);
  return rounds;
}

async function runFloor(
  stage: Stage,
  floor: Floor,
  size: number,
): Promise<Pick<Round, 'floor' | 'loop' | 'floorCpu'> & { readonly clones: string }> {
  const watch = await watchClones(stage.admin);
  try {
    const run = await floor.start();
    const [{ loopMs, cpuMs }, lastAt] = await Promise.all([run.ended, watch.added(size)]);
    const clones = await clonesFingerprint(stage.admin, CLONES_PATH);
    await stage.removeClones();
    return { floor: (lastAt - run.startedAt) / 1000, loop: loopMs / 1000, floorCpu: cpuMs / 1000, clones };
  } finally {
    watch.stop();
  }
}

async function runOperator(
  context: Context,
  stage: Stage,
  size: number,
): Promise<Pick<Round, 'operator' | 'operatorCpu' | 'writesPerClone' | 'residentMb'> & { readonly clones: string }> {
  const { auditLog } = stage.controlPlane;
  const watch = await watchClones(stage.admin);
  const from = await mark(auditLog);
  try {
    const run = await withOperator(context, stage, async (operator) => {
      const ended = operator.process.exited.then(() => {
        throw new Error(`the operator ended:\n${operator.process.output()}`);
      });
      const lastAt = await Promise.race([watch.added(size), ended]);
      const operatorCpu = await operator.metric('process_cpu_seconds_total');
      await quiet(auditLog, OPERATOR_USER, deploymentWritesIn);
      const residentMb = (await operator.metric('process_resident_memory_bytes')) / MEGABYTE;
      return { operator: (lastAt - operator.startedAt) / 1000, operatorCpu, residentMb };
    });
    const writes = deploymentWritesIn(await requestsSince(auditLog, from, OPERATOR_USER));
    const clones = await clonesFingerprint(stage.admin, CLONES_PATH);
    await stage.removeClones();
    return { ...run, writesPerClone: writes.length / size, clones };
  } finally {
    watch.stop();
  }
}
