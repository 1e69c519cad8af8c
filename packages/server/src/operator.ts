import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { initialState, type Scope, type State } from '@ddprofiler-rc/core';
import { type ClusterSettings, connect } from '@ddprofiler-rc/k8s-adapter';
import { createHttpApp } from './http/app.ts';
import { listen } from './http/listen.ts';
import { JournalFile, JournalRing, type JournalSink, Recorder } from './journal/index.ts';
import { startElected } from './leadership/elected.ts';
import type { Logger } from './log/log.ts';
import { createMetrics } from './metrics/metrics.ts';
import { startPipeline } from './pipeline/pipeline.ts';
import { ClockWatch } from './process/clock-watch.ts';
import { Heartbeat } from './process/heartbeat.ts';
import { stuckReasons } from './process/stuck.ts';
import { healthOf, metricsOf } from './report/views.ts';
import type { Settings } from './settings/settings.ts';
import { VERSION } from './version.ts';

export interface Operator {
  /** Stops in order: no new work, what runs ends, then HTTP, then the connections. */
  stop(): Promise<void>;
}

/**
 * Puts the operator together from its settings and starts it. It does not wait for the API server: probes see a process that does.
 * @throws ClusterConfigError, HttpListenError where the settings lead to no cluster or no port
 */
export async function startOperator(
  settings: Settings,
  { log, onDefect }: { readonly log: Logger; readonly onDefect: (error: unknown) => void },
): Promise<Operator> {
  const now = () => performance.now();
  const metrics = createMetrics();
  const clockWatch = new ClockWatch(Date.now, log);
  const connection = connect(clusterOf(settings), {
    userAgent: `ddprofiler-rc/${VERSION}`,
    now,
    observe: (request) => {
      metrics.requests.requested(request);
      clockWatch.heard(request.serverTime);
    },
  });
  const scope: Scope = {
    binding: { namespace: settings.crdNamespace, name: settings.crdName },
    namespaces: settings.watchNamespaces,
    limits: settings.limits,
  };
  const recorder = () => new Recorder({ scope, version: VERSION, origin: performance.timeOrigin });
  const ring = new JournalRing(JOURNAL_IN_MEMORY, initialState(scope));
  const file = journalFileOf(settings, recorder, initialState(scope), log);
  const journal = file === undefined ? ring : both(ring, file);
  const parts = {
    scope,
    transport: connection.transport,
    now,
    clock: Date.now,
    instance: hostname(),
    random: Math.random,
    log,
    metrics,
    journal,
    onDefect,
  };
  // Another life on the same host is another candidate.
  const elected = settings.leaderElect ? startElected(parts, `${hostname()}_${randomUUID()}`) : undefined;
  const pipeline = elected ?? startPipeline(parts);
  const leadership = () => elected?.leadership();
  metrics.observe(() => ({ ...metricsOf(pipeline.view(), leadership()), clockSkewSeconds: clockWatch.skewSeconds }));
  const heartbeat = new Heartbeat(now);
  const app = createHttpApp({
    metrics,
    stuck: () => stuckReasons({ queues: pipeline.queues, silentSeconds: heartbeat.silentSeconds }),
    view: () => healthOf(pipeline.view(), leadership()),
    journal: () => ring.lines(recorder()),
    onError: (error) => log.error({ err: error }, 'a request could not be answered'),
  });
  const http = await listen(app, settings.port).catch(async (error: unknown) => {
    // Without its port the operator must not go on unseen.
    await pipeline.stop();
    await file?.close();
    await connection.close();
    heartbeat.stop();
    throw error;
  });
  log.info({ version: VERSION, port: http.port, server: connection.server, client: settings.client, ...scope }, 'started');

  return {
    stop: async () => {
      await pipeline.stop();
      await file?.close();
      await http.close();
      await connection.close();
      heartbeat.stop();
    },
  };
}

/** Events and decisions that `/journal` gives. */
const JOURNAL_IN_MEMORY = 1_000;

function journalFileOf(
  { journalFile, journalMaxBytes }: Settings,
  recorder: () => Recorder,
  state: State,
  log: Logger,
): JournalFile | undefined {
  if (journalFile === undefined) return undefined;
  const onChange = (message: string, error?: unknown): void => {
    if (error === undefined) log.info({ path: journalFile }, message);
    else log.warn({ path: journalFile, err: error }, message);
  };
  return new JournalFile({ path: journalFile, maxBytes: journalMaxBytes, recorder, onChange }, state);
}

function both(one: JournalSink, other: JournalSink): JournalSink {
  return {
    event: (event, at, after) => {
      one.event(event, at, after);
      other.event(event, at, after);
    },
    decided: (decision, at, clock) => {
      one.decided(decision, at, clock);
      other.decided(decision, at, clock);
    },
  };
}

function clusterOf({ client, cluster, kubeconfig }: Settings): ClusterSettings {
  return {
    client,
    ...(cluster === undefined ? {} : { context: cluster }),
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  };
}
