import {
  canonicalJson,
  decide,
  evolve,
  initialState,
  type Json,
  type Key,
  type ReadRules,
  recallState,
  type State,
} from '@ddprofiler-rc/core';
import { ChainReader } from './chain.ts';
import { recallReading } from './reading.ts';
import { FORMAT, type JournalRecord } from './record.ts';

/** What became of a replay. */
export interface ReplayResult {
  readonly lines: number;
  readonly events: number;
  readonly decisions: number;
  /** Keys that were decided on. */
  readonly keys: number;
  /** Milliseconds from the first record to the last. */
  readonly span: number;
  /** Written by this version of the operator. */
  readonly version: string | undefined;
  /** RFC 3339: when the clock of the journal was 0. */
  readonly origin: string | undefined;
  /** What is worth knowing, and no fault of the journal. */
  readonly notes: readonly string[];
  /** Why it is not the same; absent where it is. */
  readonly fault?: Fault;
}

type Fault =
  /** The journal is not as the operator wrote it. */
  | { readonly kind: 'damaged'; readonly line: number; readonly message: string }
  /** Folded again, it leads to another decision. */
  | {
      readonly kind: 'differs';
      readonly line: number;
      readonly key: Key;
      readonly differences: readonly Difference[];
    };

interface Difference {
  readonly path: string;
  /** As JSON; absent where there is nothing. */
  readonly recorded?: string;
  readonly now?: string;
}

/**
 * Folds a journal again, and decides again. Stops at the first fault.
 * @param lines without their line feeds; `isWhole`: false for a last line that has none
 */
export async function replay(lines: AsyncIterable<JournalLine> | Iterable<JournalLine>): Promise<ReplayResult> {
  const replayer = new Replayer();
  for await (const line of lines) if (!replayer.take(line)) break;
  return replayer.result();
}

export interface JournalLine {
  readonly text: string;
  /** False for a last line without a line feed. */
  readonly isWhole: boolean;
}

class Replayer {
  readonly #chain = new ChainReader();
  readonly #keys = new Set<Key>();
  readonly #notes: string[] = [];
  #lines = 0;
  #events = 0;
  #decisions = 0;
  #first: number | undefined;
  #last = 0;
  #header: Extract<JournalRecord, { type: 'header' }> | undefined;
  #state: State | undefined;
  #hasEnded = false;
  #fault: Fault | undefined;

  /** @returns false after a fault */
  take({ text, isWhole }: JournalLine): boolean {
    this.#lines += 1;
    const link = this.#chain.read(text);
    if (link.kind === 'broken') {
      if (!isWhole) {
        this.#notes.push(`line ${this.#lines} is cut off: the operator was ended while it wrote it`);
        this.#hasEnded = true;
        return true;
      }
      return this.#damaged(link.message);
    }
    if (this.#hasEnded) return this.#damaged('there is a line after the end of the journal');
    return isRecord(link.record) ? this.#record(link.record) : this.#damaged('this version does not know such a record');
  }

  result(): ReplayResult {
    if (this.#fault === undefined && this.#lines === 0) this.#damaged('there is nothing in it');
    if (this.#fault === undefined && !this.#hasEnded)
      this.#notes.push('it has no end: the operator was killed, or is still writing, or lines at the end are missing');
    return {
      lines: this.#lines,
      events: this.#events,
      decisions: this.#decisions,
      keys: this.#keys.size,
      span: this.#last - (this.#first ?? this.#last),
      version: this.#header?.version,
      origin: this.#header?.origin,
      notes: this.#notes,
      ...(this.#fault === undefined ? {} : { fault: this.#fault }),
    };
  }

  #record(record: JournalRecord): boolean {
    if (record.type === 'header') {
      if (this.#header !== undefined) return this.#damaged('a second header');
      if (record.format !== FORMAT)
        return this.#damaged(
          `the journal has format ${record.format}, and this version replays ${FORMAT}: use version ${record.version}`,
        );
      this.#header = record;
      return true;
    }
    if (this.#header === undefined) return this.#damaged('it does not begin with a header');
    this.#first ??= record.at;
    this.#last = record.at;
    switch (record.type) {
      case 'checkpoint':
        this.#state = recallState(record.state, this.#header.scope);
        return true;
      case 'event': {
        const { event, reading } = record;
        const read: ReadRules = (text) =>
          reading?.text === text ? recallReading(reading) : { kind: 'unreadable', problems: [] };
        this.#state = evolve(this.#state ?? initialState(this.#header.scope), event, read);
        this.#events += 1;
        return true;
      }
      case 'decision': {
        const { decision, clock } = record;
        const again = decide(this.#state ?? initialState(this.#header.scope), decision.key, clock);
        this.#decisions += 1;
        this.#keys.add(decision.key);
        const [recorded, now] = [plain(decision), plain(again)];
        if (canonicalJson(recorded) === canonicalJson(now)) return true;
        this.#fault = {
          kind: 'differs',
          line: this.#lines,
          key: decision.key,
          differences: [...differencesOf('', recorded, now)],
        };
        return false;
      }
      case 'gap':
        this.#notes.push(
          `line ${this.#lines}: ${record.lost} records could not be written; it goes on from the state after them`,
        );
        return true;
      case 'end':
        this.#hasEnded = true;
        return true;
    }
  }

  #damaged(message: string): false {
    this.#fault = { kind: 'damaged', line: this.#lines, message };
    return false;
  }
}

const TYPES = new Set(['header', 'checkpoint', 'event', 'decision', 'gap', 'end']);

/** The hash of its line says that the operator wrote it: its type tells the rest. */
function isRecord(value: unknown): value is JournalRecord {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && TYPES.has(value.type)
  );
}

function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value));
}

function* differencesOf(path: string, recorded: Json | undefined, now: Json | undefined): Generator<Difference> {
  if (isContainer(recorded) && isContainer(now)) {
    const names = new Set([...Object.keys(recorded), ...Object.keys(now)]);
    for (const name of names) {
      yield* differencesOf(path === '' ? name : `${path}.${name}`, memberOf(recorded, name), memberOf(now, name));
    }
    return;
  }
  const texts = [recorded, now].map((value) => (value === undefined ? undefined : canonicalJson(value)));
  if (texts[0] === texts[1]) return;
  yield {
    path,
    ...(texts[0] === undefined ? {} : { recorded: texts[0] }),
    ...(texts[1] === undefined ? {} : { now: texts[1] }),
  };
}

type Container = Exclude<Json, null | boolean | number | string>;

function isContainer(value: Json | undefined): value is Container {
  return typeof value === 'object' && value !== null;
}

function memberOf(container: Container, name: string): Json | undefined {
  return Object.entries(container).find(([key]) => key === name)?.[1];
}
