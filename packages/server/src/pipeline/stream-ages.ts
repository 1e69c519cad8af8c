import { kindOfStream, type StreamId, type StreamKind } from '@ddprofiler-rc/core';

/** When each watch stream last gave a sign of life, bookmarks included. A stream that never did, or that is over, has no age. */
export class StreamAges {
  readonly #heardAt = new Map<StreamId, number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  heard(stream: StreamId): void {
    this.#heardAt.set(stream, this.#now());
  }

  ended(stream: StreamId): void {
    this.#heardAt.delete(stream);
  }

  /** In seconds, by kind: of a kind's streams the most silent one, since the others must not hide it. */
  byKind(): Readonly<Partial<Record<StreamKind, number>>> {
    const ages: Partial<Record<StreamKind, number>> = {};
    for (const [stream, at] of this.#heardAt) {
      const kind = kindOfStream(stream);
      ages[kind] = Math.max(ages[kind] ?? 0, (this.#now() - at) / 1000);
    }
    return ages;
  }
}
