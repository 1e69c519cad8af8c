/** How many requests at a time keep the API server busy: what the operator's own limits are chosen from. */
import { watchClones } from '../cluster/clone-watch.ts';
import { CONCURRENCY, type Stage } from '../cluster/stage.ts';
import { type Floor, prepareFloor } from '../floor/floor.ts';
import { type Figure, figure, type Measurement } from '../result.ts';
import { type Context, onStage } from './context.ts';

const SOURCES = 1_000;
const CONCURRENCIES = [1, 2, 4, 8, CONCURRENCY, 32, 64] as const;

export async function measureLimits(context: Context): Promise<Measurement> {
  const seconds = await onStage(context, (stage) => roundsOf(context, stage));
  const figures = CONCURRENCIES.flatMap((concurrency): readonly Figure[] => {
    const loops = seconds.get(concurrency) ?? [];
    return [
      figure(
        `applies-${concurrency}`,
        `${concurrency} at a time: applies per second`,
        '',
        loops.map((loop) => Math.round(SOURCES / loop)),
      ),
      figure(
        `round-trip-${concurrency}`,
        `${concurrency} at a time: round trip, mean`,
        'ms',
        loops.map((loop) => (loop * 1000 * concurrency) / SOURCES),
      ),
    ];
  });
  return {
    name: 'limits',
    title: 'What the API server takes',
    how: `The floor’s loop alone makes ${SOURCES} clones, with so many requests at a time. The operator sends ${CONCURRENCY} at a time, and no more than 1,000 a second.`,
    figures,
    bars: [],
    series: [],
  };
}

/** By concurrency: seconds of the loop alone, one for each round. */
async function roundsOf(context: Context, stage: Stage): Promise<ReadonlyMap<number, readonly number[]>> {
  const { parameters, progress } = context;
  await stage.addSources(0, SOURCES);
  await stage.setRules(SOURCES);
  const floor = await prepareFloor(stage);
  const seconds = new Map<number, number[]>(CONCURRENCIES.map((concurrency) => [concurrency, []]));
  // The first loop of all finds a cold API server.
  await loopSeconds(stage, floor, CONCURRENCY);
  for (let round = 0; round < parameters.rounds; round += 1) {
    for (const concurrency of CONCURRENCIES) {
      const loop = await loopSeconds(stage, floor, concurrency);
      seconds.get(concurrency)?.push(loop);
      progress(
        `limits, round ${round + 1} of ${parameters.rounds}: ${concurrency} at a time, ${Math.round(SOURCES / loop)} applies/s`,
      );
    }
  }
  return seconds;
}

async function loopSeconds(stage: Stage, floor: Floor, concurrency: number): Promise<number> {
  const watch = await watchClones(stage.admin);
  try {
    const run = await floor.start(concurrency);
    const [{ loopMs }] = await Promise.all([run.ended, watch.added(SOURCES)]);
    await stage.removeClones();
    return loopMs / 1000;
  } finally {
    watch.stop();
  }
}
