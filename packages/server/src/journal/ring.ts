import { type Decision, type Event, fullEvent, type State, slimEvent } from '@ddprofiler-rc/core';
import { type Entry, lineOf } from './entry.ts';
import type { Recorder } from './recorder.ts';
import type { JournalSink } from './sink.ts';

/**
 * The journal in memory: the last `capacity` events and decisions, and the state that the first of them found. It keeps references to what
 * never changes, and of Deployments what the states have of them, so that what it costs is little; what may be secret is left out only when it
 * is written.
 */
export class JournalRing implements JournalSink {
  readonly #capacity: number;
  /** Oldest at `#first`, the others follow and wrap around. */
  readonly #kept: Entry[] = [];
  #first = 0;
  #start: { readonly state: State; readonly at: number };

  constructor(capacity: number, state: State) {
    this.#capacity = capacity;
    this.#start = { state, at: 0 };
  }

  event(event: Event, at: number, after: State): void {
    this.#add({ type: 'event', at, event: slimEvent(event, after), after });
  }

  decided(decision: Decision, at: number, clock: number): void {
    this.#add({ type: 'decision', at, clock, decision });
  }

  /** All that it has, as the lines of a journal, each with its line feed. */
  *lines(recorder: Recorder): Generator<string> {
    // What is added meanwhile would move what is kept.
    const kept = [...this.#kept.slice(this.#first), ...this.#kept.slice(0, this.#first)];
    yield recorder.begin(this.#start.state, this.#start.at);
    for (const entry of kept) {
      const full = entry.type === 'event' ? { ...entry, event: fullEvent(entry.event, entry.after) } : entry;
      yield lineOf(full, recorder);
    }
  }

  #add(entry: Entry): void {
    if (this.#kept.length < this.#capacity) {
      this.#kept.push(entry);
      return;
    }
    const oldest = this.#kept[this.#first];
    if (oldest?.type === 'event') this.#start = { state: oldest.after, at: oldest.at };
    this.#kept[this.#first] = entry;
    this.#first = (this.#first + 1) % this.#capacity;
  }
}
