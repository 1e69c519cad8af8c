/** Source change → clone changed, at three paces; and, between the changes, how long a bare apply of the same size takes. */
import { APPLY, type ApiClient } from '../cluster/api-client.ts';
import { quiet } from '../cluster/requests.ts';
import { OPERATOR_USER, type Stage } from '../cluster/stage.ts';
import { deployment, deploymentPath, imageOf, type Place, sourceAt } from '../cluster/workload.ts';
import { neededApplies } from '../floor/bodies.ts';
import { atPace } from '../pace.ts';
import { atMost, type Bar, type Figure, figure, type Measurement } from '../result.ts';
import { percentile } from '../statistics.ts';
import { type Context, onStage, withOperator } from './context.ts';
import { followClones } from './following.ts';

/** Changes per second. */
export const PACES = [1, 10, 50] as const;
/** The pace that the acceptance names, and what it allows there. */
const JUDGED_PACE = 10;
const P50_LIMIT = 1.5;
const P99_LIMIT = 4;

const SOURCES = 1_000;
/** Changes before those that count: connections are open then, and code is compiled. */
const WARM_UP = 50;

interface Samples {
  /** Milliseconds, one list per round. */
  readonly clones: number[][];
  readonly applies: number[][];
}

export async function measureLatency(context: Context): Promise<Measurement> {
  const samples = await onStage(context, (stage) => samplesOf(context, stage));
  const figures: Figure[] = [];
  const bars: Bar[] = [];
  for (const pace of PACES) {
    const { clones, applies } = samples.get(pace) ?? { clones: [], applies: [] };
    const over = (id: string, what: string, rounds: readonly number[][], share: number): Figure =>
      figure(
        `${id}-${pace}`,
        `${pace}/s: ${what}`,
        'ms',
        rounds.map((round) => percentile(round, share)),
        percentile(rounds.flat(), share),
      );
    const bare = over('apply-p50', 'a bare apply’s round trip, p50', applies, 0.5);
    const p50 = over('p50', 'clone changed, p50', clones, 0.5);
    const p99 = over('p99', 'clone changed, p99', clones, 0.99);
    const ratio = (id: string, what: string, of: Figure): Figure =>
      figure(
        `${id}-${pace}`,
        `${pace}/s: ${what} ÷ bare apply`,
        '×',
        of.samples.map((sample, round) => sample / (bare.samples[round] ?? Number.NaN)),
        of.value / bare.value,
      );
    const [ratio50, ratio99] = [ratio('ratio-p50', 'p50', p50), ratio('ratio-p99', 'p99', p99)];
    figures.push(bare, over('apply-p99', 'a bare apply’s round trip, p99', applies, 0.99), p50, p99, ratio50, ratio99);
    if (pace !== JUDGED_PACE) continue;
    bars.push(
      atMost(`clone changed at ${pace}/s: p50 ÷ a bare apply’s p50`, '×', ratio50.value, P50_LIMIT),
      atMost(`clone changed at ${pace}/s: p99 ÷ a bare apply’s p50`, '×', ratio99.value, P99_LIMIT),
    );
  }
  return {
    name: 'latency',
    title: 'A source changes: its clone has changed',
    how:
      `A source among ${SOURCES} is given another image, in turn; from the update’s response to the event of an independent watcher, ${context.parameters.changes} changes per pace. ` +
      'Halfway between two changes the same process sends a server-side apply of a clone’s body to a Deployment that no rule names: the bare apply.',
    figures,
    bars,
    series: [],
  };
}

async function samplesOf(context: Context, stage: Stage): Promise<ReadonlyMap<number, Samples>> {
  const { progress, parameters } = context;
  const { admin, controlPlane } = stage;
  await stage.addSources(0, SOURCES);
  await stage.setRules(SOURCES);
  const bare = await prepareBareApply(admin);
  return withOperator(context, stage, async (operator) => {
    await operator.eventually('ddprofiler_writes_total', (count) => count >= SOURCES);
    await quiet(controlPlane.auditLog, OPERATOR_USER);
    const following = await followClones(admin);
    const samples = new Map<number, Samples>(PACES.map((pace) => [pace, { clones: [], applies: [] }]));
    let next = 0;
    const change = (): Promise<number> => {
      next += 1;
      return following.change(sourceAt(next % SOURCES));
    };
    const run = async (pace: number, count: number): Promise<{ readonly clones: number[]; readonly applies: number[] }> => {
      const clones: number[] = [];
      const applies: number[] = [];
      // Even calls change a source, odd ones come halfway between and measure the bare apply.
      await atPace(2 * pace, 2 * count, async (index) => {
        if (index % 2 === 0) clones.push(await change());
        else applies.push(await bare());
      });
      return { clones, applies };
    };
    try {
      await run(JUDGED_PACE * 2, WARM_UP);
      for (let round = 0; round < parameters.rounds; round += 1) {
        for (const pace of PACES) {
          const { clones, applies } = await run(pace, Math.ceil(parameters.changes / parameters.rounds));
          samples.get(pace)?.clones.push(clones);
          samples.get(pace)?.applies.push(applies);
          const [p50, p99, apply] = [percentile(clones, 0.5), percentile(clones, 0.99), percentile(applies, 0.5)];
          progress(
            `latency at ${pace}/s, round ${round + 1} of ${parameters.rounds}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, bare apply ${apply.toFixed(1)} ms`,
          );
        }
      }
    } finally {
      following.stop();
    }
    return samples;
  });
}

/** A function that applies a clone's body, with another image each time, to a Deployment of the bench's own; it resolves with the milliseconds. */
async function prepareBareApply(admin: ApiClient): Promise<() => Promise<number>> {
  const place: Place = { namespace: sourceAt(0).namespace, name: 'bare' };
  const [request] = await neededApplies(admin);
  if (request === undefined) throw new Error('there is nothing to apply');
  const body = JSON.parse(request.text);
  // No mark of the operator: it must be nobody's clone.
  body.metadata = { ...body.metadata, ...place, labels: deployment(place).labels };
  let version = 0;
  const apply = async (): Promise<number> => {
    version += 1;
    body.spec.template.spec.containers[0].image = imageOf(version);
    const text = JSON.stringify(body);
    const startedAt = performance.now();
    await admin.send('PATCH', `${deploymentPath(place)}?fieldManager=bench&force=true`, { contentType: APPLY, text });
    return performance.now() - startedAt;
  };
  await apply();
  return apply;
}
