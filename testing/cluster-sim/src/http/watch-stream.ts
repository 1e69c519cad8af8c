import type { ServerResponse } from 'node:http';
import { bookmark } from '../api/watch.ts';
import type { WatchCursor, WatchEvent } from '../request.ts';
import type { ServedCluster } from './served-cluster.ts';

/** Between two bookmarks; the last one comes this long before the end of the watch's time. Milliseconds, as the API server has them. */
const BOOKMARK_EVERY = 60_000;
const BOOKMARK_BEFORE_END = 2_000;

/** setTimeout takes no longer times. */
const LONGEST_TIMER = 2 ** 31 - 1;

export interface WatchStreamOptions {
  /** The form that an event goes out in; `first` for the first of the watch. */
  render(event: WatchEvent, first: boolean): WatchEvent;
  now(): number;
}

/**
 * Tells one watch to one client, a line of JSON per event, until its time is over, it ended by itself or the client left.
 *
 * Invariants
 * - A client that reads slowly costs one cursor: while its socket is full nothing is read from the cluster for it.
 * - Changes that come in a burst are read together, after the request that made them was answered.
 */
export function streamWatch(
  cluster: ServedCluster,
  from: WatchCursor,
  response: ServerResponse,
  options: WatchStreamOptions,
): void {
  let cursor = from;
  let first = true;
  let full = false;
  let ended = false;
  let reading: NodeJS.Immediate | undefined;

  const say = (event: WatchEvent): void => {
    full = !response.write(`${JSON.stringify(options.render(event, first))}\n`);
    first = false;
  };
  const read = (): void => {
    reading = undefined;
    if (ended || full) return;
    const { cursor: next, events } = cluster.readWatch(cursor);
    cursor = next;
    for (const event of events) say(event);
    if (cursor.ended) end();
  };
  const readSoon = (): void => {
    reading ??= setImmediate(read);
  };
  const remind = (): void => {
    read();
    if (!ended && !full) say(bookmark(cluster.state, cursor));
  };
  const timers: NodeJS.Timeout[] = [];
  const stopListening = cluster.onChange(readSoon);
  const leave = (): void => {
    ended = true;
    stopListening();
    for (const timer of timers) clearTimeout(timer);
    if (reading !== undefined) clearImmediate(reading);
  };
  const end = (): void => {
    leave();
    response.end();
  };

  response.on('drain', () => {
    full = false;
    readSoon();
  });
  response.once('close', leave);
  response.flushHeaders();

  const left = Math.max(0, cursor.endsAt - options.now());
  // What came in before the end is told; readWatch may say by itself that the time is over.
  const last = (): void => {
    read();
    if (!ended) end();
  };
  timers.push(setTimeout(last, Math.min(left, LONGEST_TIMER)));
  if (cursor.bookmarks) {
    timers.push(setInterval(remind, BOOKMARK_EVERY));
    if (left > BOOKMARK_BEFORE_END) timers.push(setTimeout(remind, Math.min(left - BOOKMARK_BEFORE_END, LONGEST_TIMER)));
  }
  read();
}
