/**
 * What the dashboard shows, as a table: rows of panels, each with its queries. `$where` stands for the labels that choose one
 * operator. Gauges that every replica knows are taken at their greatest; counters are added up; leadership is per pod.
 */
type Unit = 'short' | 's' | 'ops' | 'reqps' | 'bytes' | 'percentunit' | 'bool_yes_no';

interface Query {
  readonly expr: string;
  readonly legend: string;
}

export interface Panel {
  readonly title: string;
  readonly description: string;
  readonly kind: 'stat' | 'timeseries';
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** From which value on it is coloured; only of a `stat`. */
  readonly alarm?:
    | { readonly color: 'red' | 'yellow'; readonly from: number }
    | { readonly color: 'red'; readonly below: number };
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

const one = (expr: string, legend = ''): readonly Query[] => [{ expr, legend }];

const quantiles = (metric: string, more = ''): readonly Query[] =>
  [0.5, 0.99].map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (le) (rate(${metric}_bucket{$where${more}}[$__rate_interval])))`,
    legend: `p${quantile * 100}`,
  }));

export const ROWS: readonly Row[] = [
  {
    title: 'How things stand',
    panels: [
      {
        title: 'Leaders',
        description: 'Replicas that lead: exactly one.',
        kind: 'stat',
        unit: 'short',
        queries: one('sum(leader_election_master_status{$where})'),
        alarm: { color: 'red', below: 1 },
      },
      {
        title: 'Rules valid',
        description: 'Whether all rules in the cluster were read without an error.',
        kind: 'stat',
        unit: 'bool_yes_no',
        queries: one('max(ddprofiler_rules_valid{$where})'),
        alarm: { color: 'red', below: 1 },
      },
      {
        title: 'Clones',
        description: 'Clones that there should be.',
        kind: 'stat',
        unit: 'short',
        queries: one('max(sum by (instance) (ddprofiler_clones{$where}))'),
      },
      {
        title: 'Not ready',
        description: 'Clones that have not the replicas that they should.',
        kind: 'stat',
        unit: 'short',
        queries: one('max(sum by (instance) (ddprofiler_clones{$where,state=~"progressing|failing"}))'),
        alarm: { color: 'yellow', from: 1 },
      },
      {
        title: 'Refused',
        description: 'Clones that a guardrail refuses.',
        kind: 'stat',
        unit: 'short',
        queries: one('max(sum by (instance) (ddprofiler_refused{$where,reason!="MassDeletionHeld"}))'),
        alarm: { color: 'yellow', from: 1 },
      },
      {
        title: 'Deletions held',
        description: 'Clones that have lost their rules at once, and wait for a person.',
        kind: 'stat',
        unit: 'short',
        queries: one('max(ddprofiler_refused{$where,reason="MassDeletionHeld"})'),
        alarm: { color: 'red', from: 1 },
      },
    ],
  },
  {
    title: 'Clones',
    panels: [
      {
        title: 'Clones by state',
        description:
          'waiting: there is nothing to clone yet. held: left as it is. blocked: refused. failing: the last write was refused.',
        kind: 'timeseries',
        unit: 'short',
        queries: one('max by (state) (ddprofiler_clones{$where})', '{{state}}'),
      },
      {
        title: 'Refused, by reason',
        description: 'The same words stand in the log, the Events and the status of the binding.',
        kind: 'timeseries',
        unit: 'short',
        queries: one('max by (reason) (ddprofiler_refused{$where})', '{{reason}}'),
      },
      {
        title: 'Hazards',
        description: 'What may go wrong with a second set of the pods of a source.',
        kind: 'timeseries',
        unit: 'short',
        queries: one('max by (hazard) (ddprofiler_hazards{$where})', '{{hazard}}'),
      },
      {
        title: 'Problems of the rules text',
        description: 'By severity; kubectl get ddprofcrd -o yaml tells the first of them.',
        kind: 'timeseries',
        unit: 'short',
        queries: one('max by (severity) (ddprofiler_rule_problems{$where})', '{{severity}}'),
      },
    ],
  },
  {
    title: 'Work',
    panels: [
      {
        title: 'From a source to its clone',
        description: 'From when a change of a source was seen until its clone was written.',
        kind: 'timeseries',
        unit: 's',
        queries: quantiles('ddprofiler_propagation_seconds'),
      },
      {
        title: 'Writes',
        description: 'Writes that the API server accepted. A cluster in which nothing changes has none.',
        kind: 'timeseries',
        unit: 'ops',
        queries: [
          ...one('sum by (kind) (rate(ddprofiler_writes_total{$where}[$__rate_interval]))', '{{kind}}'),
          ...one('max(rate(ddprofiler_noop_decisions_total{$where}[$__rate_interval]))', 'decisions without a write'),
        ],
      },
      {
        title: 'Refusals',
        description: 'Times that a clone came to be refused.',
        kind: 'timeseries',
        unit: 'ops',
        queries: one('max by (reason) (rate(ddprofiler_refusals_total{$where}[$__rate_interval]))', '{{reason}}'),
      },
      {
        title: 'Runs by result',
        description: 'error: tried again, later and later. requeue_after: comes again at a time of its own.',
        kind: 'timeseries',
        unit: 'ops',
        queries: [
          ...one(
            'sum by (result) (rate(controller_runtime_reconcile_total{$where,controller="clone"}[$__rate_interval]))',
            '{{result}}',
          ),
          ...one(
            'sum(rate(controller_runtime_terminal_reconcile_errors_total{$where,controller="clone"}[$__rate_interval]))',
            'not tried again',
          ),
        ],
      },
    ],
  },
  {
    title: 'Queue',
    panels: [
      {
        title: 'Waiting for a turn',
        description: 'From when a clone was queued until its run began.',
        kind: 'timeseries',
        unit: 's',
        queries: quantiles('workqueue_queue_duration_seconds', ',name="clone"'),
      },
      {
        title: 'Duration of a run',
        description: 'Decision and write of one clone.',
        kind: 'timeseries',
        unit: 's',
        queries: [
          ...quantiles('controller_runtime_reconcile_time_seconds', ',controller="clone"'),
          ...one('max(workqueue_longest_running_processor_seconds{$where,name="clone"})', 'longest at present'),
        ],
      },
      {
        title: 'Depth',
        description: 'Clones that are to be looked at as soon as possible, and those that are.',
        kind: 'timeseries',
        unit: 'short',
        queries: [
          ...one('sum(workqueue_depth{$where,name="clone"})', 'waiting'),
          ...one('sum(controller_runtime_active_workers{$where,controller="clone"})', 'running'),
          ...one('max(controller_runtime_max_concurrent_reconciles{$where,controller="clone"})', 'at most'),
        ],
      },
      {
        title: 'Adds and retries',
        description: 'Clones put into the queue, and put back into it.',
        kind: 'timeseries',
        unit: 'ops',
        queries: [
          ...one('sum(rate(workqueue_adds_total{$where,name="clone"}[$__rate_interval]))', 'adds'),
          ...one('sum(rate(workqueue_retries_total{$where,name="clone"}[$__rate_interval]))', 'retries'),
        ],
      },
    ],
  },
  {
    title: 'API server and watches',
    panels: [
      {
        title: 'Requests',
        description: 'By status.',
        kind: 'timeseries',
        unit: 'reqps',
        queries: one('sum by (code, method) (rate(rest_client_requests_total{$where}[$__rate_interval]))', '{{method}} {{code}}'),
      },
      {
        title: 'Answer time, p99',
        description: 'By what was asked. A watch counts until its headers are in.',
        kind: 'timeseries',
        unit: 's',
        queries: one(
          'histogram_quantile(0.99, sum by (le, verb) (rate(rest_client_request_duration_seconds_bucket{$where}[$__rate_interval])))',
          '{{verb}}',
        ),
      },
      {
        title: 'Since the last sign of life',
        description: 'Of each stream, bookmarks included: about a minute at most.',
        kind: 'timeseries',
        unit: 's',
        queries: one('max by (stream) (ddprofiler_seconds_since_last_event{$where})', '{{stream}}'),
      },
      {
        title: 'Watches begun anew',
        description: 'closed: by the server in order. expired, failed, stalled: for want of something.',
        kind: 'timeseries',
        unit: 'short',
        queries: one('sum by (reason) (increase(ddprofiler_watch_restarts_total{$where}[$__rate_interval]))', '{{reason}}'),
      },
      {
        title: 'Events that a watch missed',
        description: 'Found by an audit, and put right. Any is a fault of the API server, or of what stands before it.',
        kind: 'timeseries',
        unit: 'short',
        queries: one('sum by (instance) (increase(ddprofiler_missed_events_total{$where}[$__rate_interval]))', '{{instance}}'),
      },
    ],
  },
  {
    title: 'Process',
    panels: [
      {
        title: 'Memory',
        description: 'Of each pod.',
        kind: 'timeseries',
        unit: 'bytes',
        queries: [
          ...one('process_resident_memory_bytes{$where}', '{{instance}} resident'),
          ...one('nodejs_heap_size_used_bytes{$where}', '{{instance}} heap'),
        ],
      },
      {
        title: 'Processor',
        description: 'Of each pod; 100 % is one core.',
        kind: 'timeseries',
        unit: 'percentunit',
        queries: one('rate(process_cpu_seconds_total{$where}[$__rate_interval])', '{{instance}}'),
      },
      {
        title: 'Event loop lag, p99',
        description: 'How late the process comes to what it is to do.',
        kind: 'timeseries',
        unit: 's',
        queries: one('nodejs_eventloop_lag_p99_seconds{$where}', '{{instance}}'),
      },
      {
        title: 'Leadership',
        description: 'Which pod leads.',
        kind: 'timeseries',
        unit: 'short',
        queries: one('leader_election_master_status{$where}', '{{instance}}'),
      },
    ],
  },
];
