import {
  afterLeaseEvent,
  type Candidate,
  type Failure,
  type LeaseCall,
  type LeaseEvent,
  leads,
  newCandidate,
  nextLeaseAction,
  writeTimeMs,
} from '@ddprofiler-rc/core';
import { asApiFailure, callLease, type LeaseName, type Transport, watchLease } from '@ddprofiler-rc/k8s-adapter';
import type { Subscription } from 'rxjs';
import { Complaints } from '../log/complaints.ts';
import type { Logger } from '../log/log.ts';
import { LONGEST_TIMER_MS } from '../queue/timer.ts';

export interface ElectorParts {
  readonly lease: LeaseName;
  /** Of this one life of an operator. */
  readonly identity: string;
  /** Unfenced: the Lease is written by those who do not lead. */
  readonly transport: Transport;
  /** Milliseconds since any fixed moment; never goes back. */
  readonly now: () => number;
  /** The time: milliseconds since 1970. */
  readonly clock: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  /** Called each time that it begins to lead, also after it had stopped leading for a moment. */
  readonly onLead: () => void;
  readonly onDefect: (error: unknown) => void;
}

/**
 * Drives the machine of core/leadership.ts: one call at a time, and between calls a timer, which news of the Lease cuts short. An operator that
 * ceases to lead stands by again: its state is as warm as it was.
 */
export class Elector {
  readonly #parts: ElectorParts;
  readonly #ended = Promise.withResolvers<void>();
  #candidate: Candidate;
  #watching: Subscription | undefined;
  #wake = (): void => {};
  #isToldLeading = false;
  readonly #complaints = { calls: new Complaints(), watch: new Complaints() };

  constructor(parts: ElectorParts) {
    this.#parts = parts;
    this.#candidate = newCandidate(parts.identity);
  }

  start(): void {
    const { transport, lease, now, random, onDefect } = this.#parts;
    this.#watching = watchLease(transport, lease, {
      now,
      random,
      onFailed: (failure) => this.#complain('watch', failure),
    }).subscribe({
      next: (record) => {
        this.#complaints.watch.over();
        this.#take({ type: 'told', record });
      },
      error: onDefect,
    });
    this.#run().then(this.#ended.resolve, onDefect);
  }

  /** Gives the Lease up, so that another leads at once. Only when no write of this operator runs any more. */
  stop(): Promise<void> {
    this.#watching?.unsubscribe();
    this.#take({ type: 'stop' });
    return this.#ended.promise;
  }

  get leads(): boolean {
    return leads(this.#candidate, this.#parts.now());
  }

  /** Whoever holds the Lease, as far as is known; empty where nobody does. */
  get holder(): string {
    return this.#candidate.seen?.record?.holder ?? '';
  }

  /** How long a write that begins now may take; 0 where none may begin. */
  readonly writeTimeMs = (): number => writeTimeMs(this.#candidate, this.#parts.now());

  async #run(): Promise<void> {
    for (;;) {
      const action = nextLeaseAction(this.#candidate, this.#parts.now());
      if (action.do === 'end') return;
      if (action.do === 'wait') await this.#sleep(action.until - this.#parts.now());
      else this.#take(await this.#call(action));
    }
  }

  async #call(call: LeaseCall): Promise<LeaseEvent> {
    const { transport, lease, identity, now, clock, random } = this.#parts;
    const startedAt = now();
    try {
      const record = await callLease(transport, lease, call, { identity, time: clock() });
      this.#complaints.calls.over();
      return record === undefined || call.do === 'read' ? { type: 'read', record } : { type: 'written', startedAt, record };
    } catch (error) {
      const failure = asApiFailure(error);
      const { code } = failure;
      const isOutdated = call.do !== 'read' && (code === 'Conflict' || code === 'NotFound');
      if (!isOutdated) this.#complain('calls', failure);
      const jitter = random();
      return isOutdated ? { type: 'outdated', startedAt, jitter } : { type: 'failed', call: call.do, startedAt, jitter };
    }
  }

  #take(event: LeaseEvent): void {
    const { now } = this.#parts;
    // Lead may have lapsed unseen, and what this event says may give it back: runs that were held up in between must come again.
    this.#tellLead();
    this.#candidate = afterLeaseEvent(this.#candidate, event, now());
    this.#tellLead();
    this.#wake();
  }

  #tellLead(): void {
    const { log, onLead, lease, identity } = this.#parts;
    const isLeading = this.leads;
    if (isLeading === this.#isToldLeading) return;
    this.#isToldLeading = isLeading;
    const about = { lease: `${lease.namespace}/${lease.name}`, identity };
    if (isLeading) {
      log.info(about, 'leads: this operator writes');
      onLead();
    } else if (this.#candidate.stops) log.info(about, 'leads no more: it stops');
    else log.warn({ ...about, holder: this.holder }, 'leads no more: it could not renew its lease in time, and stands by');
  }

  #complain(about: 'calls' | 'watch', { code, message }: Pick<Failure, 'code' | 'message'>): void {
    if (this.#complaints[about].isNews(code)) this.#parts.log.warn({ reason: code }, `leader election: ${message}`);
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake(), Math.min(Math.max(1, ms), LONGEST_TIMER_MS));
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve();
      };
    });
  }
}
