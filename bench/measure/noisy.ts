/** One source changes a hundred times a second among quiet ones: how much longer do the quiet ones' clones take? */
import { quiet } from '../cluster/requests.ts';
import { OPERATOR_USER, type Stage } from '../cluster/stage.ts';
import { imageOf, sourceAt } from '../cluster/workload.ts';
import { atPace } from '../pace.ts';
import { atMost, figure, type Measurement } from '../result.ts';
import { percentile } from '../statistics.ts';
import { type Context, onStage, withOperator } from './context.ts';
import { followClones, setImage } from './following.ts';

const QUIET_SOURCES = 1_000;
/** Changes per second, over all quiet sources and of the one noisy source. */
const QUIET_PACE = 20;
const NOISY_PACE = 100;
const WARM_UP = 50;
const LIMIT = 2;

interface Samples {
  readonly alone: readonly number[][];
  readonly beside: readonly number[][];
}

export async function measureNoisy(context: Context): Promise<Measurement> {
  const { alone, beside } = await onStage(context, (stage) => samplesOf(context, stage));
  const over = (id: string, what: string, rounds: readonly number[][], share: number) =>
    figure(
      id,
      what,
      'ms',
      rounds.map((round) => percentile(round, share)),
      percentile(rounds.flat(), share),
    );
  const alone99 = over('alone-p99', 'quiet sources alone, p99', alone, 0.99);
  const beside99 = over('beside-p99', 'quiet sources beside the noisy one, p99', beside, 0.99);
  const ratio = figure(
    'ratio-p99',
    'p99 beside the noisy one ÷ alone',
    '×',
    beside99.samples.map((sample, round) => sample / (alone99.samples[round] ?? Number.NaN)),
    beside99.value / alone99.value,
  );
  return {
    name: 'noisy',
    title: 'Quiet sources beside a noisy one',
    how: `${QUIET_SOURCES} quiet sources, of which ${QUIET_PACE} a second change in turn; in every other phase one more source changes ${NOISY_PACE} times a second. ${context.parameters.changes} changes of quiet sources with it and as many without.`,
    figures: [
      over('alone-p50', 'quiet sources alone, p50', alone, 0.5),
      over('beside-p50', 'quiet sources beside the noisy one, p50', beside, 0.5),
      alone99,
      beside99,
      ratio,
    ],
    bars: [atMost('quiet sources beside a noisy one: p99 ÷ that without it', '×', ratio.value, LIMIT)],
    series: [],
  };
}

async function samplesOf(context: Context, stage: Stage): Promise<Samples> {
  const { progress, parameters } = context;
  const { admin, controlPlane } = stage;
  const count = QUIET_SOURCES + 1;
  const noisy = sourceAt(QUIET_SOURCES);
  await stage.addSources(0, count);
  await stage.setRules(count);
  return withOperator(context, stage, async (operator) => {
    await operator.eventually('ddprofiler_writes_total', (written) => written >= count);
    await quiet(controlPlane.auditLog, OPERATOR_USER);
    const following = await followClones(admin);
    let next = 0;
    let version = 1_000_000;
    const quietChanges = async (changes: number): Promise<number[]> => {
      const samples: number[] = [];
      await atPace(QUIET_PACE, changes, async () => {
        next += 1;
        samples.push(await following.change(sourceAt(next % QUIET_SOURCES)));
      });
      return samples;
    };
    const besideNoise = async (changes: number): Promise<number[]> => {
      let isOver = false;
      const noise = atPace(
        NOISY_PACE,
        Number.POSITIVE_INFINITY,
        () => {
          version += 1;
          return setImage(admin, noisy, imageOf(version));
        },
        () => isOver,
      );
      try {
        return await quietChanges(changes);
      } finally {
        isOver = true;
        await noise;
      }
    };
    const samples = { alone: [] as number[][], beside: [] as number[][] };
    try {
      await besideNoise(WARM_UP);
      for (let round = 0; round < parameters.rounds; round += 1) {
        const changes = Math.ceil(parameters.changes / parameters.rounds);
        samples.alone.push(await quietChanges(changes));
        samples.beside.push(await besideNoise(changes));
        const [alone, beside] = [samples.alone, samples.beside].map((all) => percentile(all.at(-1) ?? [], 0.99));
        progress(
          `noisy, round ${round + 1} of ${parameters.rounds}: p99 alone ${alone?.toFixed(1)} ms, beside ${beside?.toFixed(1)} ms`,
        );
      }
    } finally {
      following.stop();
    }
    return samples;
  });
}
