import { type FileHandle, open, rename } from 'node:fs/promises';
import type { Decision, Event, State } from '@ddprofiler-rc/core';
import { type Entry, lineOf } from './entry.ts';
import type { Recorder } from './recorder.ts';
import type { JournalSink } from './sink.ts';

export interface JournalFileParts {
  readonly path: string;
  /** A journal that has grown to this becomes `<path>.1`, and a new one begins. Two such files are the most that there is. */
  readonly maxBytes: number;
  /** Makes the recorder of one journal. */
  readonly recorder: () => Recorder;
  /** Told once when it can no longer be written, and once when it can again. */
  readonly onChange: (message: string, error?: unknown) => void;
}

/** Records that wait for the disk. Beyond it the journal has a gap: the operator never waits for its journal. */
const MAX_PENDING = 50_000;

/** Written with one call: few enough that the event loop stays free. */
const BATCH = 200;

const TRY_AGAIN_MS = 10_000;

/**
 * The journal on disk.
 *
 * | what happens | then |
 * | --- | --- |
 * | a start finds a journal at its path | that becomes `<path>.1` |
 * | it has grown to `maxBytes` | it becomes `<path>.1`; the new one begins with the state so far |
 * | a write fails, or the disk is too slow | records are lost; once it can be written again, a gap says how many, and it goes on from the state of then |
 * | kill -9 in the middle of a write | the last line is cut off, which a replay tells |
 */
export class JournalFile implements JournalSink {
  readonly #parts: JournalFileParts;
  #pending: Entry[] = [];
  #lost = 0;
  #recorder: Recorder;
  #file: FileHandle | undefined;
  #size = 0;
  /** What the records written so far lead to. */
  #written: { state: State; at: number };
  /** What all records so far lead to, written or not. */
  #latest: { state: State; at: number };
  #writing: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isFailing = false;

  constructor(parts: JournalFileParts, state: State) {
    this.#parts = parts;
    this.#written = { state, at: 0 };
    this.#latest = this.#written;
    this.#recorder = parts.recorder();
  }

  event(event: Event, at: number, after: State): void {
    this.#latest = { state: after, at };
    this.#add({ type: 'event', at, event, after });
  }

  decided(decision: Decision, at: number, clock: number): void {
    this.#latest = { ...this.#latest, at };
    this.#add({ type: 'decision', at, clock, decision });
  }

  /** Writes what it still has, and the end. A life that was told of nothing leaves no journal, and the former one where it is. */
  async close(): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    await this.#writing;
    if (this.#pending.length > 0 || this.#lost > 0) await this.#writeAll();
    if (this.#file !== undefined && !this.#isFailing)
      await this.#attempt(() => this.#append((recorder) => recorder.end(this.#latest.at)));
    await this.#file?.close().catch(() => {});
  }

  #add(entry: Entry): void {
    this.#pending.push(entry);
    if (this.#pending.length > MAX_PENDING) this.#lose();
    if (this.#writing !== undefined || this.#retry !== undefined) return;
    this.#begin();
  }

  #begin(): void {
    this.#writing = this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  async #writeAll(): Promise<void> {
    // What comes in the same turn is written together.
    await Promise.resolve();
    while (this.#pending.length > 0 || this.#lost > 0) {
      const batch = this.#lost > 0 ? [] : this.#pending.splice(0, BATCH);
      const isWritten = await this.#attempt(async () => {
        if (this.#file === undefined || this.#size >= this.#parts.maxBytes) await this.#open();
        // Not only after opening it: that succeeds on a full disk.
        if (this.#size === 0) await this.#append((recorder) => recorder.begin(this.#written.state, this.#written.at));
        await (this.#lost > 0
          ? this.#goOnAfterGap()
          : this.#append((recorder) => batch.map((entry) => lineOf(entry, recorder)).join('')));
      });
      if (!isWritten) {
        this.#lost += batch.length;
        this.#lose();
        this.#retry = setTimeout(() => {
          this.#retry = undefined;
          this.#begin();
        }, TRY_AGAIN_MS).unref();
        return;
      }
      for (const entry of batch) if (entry.type === 'event') this.#written = { state: entry.after, at: entry.at };
    }
  }

  #lose(): void {
    this.#lost += this.#pending.length;
    this.#pending = [];
  }

  async #goOnAfterGap(): Promise<void> {
    const { state, at } = this.#latest;
    const lost = this.#lost;
    await this.#append((recorder) => recorder.gap(lost, at) + recorder.checkpoint(state, at));
    this.#lost -= lost;
    this.#written = { state, at };
  }

  async #open(): Promise<void> {
    const { path, recorder } = this.#parts;
    await this.#file?.close();
    this.#file = undefined;
    await rename(path, `${path}.1`).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
    this.#file = await open(path, 'w', 0o600);
    this.#size = 0;
    this.#recorder = recorder();
  }

  /** All of the lines that `make` gives, or nothing of them. */
  async #append(make: (recorder: Recorder) => string): Promise<void> {
    const recorder = this.#recorder;
    const file = this.#file;
    if (file === undefined) throw new Error('a journal is appended to before it is opened');
    const { position } = recorder;
    const bytes = Buffer.from(make(recorder));
    try {
      for (let done = 0; done < bytes.length; ) {
        done += (await file.write(bytes, done, bytes.length - done, this.#size + done)).bytesWritten;
      }
    } catch (error) {
      recorder.rewind(position);
      await file.truncate(this.#size).catch(() => {});
      throw error;
    }
    this.#size += bytes.length;
  }

  async #attempt(write: () => Promise<void>): Promise<boolean> {
    try {
      await write();
    } catch (error) {
      if (!this.#isFailing) this.#parts.onChange('the journal cannot be written; it will have a gap', error);
      this.#isFailing = true;
      return false;
    }
    if (this.#isFailing) this.#parts.onChange('the journal can be written again');
    this.#isFailing = false;
    return true;
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
