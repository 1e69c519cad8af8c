/** A converged cluster in which nothing happens: what does the operator still do? */
import { setTimeout as delay } from 'node:timers/promises';
import { mark, quiet, requestsSince, writesIn } from '../cluster/requests.ts';
import { OPERATOR_USER, type Stage } from '../cluster/stage.ts';
import { atMost, figure, type Measurement } from '../result.ts';
import { type Context, onStage, withOperator } from './context.ts';

const SOURCES = 1_000;

interface Round {
  readonly writes: number;
  readonly requests: number;
  readonly cpuSeconds: number;
}

export async function measureIdle(context: Context): Promise<Measurement> {
  const rounds = await onStage(context, (stage) => roundsOf(context, stage));
  const writes = figure(
    'writes',
    'writes',
    '',
    rounds.map((round) => round.writes),
  );
  return {
    name: 'idle',
    title: `${context.parameters.idleSeconds} s of idleness`,
    how: `${SOURCES} sources, converged, and nobody changes anything. Requests by the API server’s audit log; processor time by the operator’s own metric.`,
    figures: [
      writes,
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
    ],
    bars: [atMost('idle: writes', '', Math.max(...writes.samples), 0)],
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
      rounds.push({ writes: writesIn(requests).length, requests: requests.length, cpuSeconds });
      progress(
        `idle, round ${index + 1} of ${parameters.rounds}: ${requests.length} requests, ${cpuSeconds.toFixed(2)} s of processor time`,
      );
    }
    return rounds;
  });
}
