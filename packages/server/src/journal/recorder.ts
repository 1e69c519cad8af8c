import { createHmac, randomBytes } from 'node:crypto';
import {
  type Decision,
  type Digest,
  type Event,
  readRules,
  recordState,
  redactDecision,
  redactEvent,
  redactReading,
  redactState,
  rulesTextIn,
  type Scope,
  type State,
} from '@ddprofiler-rc/core';
import { Chain } from './chain.ts';
import { recordReading } from './reading.ts';
import { FORMAT, type JournalRecord, type RecordedReading } from './record.ts';

/** Of each digest: enough that no two texts of one journal ever share one. */
const DIGEST_DIGITS = 24;

export interface RecorderParts {
  readonly scope: Scope;
  readonly version: string;
  /** When the clock of all `at`s was 0: milliseconds since 1970. */
  readonly origin: number;
}

/** Turns what happened into the lines of one journal, free of secrets. */
export class Recorder {
  readonly #parts: RecorderParts;
  readonly #chain = new Chain();
  readonly #digest: Digest;

  constructor(parts: RecorderParts, key: Uint8Array = randomBytes(32)) {
    this.#parts = parts;
    this.#digest = (text) =>
      text === '' ? '' : `#${createHmac('sha256', key).update(text).digest('hex').slice(0, DIGEST_DIGITS)}`;
  }

  get position(): string {
    return this.#chain.position;
  }

  /** Forgets the lines since `position`: they did not get into the journal. */
  rewind(position: string): void {
    this.#chain.rewind(position);
  }

  /** How a journal begins: the header, and the state that the first record finds. */
  begin(state: State, at: number): string {
    const { scope, version, origin } = this.#parts;
    const header = this.#line({ type: 'header', format: FORMAT, version, origin: new Date(origin).toISOString(), scope });
    return header + this.checkpoint(state, at);
  }

  checkpoint(state: State, at: number): string {
    return this.#line({ type: 'checkpoint', at, state: recordState(redactState(state, this.#digest)) });
  }

  /** @param after the state with the event folded in */
  event(event: Event, at: number, after: State): string {
    const text = rulesTextIn(event, after);
    const reading = text === undefined ? {} : { reading: this.#readingOf(text) };
    return this.#line({ type: 'event', at, event: redactEvent(event, this.#digest), ...reading });
  }

  decision(decision: Decision, at: number, clock: number): string {
    return this.#line({ type: 'decision', at, clock, decision: redactDecision(decision, this.#digest) });
  }

  gap(lost: number, at: number): string {
    return this.#line({ type: 'gap', at, lost });
  }

  end(at: number): string {
    return this.#line({ type: 'end', at });
  }

  #line(record: JournalRecord): string {
    return this.#chain.seal(record);
  }

  #readingOf(text: string): RecordedReading {
    const reading = readRules(text, this.#parts.scope.namespaces);
    return recordReading(this.#digest(text), redactReading(reading, this.#digest));
  }
}
