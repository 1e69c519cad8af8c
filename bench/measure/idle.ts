/** A converged cluster in which nothing happens: what does the operator still do? */
import { setTimeout as delay } from 'node:timers/promises';
import { mark, quiet, requestsSince, writesIn } from '../cluster/requests.ts';
import { OPERATOR_USER, type Stage } from '../cluster/stage.ts';
import { atMost, figure, type Measurement, noWrites } from '../result.ts';
import { type Context, onStage, withOperator } from './context.ts';

const SOURCES = 1_000;
/** A plain Go operator on controller-runtime takes 58 MB with as many clones; half as much again is allowed. */
const RESIDENT_LIMIT_MB = 87;
const MEGABYTE = 1_000_000;

interface Round {
  readonly writes: number;
  readonly requests: number;
  readonly cpuSeconds: number;
  /** At its end. */
  readonly residentMb: number;
}

export async function measureIdle(context: Context): Promise<Measurement> {
  const rounds = await onStage(context, (stage) => roundsOf(context, stage));
  const writes = noWrites(
    'idle',
    rounds.map((round) => round.writes),
  );
  const resident = figure(
    'resident',
    'resident memory',
    'MB',
    rounds.map((round) => round.residentMb),
  );
  return {
    name: 'idle',
    title: `${context.parameters.idleSeconds} s of idleness`,
    how: `${SOURCES} sources, converged, and nobody changes anything. Requests by the API server’s audit log; processor time and memory by the operator’s own metrics, after it made all clones.`,
    figures: [
      writes.figure,
      figure(
        'requests',
        'requests',
        '',
        rounds.map((round) => round.requests),
      ),
      figure(
        'cpu',
        'processor time',
        's',
        rounds.map((round) => round.cpuSeconds),
      ),
      resident,
    ],
    bars: [writes.bar, atMost(`idle with ${SOURCES} clones: resident memory`, 'MB', resident.value, RESIDENT_LIMIT_MB)],
    series: [],
  };
}

async function roundsOf(context: Context, stage: Stage): Promise<readonly Round[]> {
  const { parameters, progress } = context;
  const { auditLog } = stage.controlPlane;
  await stage.addSources(0, SOURCES);
  await stage.setRules(SOURCES);
  return withOperator(context, stage, async (operator) => {
    await operator.eventually('ddprofiler_writes_total', (count) => count >= SOURCES);
    await quiet(auditLog, OPERATOR_USER);
    const rounds: Round[] = [];
    for (let index = 0; index < parameters.rounds; index += 1) {
      const from = await mark(auditLog);
      const cpuBefore = await operator.metric('process_cpu_seconds_total');
      await delay(parameters.idleSeconds * 1000);
      const cpuSeconds = (await operator.metric('process_cpu_seconds_total')) - cpuBefore;
      const requests = await requestsSince(auditLog, from, OPERATOR_USER);
      const residentMb = (await operator.metric('process_resident_memory_bytes')) / MEGABYTE;
      rounds.push({ writes: writesIn(requests).length, requests: requests.length, cpuSeconds, residentMb });
      progress(
        `idle, round ${index + 1} of ${parameters.rounds}: ${requests.length} requests, ${cpuSeconds.toFixed(2)} s of processor time`,
      );
    }
    return rounds;
  });
}
