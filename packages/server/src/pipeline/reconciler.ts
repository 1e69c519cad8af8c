import {
  type Announcement,
  announcementOfWrite,
  announcementsOf,
  causeOf,
  type Decision,
  decide,
  type Effect,
  type Event,
  type Failure,
  isRefusalReason,
  type Key,
  keyOfObject,
  kindOfStream,
  readKubeObject,
  type State,
  type Write,
} from '@ddprofiler-rc/core';
import { execute, type Transport } from '@ddprofiler-rc/k8s-adapter';
import type { JournalSink } from '../journal/sink.ts';
import type { Logger } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Outcome } from '../queue/queue.ts';
import { Repeats } from '../queue/repeats.ts';
import { waitUntil } from './wait-until.ts';

export interface ReconcilerParts {
  readonly transport: Transport;
  readonly now: () => number;
  /** The time: milliseconds since 1970. */
  readonly clock: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'clones' | 'reconcile'>;
  readonly journal: JournalSink;
  /** The present state, own writes included. */
  readonly state: () => State;
  /** Tells people. */
  readonly tell: (announcement: Announcement) => void;
  /** Asks for a write of the memory; `isUrgent`: a clone waits for it. */
  readonly remember: (isUrgent: boolean) => void;
  /** Takes the result of a call, before {@link Reconciler.run} ends: no key is decided again on a state older than its last write. */
  readonly emit: (event: Event) => void;
}

/** An admission policy that refused a clone may be lifted: so much later the clone is tried again. */
const REFUSED_AGAIN_MS = 300_000;

/** Runs one key: decide → execute → event. Also keeps each key's last decision, for people who ask why. */
export class Reconciler {
  readonly #parts: ReconcilerParts;
  readonly #decisions = new Map<Key, Decision>();
  /** Keys whose last decision was announced to people. */
  readonly #announced = new Set<Key>();
  /** When the change of a source arrived that a key was not yet decided on. */
  readonly #changedAt = new Map<Key, number>();
  readonly #repeats: Repeats<Key, string>;

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
    this.#repeats = new Repeats(parts.random);
  }

  /** The last decision of each key that is a clone, or should be; without its effect, whose intent is as large as a Deployment. */
  get decisions(): ReadonlyMap<Key, Decision> {
    return this.#decisions;
  }

  /** The next decision of each key tells people all that it has to tell, as a first one does. */
  tellAnew(): void {
    this.#announced.clear();
  }

  /** Notes when a change of a source came in, for the propagation metric. That a clone itself was seen is no such change. */
  noteTouched(event: Event, touched: ReadonlySet<Key>): void {
    if (event.type !== 'seen' || kindOfStream(event.stream) !== 'deployments') return;
    const source = readKubeObject(event.object);
    if (source === undefined) return;
    const own = keyOfObject(source);
    for (const key of touched) if (key !== own && !this.#changedAt.has(key)) this.#changedAt.set(key, this.#parts.now());
  }

  async run(key: Key): Promise<Outcome> {
    const { state, now, clock, metrics, journal, transport, emit, remember } = this.#parts;
    const started = now();
    const time = clock();
    // What changes from now on is for the next run, though this one still writes.
    const changedAt = this.#changedAt.get(key);
    this.#changedAt.delete(key);
    const decision = decide(state(), key, time);
    journal.decided(decision, started, time);
    const { effect } = decision;
    const cause = isWrite(effect) ? causeOf(state(), key) : '';
    const { ms, isTold } = isWrite(effect) ? this.#repeats.waitFor(key, effect.kind, cause, started) : FREE;
    if (!isWrite(effect)) this.#repeats.endPause(key);
    this.#note(isTold ? { key, verdict: 'waiting', ...WRITTEN_AGAIN } : decision);
    if (effect?.kind === 'remember') remember(decision.verdict === 'waiting');
    if (effect === undefined || effect.kind === 'remember' || ms > 0) {
      metrics.clones.noop();
      const outcome = ms > 0 ? ({ kind: 'again', afterMs: ms } as const) : outcomeOf(decision, time);
      metrics.reconcile.reconciled(RESULTS[outcome.kind], (now() - started) / 1000);
      return outcome;
    }
    const result = await execute(transport, effect);
    if (isAnswered(result)) this.#repeats.made(key, effect.kind, cause, now());
    // A standby decides as the leader does, and there its decision ends. When it leads, every key comes again.
    if (result.type === 'writeFailed' && result.failure.code === 'NotLeading') return { kind: 'success' };
    emit(result);
    const outcome = this.#outcomeOf(decision, result);
    if (changedAt !== undefined) {
      if (outcome.kind === 'success') metrics.clones.propagated((now() - changedAt) / 1000);
      else this.#changedAt.set(key, changedAt);
    }
    metrics.reconcile.reconciled(RESULTS[outcome.kind], (now() - started) / 1000);
    return outcome;
  }

  #outcomeOf(decision: Decision, result: Event): Outcome {
    switch (result.type) {
      case 'looked':
        // By way of the queue: whether it may still act is asked anew.
        return { kind: 'again', afterMs: 0 };
      case 'lookFailed':
        return this.#tryAgain(decision, result.failure);
      case 'writeFailed':
        return this.#failed(decision, result.failure);
      default:
        return this.#succeeded(decision);
    }
  }

  #succeeded(decision: Decision): Outcome {
    const { log, metrics, state, tell } = this.#parts;
    const { key, verdict, reason, message, effect } = decision;
    if (isWrite(effect)) metrics.clones.wrote(effect.kind);
    const announcement = announcementOfWrite(state(), decision);
    if (announcement !== undefined) tell(announcement);
    log.info({ clone: key, verdict, reason }, message);
    return { kind: 'success' };
  }

  #failed(decision: Decision, failure: Failure): Outcome {
    const { log } = this.#parts;
    const about = { clone: decision.key, verdict: decision.verdict, reason: failure.code };
    switch (failure.code) {
      case 'Conflict':
      case 'NotFound':
        // Someone else was faster. What they wrote arrives on the watch; deciding again on it is the whole answer.
        log.debug(about, failure.message);
        return { kind: 'retry' };
      case 'Invalid':
        // The same intent would be refused again, until source, rule or clone change; or whoever refused it does, which no event tells.
        log.error(about, failure.message);
        return { kind: 'terminal', afterMs: REFUSED_AGAIN_MS };
      default:
        return this.#tryAgain(decision, failure);
    }
  }

  #tryAgain({ key, verdict }: Decision, { code, message, retryAfterMs }: Failure): Outcome {
    this.#parts.log.warn({ clone: key, verdict, reason: code }, message);
    if (retryAfterMs === undefined) return { kind: 'retry' };
    this.#repeats.pause(key, retryAfterMs, this.#parts.now());
    return { kind: 'retry', minimumDelayMs: retryAfterMs };
  }

  #note(decision: Decision): void {
    const { log, metrics, state, tell } = this.#parts;
    const { effect: _, ...rest } = decision;
    const { key, verdict, reason, message } = rest;
    const former = this.#decisions.get(key);
    const announced = this.#announced.has(key) ? former : undefined;
    if (verdict === 'nothing') {
      this.#decisions.delete(key);
      this.#announced.delete(key);
    } else {
      this.#decisions.set(key, rest);
      this.#announced.add(key);
    }
    for (const announcement of announcementsOf(state(), announced, decision)) {
      tell(announcement);
      if (announcement.reason !== reason) log.warn({ clone: key, hazard: announcement.reason }, announcement.note);
    }
    if (former?.verdict === verdict && former.reason === reason) return;
    const about = { clone: key, verdict, reason };
    if (isRefusalReason(reason)) {
      metrics.clones.refused(reason);
      log.warn(about, message);
    } else if (reason === 'WrittenAgain' || reason === 'Unclaimed') {
      log.warn(about, message);
    } else {
      log.debug(about, message);
    }
  }
}

/** Without numbers: each would be told as news. */
const WRITTEN_AGAIN = {
  reason: 'WrittenAgain',
  message:
    'the same change was undone again and again, by an admission policy, a controller or a person; it is retried with growing delays, at least every 5 minutes',
} as const;

/** Of what is no write. */
const FREE = { ms: 0, isTold: false };

function isWrite(effect: Effect | undefined): effect is Write {
  return effect !== undefined && effect.kind !== 'look' && effect.kind !== 'remember';
}

/** The server has taken the call, or refuses it whenever it is made. */
function isAnswered(result: Event): boolean {
  if (result.type === 'writeFailed') return result.failure.code === 'Invalid' || result.failure.code === 'Forbidden';
  return result.type === 'written' || result.type === 'deleteAccepted';
}

function outcomeOf({ again }: Decision, time: number): Outcome {
  return again === undefined ? { kind: 'success' } : { kind: 'again', afterMs: waitUntil(again, time) };
}

const RESULTS = { success: 'success', retry: 'error', terminal: 'terminal', again: 'requeue_after' } as const;
