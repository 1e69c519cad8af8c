import {
  afterLeaseEvent,
  type Candidate,
  type LeaseCall,
  type LeaseEvent,
  type LeaseRecord,
  leads,
  newCandidate,
  nextLeaseAction,
  writeTimeMs,
} from '../src/leadership.ts';

/** What a drawn history is like: shares of the calls and of the news, each 0 to 1. */
export interface LeaseWeather {
  readonly seed: number;
  /** Requests that never arrive, answers that never do, and each that takes seconds. */
  readonly lostRequests: number;
  readonly lostAnswers: number;
  readonly slow: number;
  /** News of the watch that never comes. */
  readonly lostNews: number;
  /**
   * Somebody deletes the Lease, once. Operators are not started anew then, for one that knows nothing takes what is not there; and no creation
   * is on its way, for nothing tells one that comes late from one in time.
   */
  readonly isDeleted: boolean;
}

export interface LeaseHistory {
  /** Two that might write at one instant, in words; empty where it never came to that. */
  readonly overlaps: readonly string[];
  /** How often somebody began to lead. */
  readonly reigns: number;
  readonly writes: number;
  /** Who leads at the end, after a minute without faults. */
  readonly leaders: readonly string[];
}

const STORM_MS = 120_000;
const CALM_MS = 60_000;
const CALL_TIMEOUT_MS = 5_000;
const WRITE_TIMEOUT_MS = 8_000;
/** Clocks show any time, and run up to 3 % too slow or too fast. */
const RATE = { least: 0.97, most: 1.03 };

/** One process: its clock, its candidate, and the writes of it that are on their way. */
interface Party {
  readonly rate: number;
  readonly offset: number;
  candidate: Candidate;
  isAlive: boolean;
  isDraining: boolean;
  isCalling: boolean;
  /** Waits so far. */
  sleeps: number;
  /** In real time: it does nothing before then, as after SIGSTOP. */
  frozenUntil: number;
  /** In real time: the last of its writes may arrive until then. */
  writesUntil: number;
  wasLeading: boolean;
}

/** Three candidates for one Lease, with clocks of their own, in a history that is a function of its weather. */
export class LeaseModel {
  readonly #weather: LeaseWeather;
  readonly #random: () => number;
  readonly #parties: Party[] = [];
  readonly #agenda: { readonly at: number; readonly act: () => void }[] = [];
  readonly #overlaps: string[] = [];
  #now = 0;
  #lease: LeaseRecord | undefined;
  #version = 0;
  #creations = 0;
  #isGone = false;
  #lives = 0;
  #reigns = 0;
  #writes = 0;

  constructor(weather: LeaseWeather) {
    this.#weather = weather;
    this.#random = mulberry32(weather.seed);
  }

  run(): LeaseHistory {
    for (let place = 0; place < 3; place += 1) this.#in(this.#upTo(5_000), () => this.#start(place));
    for (let count = 0; count < 8; count += 1) this.#in(this.#upTo(STORM_MS), () => this.#disturb());
    for (;;) {
      const next = this.#agenda.pop();
      if (next === undefined || next.at > STORM_MS + CALM_MS) break;
      this.#now = next.at;
      next.act();
      this.#look();
    }
    const leaders = this.#parties.filter((party) => this.#leads(party)).map(({ candidate }) => candidate.identity);
    return { overlaps: this.#overlaps, reigns: this.#reigns, writes: this.#writes, leaders };
  }

  /** At every instant at most one may begin a write, or has one on its way. */
  #look(): void {
    const active = this.#parties.filter((party) => this.#leads(party) || party.writesUntil > this.#now);
    if (active.length > 1)
      this.#overlaps.push(`at ${Math.round(this.#now)} ms: ${active.map(({ candidate }) => candidate.identity).join(' and ')}`);
    for (const party of this.#parties) {
      const isLeading = this.#leads(party);
      if (isLeading && !party.wasLeading) this.#reigns += 1;
      party.wasLeading = isLeading;
    }
  }

  #start(place: number): void {
    this.#lives += 1;
    const party: Party = {
      rate: RATE.least + this.#random() * (RATE.most - RATE.least),
      offset: this.#upTo(1e9),
      candidate: newCandidate(`${'abc'[place]}${this.#lives}`),
      isAlive: true,
      isDraining: false,
      isCalling: false,
      sleeps: 0,
      frozenUntil: 0,
      writesUntil: 0,
      wasLeading: false,
    };
    this.#parties.push(party);
    this.#turn(party);
    this.#write(party);
  }

  #disturb(): void {
    const party = this.#pick(this.#parties.filter(({ isAlive }) => isAlive));
    if (party === undefined) return;
    const place = 'abc'.indexOf(party.candidate.identity[0] ?? '');
    switch (this.#pick(this.#weather.isDeleted ? (['freeze', 'delete'] as const) : (['freeze', 'kill', 'stop'] as const))) {
      case 'freeze':
        party.frozenUntil = this.#now + this.#upTo(40_000);
        return;
      case 'kill':
        party.isAlive = false;
        this.#in(this.#upTo(5_000), () => this.#start(place));
        return;
      case 'stop':
        party.isDraining = true;
        // What runs has ended by then.
        this.#at(Math.max(this.#now, party.writesUntil), () => this.#tell(party, () => ({ type: 'stop' })));
        this.#in(this.#upTo(5_000), () => this.#start(place));
        return;
      case 'delete':
        if (this.#isGone || this.#creations > 0 || this.#parties.length < 3) return;
        if (this.#parties.some(({ candidate }) => !candidate.wasThere)) return;
        this.#isGone = true;
        this.#change(undefined);
        return;
      case undefined:
        return;
    }
  }

  /** Takes the next turn of a candidate: one call at a time, or a wait that news may end. */
  #turn(party: Party): void {
    if (!party.isAlive || party.isCalling) return;
    if (this.#isFrozen(party, () => this.#turn(party))) return;
    const action = nextLeaseAction(party.candidate, this.#clock(party));
    if (action.do === 'end') party.isAlive = false;
    else if (action.do === 'wait') this.#sleep(party, action.until);
    else this.#call(party, action);
  }

  #sleep(party: Party, until: number): void {
    party.sleeps += 1;
    const { sleeps } = party;
    // News ends a wait; the turn after it begins another.
    this.#in((until - this.#clock(party)) / party.rate, () => party.sleeps === sleeps && this.#turn(party));
  }

  #call(party: Party, action: LeaseCall): void {
    const startedAt = this.#clock(party);
    party.isCalling = true;
    let isOver = false;
    const end = (event: LeaseEvent) => {
      if (isOver) return;
      isOver = true;
      this.#tell(party, () => {
        party.isCalling = false;
        return event;
      });
    };
    this.#in(CALL_TIMEOUT_MS / party.rate, () => end({ type: 'failed', call: action.do, startedAt, jitter: this.#random() }));
    if (this.#happens(this.#weather.lostRequests)) return;
    const isCreation = action.do === 'create';
    if (isCreation) this.#creations += 1;
    this.#in(this.#latency(), () => {
      if (isCreation) this.#creations -= 1;
      const event = this.#carryOut(party, action, startedAt);
      if (!this.#happens(this.#weather.lostAnswers)) this.#in(this.#latency(), () => end(event));
    });
  }

  #carryOut({ candidate: { identity } }: Party, action: LeaseCall, startedAt: number): LeaseEvent {
    const outdated = (): LeaseEvent => ({ type: 'outdated', startedAt, jitter: this.#random() });
    switch (action.do) {
      case 'create':
        if (this.#lease !== undefined) return outdated();
        return { type: 'written', startedAt, record: this.#change({ holder: identity, durationMs: 15_000, transitions: 0 }) };
      case 'hold':
      case 'release': {
        if (this.#lease?.resourceVersion !== action.record.resourceVersion) return outdated();
        const holder = action.do === 'hold' ? identity : '';
        return { type: 'written', startedAt, record: this.#change({ holder, durationMs: 15_000, transitions: 0 }) };
      }
      default:
        return { type: 'read', record: this.#lease };
    }
  }

  #change<T extends Omit<LeaseRecord, 'resourceVersion'> | undefined>(content: T): T extends undefined ? undefined : LeaseRecord;
  #change(content: Omit<LeaseRecord, 'resourceVersion'> | undefined): LeaseRecord | undefined {
    this.#version += 1;
    const record = content === undefined ? undefined : { ...content, resourceVersion: String(this.#version) };
    this.#lease = record;
    for (const party of this.#parties) {
      if (this.#happens(this.#weather.lostNews)) continue;
      this.#in(this.#latency(), () => this.#tell(party, () => ({ type: 'told', record })));
    }
    return record;
  }

  #tell(party: Party, event: () => LeaseEvent): void {
    if (!party.isAlive || this.#isFrozen(party, () => this.#tell(party, event))) return;
    party.candidate = afterLeaseEvent(party.candidate, event(), this.#clock(party));
    this.#turn(party);
  }

  /** Writes now and then for as long as it may, each for as long as it may take at most. */
  #write(party: Party): void {
    if (!party.isAlive || party.isDraining) return;
    if (this.#isFrozen(party, () => this.#write(party))) return;
    const timeMs = Math.min(WRITE_TIMEOUT_MS, writeTimeMs(party.candidate, this.#clock(party)));
    if (timeMs > 0) {
      this.#writes += 1;
      party.writesUntil = Math.max(party.writesUntil, this.#now + timeMs / party.rate);
    }
    this.#in(this.#upTo(3_000), () => this.#write(party));
  }

  #leads(party: Party): boolean {
    return party.isAlive && !party.isDraining && leads(party.candidate, this.#clock(party));
  }

  #isFrozen(party: Party, again: () => void): boolean {
    if (party.frozenUntil <= this.#now) return false;
    this.#at(party.frozenUntil, again);
    return true;
  }

  #clock({ offset, rate }: Party): number {
    return offset + this.#now * rate;
  }

  #latency(): number {
    return this.#happens(this.#weather.slow) ? this.#upTo(12_000) : this.#upTo(50);
  }

  #happens(share: number): boolean {
    return this.#random() < share && this.#now < STORM_MS;
  }

  #upTo(most: number): number {
    return this.#random() * most;
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.#random() * items.length)];
  }

  #in(ms: number, act: () => void): void {
    this.#at(this.#now + Math.max(0, ms), act);
  }

  #at(at: number, act: () => void): void {
    // The last comes first; of two at one time, the one that was set first does.
    let [low, high] = [0, this.#agenda.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#agenda[middle]?.at ?? 0) > at) low = middle + 1;
      else high = middle;
    }
    this.#agenda.splice(low, 0, { at, act });
  }
}

/** A generator of 32 bits by Tommy Ettinger, uniform in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
