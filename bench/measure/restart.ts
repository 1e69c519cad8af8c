/** The operator starts, and everything is as it should be: how soon is it ready, and does it leave things alone? */
import { mark, quiet, requestsSince, writesIn } from '../cluster/requests.ts';
import { OPERATOR_USER, type Stage } from '../cluster/stage.ts';
import { figure, type Measurement, noWrites } from '../result.ts';
import { type Context, onStage, withOperator } from './context.ts';

const SOURCES = 1_000;
/** It is quick: more rounds than elsewhere cost little. */
const ROUNDS_FACTOR = 3;

interface Round {
  readonly ready: number;
  readonly writes: number;
}

export async function measureRestart(context: Context): Promise<Measurement> {
  const rounds = await onStage(context, (stage) => roundsOf(context, stage));
  const writes = noWrites(
    'restart',
    rounds.map((round) => round.writes),
  );
  return {
    name: 'restart',
    title: 'Restart with everything converged',
    how: `${SOURCES} sources and their clones are there. From process start to the first 200 of /readyz; then every clone is decided on, and writes are counted by the API server’s audit log.`,
    figures: [
      figure(
        'ready',
        'ready after',
        's',
        rounds.map((round) => round.ready),
      ),
      writes.figure,
    ],
    bars: [writes.bar],
    series: [],
  };
}

async function roundsOf(context: Context, stage: Stage): Promise<readonly Round[]> {
  const { parameters, progress } = context;
  const { auditLog } = stage.controlPlane;
  await stage.addSources(0, SOURCES);
  await stage.setRules(SOURCES);
  await withOperator(context, stage, async (operator) => {
    await operator.eventually('ddprofiler_writes_total', (count) => count >= SOURCES);
    await quiet(auditLog, OPERATOR_USER);
  });
  const rounds: Round[] = [];
  for (let index = 0; index < parameters.rounds * ROUNDS_FACTOR; index += 1) {
    const from = await mark(auditLog);
    const ready = await withOperator(context, stage, async (operator) => {
      const readyAt = await operator.ready();
      await operator.eventually('ddprofiler_noop_decisions_total', (count) => count >= SOURCES);
      await quiet(auditLog, OPERATOR_USER);
      return (readyAt - operator.startedAt) / 1000;
    });
    const writes = writesIn(await requestsSince(auditLog, from, OPERATOR_USER)).length;
    rounds.push({ ready, writes });
    progress(`restart, round ${index + 1}: ready after ${ready.toFixed(2)} s, ${writes} writes`);
  }
  return rounds;
}
