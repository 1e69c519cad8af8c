/** What a managed pair and an unrelated Deployment cost in memory: the slope over three sizes each, after garbage collection. */
import { INSPECT, inspect, inspectorUrl, type Memory } from '@ddprofiler-rc/control-plane/inspector';
import { quiet } from '../cluster/requests.ts';
import { OPERATOR_USER, type Stage } from '../cluster/stage.ts';
import type { MeasuredOperator } from '../measured-operator.ts';
import { atMost, type Figure, figure, type Measurement, type Series } from '../result.ts';
import { slope } from '../statistics.ts';
import { type Context, onStage, withOperator } from './context.ts';

const PAIRS = [500, 1_500, 2_500] as const;
const UNRELATED = [0, 5_000, 10_000] as const;
const PAIR_LIMIT_KIB = 8;
const UNRELATED_LIMIT_KIB = 0.2;
const KIB = 1_024;
const MEGABYTE = 1_000_000;

/** The same number of things, measured once. */
interface Sample extends Memory {
  readonly count: number;
}

export async function measureMemory(context: Context): Promise<Measurement> {
  const { pairs, unrelated } = await onStage(context, (stage) => samplesOf(context, stage));
  const of = (id: string, what: string, rounds: readonly (readonly Sample[])[], pick: (sample: Sample) => number): Figure =>
    figure(
      id,
      what,
      'KiB',
      rounds.map((round) => slope(round.map((sample) => [sample.count, pick(sample) / KIB]))),
    );
  const heap = ({ heap }: Sample) => heap;
  const resident = ({ resident }: Sample) => resident;
  const pairHeap = of('pair-heap', 'heap per managed pair', pairs, heap);
  const unrelatedHeap = of('unrelated-heap', 'heap per unrelated Deployment', unrelated, heap);
  const line = (id: string, rounds: readonly (readonly Sample[])[], pick: (sample: Sample) => number): Series => ({
    id,
    points: rounds.flat().map((sample) => [sample.count, pick(sample) / MEGABYTE]),
  });
  return {
    name: 'memory',
    title: 'Memory',
    how: `Slope of the operator’s memory over ${PAIRS.join(', ')} managed pairs, and over ${UNRELATED.join(', ')} Deployments that no rule names beside ${PAIRS[0]} pairs; after garbage collection, by Node’s inspector, each time in a process of its own.`,
    figures: [
      pairHeap,
      of('pair-resident', 'resident memory per managed pair', pairs, resident),
      unrelatedHeap,
      of('unrelated-resident', 'resident memory per unrelated Deployment', unrelated, resident),
    ],
    bars: [
      atMost('heap per managed pair', 'KiB', pairHeap.value, PAIR_LIMIT_KIB),
      atMost('heap per unrelated Deployment', 'KiB', unrelatedHeap.value, UNRELATED_LIMIT_KIB),
    ],
    series: [line('pairs', pairs, heap), line('unrelated', unrelated, heap)],
  };
}

/** Of each, one list per round, with a sample per size. */
interface Samples {
  readonly pairs: readonly (readonly Sample[])[];
  readonly unrelated: readonly (readonly Sample[])[];
}

async function samplesOf(context: Context, stage: Stage): Promise<Samples> {
  const { rounds } = context.parameters;
  const pairs: Sample[][] = Array.from({ length: rounds }, () => []);
  const unrelated: Sample[][] = Array.from({ length: rounds }, () => []);
  const sample = async (into: readonly Sample[][], count: number, clones: number, what: string): Promise<void> => {
    for (const round of into) round.push({ count, ...(await measureOnce(context, stage, clones)) });
    const sizes = into.map((round) => `${((round.at(-1)?.heap ?? 0) / MEGABYTE).toFixed(1)} MB`);
    context.progress(`memory with ${what}: heap ${sizes.join(', ')}`);
  };
  // The sizes only grow, and pairs come last: deleting thousands of Deployments would take longer than making them.
  const [fewest] = PAIRS;
  let made = 0;
  await stage.addSources(0, fewest);
  await stage.setRules(fewest);
  await converge(context, stage, fewest);
  for (const count of UNRELATED) {
    await stage.addUnrelated(made, count);
    made = count;
    await sample(unrelated, count, fewest, `${count} unrelated Deployments`);
  }
  made = fewest;
  for (const count of PAIRS) {
    await stage.addSources(made, count);
    made = count;
    await stage.setRules(count);
    await converge(context, stage, count);
    await sample(pairs, count, count, `${count} pairs`);
  }
  return { pairs, unrelated };
}

async function converge(context: Context, stage: Stage, clones: number): Promise<void> {
  await withOperator(context, stage, (operator) => settled(operator, stage, clones));
}

/** In a process that found everything converged: what it did before would be measured too. */
function measureOnce(context: Context, stage: Stage, clones: number): Promise<Memory> {
  const work = async (operator: MeasuredOperator): Promise<Memory> => {
    await settled(operator, stage, clones);
    const url = inspectorUrl(operator.process.output());
    if (url === undefined) throw new Error('the operator was not started with INSPECT');
    const inspector = await inspect(url);
    try {
      return await inspector.memory();
    } finally {
      inspector.close();
    }
  };
  return withOperator(context, stage, work, { nodeOptions: [INSPECT] });
}

async function settled(operator: MeasuredOperator, stage: Stage, clones: number): Promise<void> {
  await operator.ready();
  await operator.eventually('ddprofiler_noop_decisions_total', (count) => count >= clones);
  await quiet(stage.controlPlane.auditLog, OPERATOR_USER);
}
