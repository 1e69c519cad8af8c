import {
  type Announcement,
  allKeys,
  announcementOfMemory,
  announcementOfRules,
  type CloneReport,
  type Decision,
  type Event,
  evolve,
  initialState,
  isSynced,
  type Key,
  missedBy,
  namespacedStreams,
  type RuleBook,
  reportClone,
  type Scope,
  type Standing,
  type State,
  type StreamKind,
  streamState,
  touched,
  unsyncedReasons,
  wasTextAskedFor,
  wereRulesAskedFor,
} from '@ddprofiler-rc/core';
import {
  type AuditPeriod,
  bindingTarget,
  configMapTarget,
  memoryTarget,
  namespacedTarget,
  readableMemory,
  type Transport,
  type WatchTarget,
  watchStream,
} from '@ddprofiler-rc/k8s-adapter';
import {
  auditTime,
  distinctUntilChanged,
  EMPTY,
  filter,
  finalize,
  map,
  merge,
  mergeMap,
  type Observable,
  partition,
  Subject,
  share,
  switchMap,
  take,
  tap,
} from 'rxjs';
import type { JournalSink } from '../journal/sink.ts';
import type { Logger } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { QueueAges } from '../process/stuck.ts';
import { KeyedQueue } from '../queue/queue.ts';
import { EventRecorder } from '../report/event-recorder.ts';
import { Narrator } from '../report/narrator.ts';
import { StatusWriter } from '../report/status-writer.ts';
import { debouncePerKey } from './debounce.ts';
import { MemoryKeeper } from './memory-keeper.ts';
import { Reconciler } from './reconciler.ts';
import { StreamAges } from './stream-ages.ts';
import { watchFilterOf } from './watch-filter.ts';

export interface PipelineParts {
  readonly scope: Scope;
  readonly transport: Transport;
  /** Milliseconds since any fixed moment. */
  readonly now: () => number;
  /** The time: milliseconds since 1970. */
  readonly clock: () => number;
  /** Which operator this is, for those who are told something: the host's name, or the pod's. */
  readonly instance: string;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'clones' | 'reconcile' | 'workqueue'>;
  readonly journal: JournalSink;
  /** How often each stream is audited; the adapter's own period where absent. */
  readonly audits?: AuditPeriod;
  /** Called once if the pipeline breaks, which only a defect can do: the process must end. */
  readonly onDefect: (error: unknown) => void;
}

/** What the pipeline knows, for health, metrics and people. */
export interface PipelineView {
  /** What the first complete sync still waits for; empty once it is done. */
  readonly unsynced: readonly string[];
  readonly reports: readonly CloneReport[];
  readonly book: RuleBook;
  readonly secondsSinceLastEvent: Readonly<Partial<Record<StreamKind, number>>>;
  readonly queue: KeyedQueue<Key>;
  /** Something is yet to be told: the status or the memory is not written, or an Event is not out. */
  readonly isTelling: boolean;
}

export interface Pipeline {
  view(): PipelineView;
  /** By what they are for. */
  readonly queues: Readonly<Record<string, QueueAges>>;
  /** From now on its writes go through, and others may have written before: every key comes again, and people are told what stands. */
  lead(): void;
  /** Stops the streams, refuses new keys, and resolves when what runs has ended. */
  stop(): Promise<void>;
}

/** Quiet for this long: a touch passes at once. Churn: a key passes at least once per `maxWaitMs`. */
const DEBOUNCE = { quietMs: 50, maxWaitMs: 500 };

/** The status is for people: a second late is soon enough. */
const STATUS_DEBOUNCE = { quietMs: 500, maxWaitMs: 2_000 };

/** What people are told must never stand in the way of the work itself. */
const TELLING = { concurrency: 1, intervalCap: 20, intervalMs: 1_000 };

/** One call at a time: each goes on from the version that the one before it made. */
const REMEMBERING = { concurrency: 1, intervalCap: 20, intervalMs: 1_000 };
/** That a clone is gone need not be remembered at once: many may go. */
const TIDY_MS = 1_000;
/** Enough calls at a time to keep an API server busy; its own limits come first. */
const CONCURRENCY = 16;

/** Above what an API server answers at this concurrency: it bounds a runaway, and fresh events never feel it. */
const RATE = { intervalCap: 1_000, intervalMs: 1_000 };

/** One event and what it led to. */
interface Step {
  readonly before: State;
  readonly state: State;
  readonly event: Event;
  readonly touched: ReadonlySet<Key>;
}

/**
 * The whole operator, as in the picture of docs/architecture.md:
 *
 *     binding, ConfigMap, memory, Deployment watches ─► events ─► evolve ─► touched keys ─► debounce per key ─► keyed queue
 *                                                 ▲                                                        │
 *                                                 └───────────── call results ◄── execute ◄── decide ◄─────┘
 *
 * Decisions are made when a key's turn comes, from the state of that moment: an event queues a key, never itself.
 */
export function startPipeline(parts: PipelineParts): Pipeline {
  const { scope, transport, now, random, log, metrics, journal } = parts;
  // Of a step nothing is kept but this: its event may be a list, with every object as it arrived.
  let state = initialState(scope);

  const ages = new StreamAges(now);
  const filter = watchFilterOf(() => state);
  const watch = (target: WatchTarget) =>
    watchStream(transport, target, {
      now,
      random,
      filter,
      ...(parts.audits === undefined ? {} : { audits: parts.audits }),
      onActivity: ({ stream }) => ages.heard(stream),
      onRestart: (_, reason) => metrics.clones.watchRestarted(reason),
    }).pipe(finalize(() => ages.ended(target.stream)));

  const narrator = new Narrator(log);
  const events = new Subject<Event>();
  const decided = new Subject<void>();
  const recorder = new EventRecorder({ ...parts, enqueue: (name) => tellings.add(name) });
  const tellings = new KeyedQueue<string>({ ...TELLING, run: (name) => recorder.run(name), now, random });
  const tell = (announcement: Announcement): void => recorder.tell(announcement);
  const emit = (event: Event): void => events.next(event);
  const keeper = new MemoryKeeper({ ...parts, state: () => state, emit });
  const memories = new KeyedQueue<'memory'>({ ...REMEMBERING, run: () => keeper.run(), now, random });
  const tidying = new Subject<void>();
  const remember = (isUrgent: boolean): void => (isUrgent ? memories.add('memory') : tidying.next());
  const reconciler = new Reconciler({ ...parts, tell, remember, state: () => state, emit });
  const standing = (): Standing => ({
    state,
    decisions: reconciler.decisions,
    reports: reportsOf(state, reconciler.decisions),
  });
  const statusWriter = new StatusWriter({ ...parts, standing });
  const statuses = new KeyedQueue<'status'>({ ...TELLING, run: () => statusWriter.run(), now, random });
  const queue = new KeyedQueue<Key>({
    concurrency: CONCURRENCY,
    ...RATE,
    run: async (key) => {
      const outcome = await reconciler.run(key);
      decided.next();
      return outcome;
    },
    now,
    random,
    observer: {
      ...metrics.workqueue.observer,
      // Only a defect rejects a run. Its key is tried again, and the others go on.
      crashed: (key, error, seconds) => {
        metrics.reconcile.reconciled('error', seconds);
        log.error({ clone: key, err: error }, 'a defect of the operator');
      },
    },
  });

  const steps = events.pipe(
    map((event) => takeStep(state, event)),
    tap((step) => {
      state = step.state;
      if (!isNoNews(step)) journal.event(step.event, now(), step.state);
      noteMissed(parts, step);
      narrator.tell(step.before, step.state);
      if (isDenied(step.state) && !isDenied(step.before)) metrics.clones.refused('CrossNamespaceDenied');
      for (const announcementOf of [announcementOfRules, announcementOfMemory]) {
        const announcement = announcementOf(step.before, step.state);
        if (announcement !== undefined) tell(announcement);
      }
      if (mayBeDue(step)) memories.add('memory');
      reconciler.noteTouched(step.event, step.touched);
    }),
    share(),
  );
  const [answers, others] = partition(steps, ({ event }) => event.type === 'remembered');
  const keys = merge(
    // Keys wait for what was remembered: no churn brings it.
    answers.pipe(mergeMap((step) => step.touched)),
    others.pipe(
      mergeMap((step) => step.touched),
      debouncePerKey(DEBOUNCE),
    ),
  );
  const sources = merge(
    watch(bindingTarget(scope.binding)),
    followRules(steps, watch),
    once(steps, wasTextAskedFor, () => watch(memoryTarget(scope.binding)).pipe(map(readableMemory))),
    once(steps, wereRulesAskedFor, () => merge(...namespacedStreams(scope).map((stream) => watch(namespacedTarget(stream))))),
  );

  const running = keys.subscribe({ next: (key) => queue.add(key), error: parts.onDefect });
  // After what a key came to, and after what changes no key: readiness, and the status itself.
  const changes = merge(steps, decided).pipe(
    map(() => 'status' as const),
    debouncePerKey(STATUS_DEBOUNCE),
  );
  running.add(changes.subscribe({ next: (key) => statuses.add(key), error: parts.onDefect }));
  running.add(tidying.pipe(auditTime(TIDY_MS)).subscribe({ next: () => memories.add('memory'), error: parts.onDefect }));
  running.add(sources.subscribe({ next: emit, error: parts.onDefect }));

  return {
    view: () => ({
      unsynced: unsyncedReasons(state),
      reports: isSynced(state) ? standing().reports : [],
      book: state.book,
      secondsSinceLastEvent: ages.byKind(),
      queue,
      isTelling: !(statuses.isEmpty && tellings.isEmpty && memories.isEmpty),
    }),
    queues: { clones: queue, memory: memories, status: statuses, events: tellings },
    lead: () => {
      reconciler.tellAnew();
      const announcement = announcementOfRules(initialState(scope), state);
      if (announcement !== undefined) tell(announcement);
      memories.add('memory');
      statusWriter.forget();
      statuses.add('status');
      if (isSynced(state)) for (const key of allKeys(state)) queue.add(key);
    },
    stop: async () => {
      running.unsubscribe();
      await Promise.all([queue.stop(), memories.stop(), statuses.stop(), tellings.stop()]);
    },
  };
}

function takeStep(before: State, event: Event): Step {
  const state = evolve(before, event);
  return { before, state, event, touched: touched(before, state, event) };
}

/**
 * The watch of the ConfigMap that the binding names at present. Begun anew also for another key of the same ConfigMap: the text
 * under that key was not read yet, and a watch that goes on shows it only when it changes.
 */
function followRules(steps: Observable<Step>, watch: (target: WatchTarget) => Observable<Event>): Observable<Event> {
  return steps.pipe(
    map(({ state }) => state.location),
    distinctUntilChanged(),
    switchMap((location) => (location === undefined ? EMPTY : watch(configMapTarget(location)))),
  );
}

/** Another memory may be due: that there is none, too, must be known before one is written. */
function mayBeDue({ before, state }: Step): boolean {
  const wasRead = (one: State) => streamState(one, 'memory').listed;
  return before.book.stated !== state.book.stated || before.memory !== state.memory || wasRead(before) !== wasRead(state);
}

/** An audit that found all as it is known. It is as large as a list, and a journal folds to the same without it. */
function isNoNews({ before, state, event }: Step): boolean {
  return event.type === 'audited' && before === state;
}

function noteMissed({ metrics, log }: PipelineParts, { before, state, event }: Step): void {
  const missed = missedBy(before, state, event);
  if (event.type !== 'audited' || missed === 0) return;
  metrics.clones.missed(missed);
  log.warn(
    { stream: event.stream, objects: missed },
    'the watch had not told of everything: an audit found it, and it is put right',
  );
}

/**
 * A watch that begins once what it hangs on was asked for: the memory after the rules text, for a rule that both have is read once; Deployments
 * after both, for their first list is to keep what matters, and let go of the rest page by page.
 */
function once(steps: Observable<Step>, isTime: (state: State) => boolean, begin: () => Observable<Event>): Observable<Event> {
  return steps.pipe(
    filter(({ state }) => isTime(state)),
    take(1),
    mergeMap(begin),
  );
}

/** The binding reaches for rules that are not for it. */
function isDenied({ book }: State): boolean {
  return book.unread?.reason === 'CrossNamespaceDenied';
}

function reportsOf(state: State, decisions: ReadonlyMap<Key, Decision>): readonly CloneReport[] {
  return [...decisions.values()].map((decision) => reportClone(state, decision)).filter((report) => report !== undefined);
}
