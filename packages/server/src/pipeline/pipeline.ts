import {
  allKeys,
  announcementOfRules,
  type CloneReport,
  type Decision,
  type Event,
  initialState,
  isSynced,
  type Key,
  type RuleBook,
  reportClone,
  type Scope,
  type Snapshot,
  type State,
  type StreamKind,
  unsyncedReasons,
} from '@ddprofiler-rc/core';
import type { AuditPeriod, Transport } from '@ddprofiler-rc/k8s-adapter';
import { map, merge, mergeMap, type Observable, partition, Subject, share, tap } from 'rxjs';
import type { JournalSink } from '../journal/sink.ts';
import type { Logger } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { QueueAges } from '../process/stuck.ts';
import { KeyedQueue } from '../queue/queue.ts';
import { accountOf } from './account.ts';
import { debouncePerKey } from './debounce.ts';
import { type Folded, fold, mayBeDue } from './folded.ts';
import { Reconciler } from './reconciler.ts';
import { SideWork } from './side-work.ts';
import { watchSources } from './sources.ts';
import { StreamAges } from './stream-ages.ts';

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

/** Enough calls at a time to keep an API server busy; its own limits come first. */
const CONCURRENCY = 16;

/** Above what an API server answers at this concurrency: it bounds a runaway, and fresh events never feel it. */
const RATE = { intervalCap: 1_000, intervalMs: 1_000 };

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
  const { scope, now, random, log, metrics, onDefect } = parts;
  // Of an event nothing is kept but this: it may be a list, with every object as it arrived.
  let state = initialState(scope);
  const present = { ...parts, state: () => state, emit: (event: Event): void => events.next(event) };

  const events = new Subject<Event>();
  const decided = new Subject<void>();
  const ages = new StreamAges(now);
  const side = new SideWork({ ...present, snapshot: () => snapshot() });
  const { tell, remember } = side;
  const account = accountOf({ ...parts, tell });
  const reconciler = new Reconciler({ ...present, tell, remember });
  const snapshot = (): Snapshot => ({
    state,
    decisions: reconciler.decisions,
    reports: reportsOf(state, reconciler.decisions),
  });

  const folds = events.pipe(
    map((event) => fold(state, event)),
    tap((folded) => {
      state = folded.state;
      account(folded);
      if (mayBeDue(folded)) remember(true);
      reconciler.noteTouched(folded.event, folded.touched);
    }),
    share(),
  );
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

  const running = touchedKeys(folds).subscribe({ next: (key) => queue.add(key), error: onDefect });
  // After what a key came to, and after what changes no key: readiness, and the status itself.
  running.add(side.start(merge(folds, decided)));
  running.add(watchSources({ ...present, ages }, folds).subscribe({ next: present.emit, error: onDefect }));

  return {
    view: () => ({
      unsynced: unsyncedReasons(state),
      reports: isSynced(state) ? snapshot().reports : [],
      book: state.book,
      secondsSinceLastEvent: ages.byKind(),
      queue,
      isTelling: !side.isIdle,
    }),
    queues: { clones: queue, ...side.queues },
    lead: () => {
      reconciler.tellAnew();
      const announcement = announcementOfRules(initialState(scope), state);
      if (announcement !== undefined) tell(announcement);
      side.lead();
      if (isSynced(state)) for (const key of allKeys(state)) queue.add(key);
    },
    stop: async () => {
      running.unsubscribe();
      await Promise.all([queue.stop(), side.stop()]);
    },
  };
}

/** The touched keys, each as soon as it is calm. Keys that wait for what was remembered come at once: no churn brings it. */
function touchedKeys(folds: Observable<Folded>): Observable<Key> {
  const [answers, others] = partition(folds, ({ event }) => event.type === 'remembered');
  return merge(
    answers.pipe(mergeMap((folded) => folded.touched)),
    others.pipe(
      mergeMap((folded) => folded.touched),
      debouncePerKey(DEBOUNCE),
    ),
  );
}

function reportsOf(state: State, decisions: ReadonlyMap<Key, Decision>): readonly CloneReport[] {
  return [...decisions.values()].map((decision) => reportClone(state, decision)).filter((report) => report !== undefined);
}
