import { CLONE_STATES } from '@ddprofiler-rc/core';
import { describe, expect, test } from 'vitest';
import { KeyedQueue, type Outcome } from '../queue/queue.ts';
import { NO_HAZARDS, NO_REFUSALS } from './clone-metrics.ts';
import { createMetrics, type Metrics, type MetricsView } from './metrics.ts';

const VIEW: MetricsView = {
  clonesByState: { ready: 5, progressing: 4, waiting: 3, held: 6, blocked: 2, failing: 1, unclaimed: 7 },
  hazards: { ...NO_HAZARDS, HostPort: 2 },
  refused: { ...NO_REFUSALS, MassDeletionHeld: 18 },
  rulesValid: true,
  problems: { error: 1, warning: 2 },
  secondsSinceLastEvent: { binding: 1.5, deployments: 0.25, ...{ 'deployments/team-a': 9 } },
  clockSkewSeconds: 3_600,
  queue: { depth: 7, unfinishedSeconds: 3.5, longestRunningSeconds: 2.5, activeWorkers: 2, maxConcurrent: 16 },
};

function metricsAlone(): Metrics {
  return createMetrics({ processMetrics: false });
}

/** Series and their values, without comments. */
async function seriesOf(metrics: Metrics): Promise<ReadonlyMap<string, string>> {
  const lines = (await metrics.render()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), line.slice(space + 1)];
    }),
  );
}

describe('metrics', () => {
  test('given nothing happened, then every series with labels known beforehand is there, at 0', async () => {
    const series = await seriesOf(metricsAlone());
    for (const state of CLONE_STATES) expect(series.get(`ddprofiler_clones{state="${state}"}`), state).toBe('0');
    for (const name of [
      'controller_runtime_reconcile_total{controller="clone",result="success"}',
      'controller_runtime_reconcile_total{controller="clone",result="requeue_after"}',
      'controller_runtime_reconcile_errors_total{controller="clone"}',
      'controller_runtime_terminal_reconcile_errors_total{controller="clone"}',
      'controller_runtime_reconcile_time_seconds_count{controller="clone"}',
      'controller_runtime_active_workers{controller="clone"}',
      'controller_runtime_max_concurrent_reconciles{controller="clone"}',
      'workqueue_depth{name="clone"}',
      'workqueue_adds_total{name="clone"}',
      'workqueue_retries_total{name="clone"}',
      'workqueue_queue_duration_seconds_count{name="clone"}',
      'workqueue_work_duration_seconds_count{name="clone"}',
      'workqueue_unfinished_work_seconds{name="clone"}',
      'workqueue_longest_running_processor_seconds{name="clone"}',
      'ddprofiler_rules_valid',
      'ddprofiler_clock_skew_seconds',
      'ddprofiler_rule_problems{severity="error"}',
      'ddprofiler_rule_problems{severity="warning"}',
      'ddprofiler_writes_total{kind="create"}',
      'ddprofiler_writes_total{kind="apply"}',
      'ddprofiler_writes_total{kind="scaleToZero"}',
      'ddprofiler_writes_total{kind="delete"}',
      'ddprofiler_noop_decisions_total',
      'ddprofiler_missed_events_total',
      'ddprofiler_refusals_total{reason="NameTaken"}',
      'ddprofiler_refused{reason="NameTaken"}',
      'ddprofiler_propagation_seconds_count',
    ]) {
      expect(series.get(name), name).toBe('0');
    }
  });

  test('given results of runs, then each is counted as controller-runtime counts it', async () => {
    const metrics = metricsAlone();
    for (const result of ['success', 'success', 'error', 'terminal', 'requeue_after'] as const)
      metrics.reconcile.reconciled(result, 0.02);
    const series = await seriesOf(metrics);
    const total = (result: string) => series.get(`controller_runtime_reconcile_total{controller="clone",result="${result}"}`);
    expect([total('success'), total('error'), total('requeue_after'), total('terminal')]).toEqual(['2', '2', '1', undefined]);
    expect(series.get('controller_runtime_reconcile_errors_total{controller="clone"}')).toBe('2');
    expect(series.get('controller_runtime_terminal_reconcile_errors_total{controller="clone"}')).toBe('1');
    expect(series.get('controller_runtime_reconcile_time_seconds_bucket{le="0.01",controller="clone"}')).toBe('0');
    expect(series.get('controller_runtime_reconcile_time_seconds_bucket{le="0.025",controller="clone"}')).toBe('5');
  });

  test('given requests, then they are counted by status, method and host, and timed by verb and host', async () => {
    const metrics = metricsAlone();
    // Handed on alone, as the transport gets it.
    const { requested } = metrics.requests;
    requested({ method: 'PATCH', verb: 'apply', host: 'api:6443', code: '201', seconds: 0.01 });
    requested({ method: 'GET', verb: 'watch', host: 'api:6443', code: '<error>', seconds: 5 });
    const series = await seriesOf(metrics);
    expect(series.get('rest_client_requests_total{code="201",method="PATCH",host="api:6443"}')).toBe('1');
    expect(series.get('rest_client_requests_total{code="<error>",method="GET",host="api:6443"}')).toBe('1');
    expect(series.get('rest_client_request_duration_seconds_sum{verb="watch",host="api:6443"}')).toBe('5');
  });

  test('given our own events, then they are counted', async () => {
    const metrics = metricsAlone();
    metrics.clones.wrote('scaleToZero');
    metrics.clones.noop();
    metrics.clones.refused('SourceIsClone');
    metrics.clones.watchRestarted('expired');
    metrics.clones.missed(2);
    metrics.clones.propagated(0.3);
    const series = await seriesOf(metrics);
    expect(series.get('ddprofiler_writes_total{kind="scaleToZero"}')).toBe('1');
    expect(series.get('ddprofiler_noop_decisions_total')).toBe('1');
    expect(series.get('ddprofiler_refusals_total{reason="SourceIsClone"}')).toBe('1');
    expect(series.get('ddprofiler_watch_restarts_total{reason="expired"}')).toBe('1');
    expect(series.get('ddprofiler_missed_events_total')).toBe('2');
    expect(series.get('ddprofiler_propagation_seconds_sum')).toBe('0.3');
  });

  test('given a view, then the gauges show it, by kind of stream and never by name', async () => {
    const metrics = metricsAlone();
    metrics.observe(() => VIEW);
    const series = await seriesOf(metrics);
    expect(series.get('ddprofiler_clones{state="ready"}')).toBe('5');
    expect(series.get('ddprofiler_clones{state="failing"}')).toBe('1');
    expect(series.get('ddprofiler_refused{reason="MassDeletionHeld"}')).toBe('18');
    expect(series.get('ddprofiler_refused{reason="ImageDenied"}')).toBe('0');
    expect(series.get('ddprofiler_rules_valid')).toBe('1');
    expect(series.get('ddprofiler_rule_problems{severity="warning"}')).toBe('2');
    expect(series.get('workqueue_depth{name="clone"}')).toBe('7');
    expect(series.get('workqueue_unfinished_work_seconds{name="clone"}')).toBe('3.5');
    expect(series.get('workqueue_longest_running_processor_seconds{name="clone"}')).toBe('2.5');
    expect(series.get('controller_runtime_active_workers{controller="clone"}')).toBe('2');
    expect(series.get('controller_runtime_max_concurrent_reconciles{controller="clone"}')).toBe('16');
    const streams = [...series].filter(([name]) => name.startsWith('ddprofiler_seconds_since_last_event'));
    expect(streams).toEqual([
      ['ddprofiler_seconds_since_last_event{stream="binding"}', '1.5'],
      ['ddprofiler_seconds_since_last_event{stream="deployments"}', '0.25'],
    ]);
  });

  test('given a stream that is gone, then its old value is gone too', async () => {
    const metrics = metricsAlone();
    let secondsSinceLastEvent: MetricsView['secondsSinceLastEvent'] = { configmap: 4 };
    metrics.observe(() => ({ ...VIEW, secondsSinceLastEvent }));
    expect((await seriesOf(metrics)).get('ddprofiler_seconds_since_last_event{stream="configmap"}')).toBe('4');
    secondsSinceLastEvent = {};
    expect((await seriesOf(metrics)).has('ddprofiler_seconds_since_last_event{stream="configmap"}')).toBe(false);
  });

  test('given a scrape, then the view is taken once', async () => {
    const metrics = metricsAlone();
    let taken = 0;
    metrics.observe(() => {
      taken += 1;
      return VIEW;
    });
    await metrics.render();
    expect(taken).toBe(1);
  });

  test('given a queue with the observer, then its adds, waits, runs and retries are counted', async () => {
    const metrics = metricsAlone();
    const outcomes: Outcome[] = [{ kind: 'retry' }, { kind: 'success' }];
    const done = Promise.withResolvers<void>();
    const queue = new KeyedQueue<string>({
      concurrency: 1,
      now: () => 0,
      random: () => 0,
      observer: metrics.workqueue.observer,
      run: async () => {
        const outcome = outcomes.shift() ?? { kind: 'success' };
        if (outcomes.length === 0) done.resolve();
        return outcome;
      },
    });
    queue.add('a/b');
    await done.promise;
    await queue.stop();
    const series = await seriesOf(metrics);
    expect(series.get('workqueue_adds_total{name="clone"}')).toBe('2');
    expect(series.get('workqueue_retries_total{name="clone"}')).toBe('1');
    expect(series.get('workqueue_queue_duration_seconds_count{name="clone"}')).toBe('2');
    expect(series.get('workqueue_work_duration_seconds_count{name="clone"}')).toBe('2');
  });

  test('given two instances, then neither counts for the other, and the process is measured too', async () => {
    const [one, other] = [createMetrics(), createMetrics()];
    one.clones.noop();
    expect((await seriesOf(one)).get('ddprofiler_noop_decisions_total')).toBe('1');
    const series = await seriesOf(other);
    expect(series.get('ddprofiler_noop_decisions_total')).toBe('0');
    expect(series.has('process_cpu_seconds_total')).toBe(true);
    expect(other.contentType).toMatch(/^text\/plain; version=0\.0\.4/);
  });
});
