import { bookmark, type ClusterState, type EmbeddedCluster, type WatchCursor, type WatchEvent } from '@ddprofiler-rc/cluster-sim';
import { ApiFailure } from '@ddprofiler-rc/k8s-adapter';
import type { Draw } from './draw.ts';
import type { Fault } from './plan.ts';

const BOOKMARK_EVERY_MS = 60_000;
const LATEST_MISHAP_MS = 30_000;
/** Share of the lines that a broken server loses. */
const LOST = 0.3;

export interface WatchBodyParts {
  readonly cluster: EmbeddedCluster;
  readonly cursor: WatchCursor;
  readonly fault: Fault | undefined;
  readonly delayMs: number;
  readonly draw: Draw;
  /** In the cluster's time. */
  readonly now: () => number;
  readonly signal: AbortSignal | undefined;
}

/**
 * The body of one watch, as it comes through a network: what the cluster tells, some time later, in pieces, with whatever befalls it.
 * Chunks come in order. Ends where the watch does, or with an error where the connection breaks; a reader that leaves is let go.
 */
export class WatchBody implements AsyncIterable<Uint8Array> {
  readonly #parts: WatchBodyParts;
  readonly #chunks: Uint8Array[] = [];
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  readonly #leave: () => void;
  readonly #openedAt: number;
  #cursor: WatchCursor;
  #lastAt = 0;
  #isSilent = false;
  #end: 'open' | 'closed' | Error = 'open';
  #wake = (): void => {};

  constructor(parts: WatchBodyParts) {
    this.#parts = parts;
    this.#cursor = parts.cursor;
    this.#openedAt = parts.now();
    const stopListening = parts.cluster.onChange(() => this.#pull());
    const onAbort = () => this.#finish(new ApiFailure('Unreachable', 'the watch was given up'));
    parts.signal?.addEventListener('abort', onAbort);
    this.#leave = () => {
      stopListening();
      parts.signal?.removeEventListener('abort', onAbort);
      for (const timer of this.#timers) clearTimeout(timer);
      this.#timers.clear();
    };
    this.#pull();
    this.#after(Math.max(0, parts.cursor.endsAt - parts.now()), () => this.#finish('closed'));
    if (parts.cursor.bookmarks && parts.fault !== 'noBookmarks') this.#bookmarkSoon();
    this.#meetFault();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) yield chunk;
        else if (this.#end === 'closed') return;
        else if (this.#end !== 'open') throw this.#end;
        else
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
      }
    } finally {
      this.#leave();
    }
  }

  /** The machine that reads it is gone. */
  drop(): void {
    this.#isSilent = true;
    this.#leave();
  }

  #pull(): void {
    const { cluster, fault } = this.#parts;
    const isFirst = this.#cursor === this.#parts.cursor;
    const { cursor, events } = cluster.readWatch(this.#cursor);
    this.#cursor = cursor;
    const told = isFirst && fault === 'compressedWatch' ? latestOfEach(events) : events;
    this.#send(fault === 'lostLines' ? this.#withoutLost(told) : told);
    if (cursor.ended) this.#after(this.#delay(), () => this.#finish('closed'));
  }

  #withoutLost(events: readonly WatchEvent[]): readonly WatchEvent[] {
    const { draw, now } = this.#parts;
    return now() - this.#openedAt > LATEST_MISHAP_MS ? events : events.filter(() => !draw.chance(LOST));
  }

  #bookmarkSoon(): void {
    this.#after(BOOKMARK_EVERY_MS, () => {
      const event = bookmark(this.#state, this.#cursor);
      this.#send(this.#parts.fault === 'manyBookmarks' ? [event, event] : [event]);
      this.#bookmarkSoon();
    });
  }

  get #state(): ClusterState {
    return this.#parts.cluster.state;
  }

  #send(events: readonly WatchEvent[]): void {
    if (events.length === 0) return;
    const bytes = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    this.#sendBytes(bytes);
  }

  #sendBytes(bytes: Uint8Array): void {
    const half = this.#parts.draw.chance(0.2) ? this.#parts.draw.int(0, bytes.length) : bytes.length;
    this.#after(this.#delay(), () => this.#arrive(bytes.subarray(0, half)));
    if (half < bytes.length) this.#after(this.#delay(), () => this.#arrive(bytes.subarray(half)));
  }

  #arrive(bytes: Uint8Array): void {
    if (this.#isSilent || this.#end !== 'open') return;
    this.#chunks.push(bytes);
    this.#wake();
  }

  /** Later than whatever was sent before. */
  #delay(): number {
    const now = this.#parts.now();
    this.#lastAt = Math.max(this.#lastAt, now + this.#parts.delayMs);
    return this.#lastAt - now;
  }

  #meetFault(): void {
    const { fault, draw } = this.#parts;
    const at = draw.int(0, LATEST_MISHAP_MS);
    switch (fault) {
      case 'cutWatch':
        this.#after(at, () => {
          this.#arrive(Buffer.from('{"type":"MODIFIED","obj'));
          this.#finish(new ApiFailure('Unreachable', 'the connection broke'));
        });
        return;
      case 'closedWatch':
        this.#after(at, () => this.#finish('closed'));
        return;
      case 'stalledWatch':
        this.#after(at, () => {
          this.#isSilent = true;
        });
        return;
      case 'malformedWatch':
        this.#after(at, () => this.#arrive(Buffer.from('<html>bad gateway</html>\n')));
        return;
      case 'expiredWatch':
        this.#after(at, () => {
          const object = {
            kind: 'Status',
            apiVersion: 'v1',
            status: 'Failure',
            reason: 'Expired',
            message: 'too old resource version',
            code: 410,
          };
          this.#arrive(Buffer.from(`${JSON.stringify({ type: 'ERROR', object })}\n`));
          this.#finish('closed');
        });
        return;
      default:
        return;
    }
  }

  #finish(end: 'closed' | Error): void {
    if (this.#end !== 'open' || (this.#isSilent && end === 'closed')) return;
    this.#end = end;
    this.#wake();
  }

  #after(ms: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      then();
    }, ms);
    this.#timers.add(timer);
  }
}

/** Of all events of one name only the last, as a history that was compressed tells it. */
function latestOfEach(events: readonly WatchEvent[]): readonly WatchEvent[] {
  const latest = new Map<string, WatchEvent>();
  for (const event of events) {
    const { metadata } = event.object;
    const name = JSON.stringify(metadata, ['namespace', 'name']);
    latest.delete(name);
    latest.set(name, event);
  }
  return [...latest.values()];
}
