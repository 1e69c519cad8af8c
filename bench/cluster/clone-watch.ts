/**
 * The independent watcher: a raw watch of the clones in the bench's own process, on a connection of its own. What it has not seen has not
 * happened, whatever the operator says.
 */
import type { ApiClient } from './api-client.ts';
import { CLONES_PATH, presentVersion } from './stage.ts';

/** What a line of the stream begins with, so that counting needs no parsing of it. */
const ADDED = '{"type":"ADDED"';

export interface CloneWatch {
  /** Resolves with the time (`performance.now()`) at which the `count`-th clone since the start was there. */
  added(count: number): Promise<number>;
  /** Rejects when the watch breaks; else never settles. */
  readonly broken: Promise<never>;
  stop(): void;
}

/** @param onLine called with each line as it arrives, and the time */
export async function watchClones(admin: ApiClient, onLine: (line: string, at: number) => void = () => {}): Promise<CloneWatch> {
  const ended = new AbortController();
  const version = await presentVersion(admin);
  const chunks = await admin.watch(`${CLONES_PATH}&watch=true&resourceVersion=${version}`, ended.signal);
  let seen = 0;
  const waiting: { readonly count: number; readonly resolve: (at: number) => void }[] = [];
  const arrivals: number[] = [];
  const take = (line: string): void => {
    const at = performance.now();
    if (line.startsWith(ADDED)) {
      seen += 1;
      arrivals.push(at);
      for (const { count, resolve } of waiting) if (count === seen) resolve(at);
    }
    onLine(line, at);
  };
  const read = async (): Promise<never> => {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of chunks) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) take(line);
    }
    throw new Error('the API server ended the watch of the clones');
  };
  const broken = read();
  broken.catch(() => {}); // told by whoever waits
  return {
    broken,
    added: (count) => {
      const before = arrivals[count - 1];
      if (before !== undefined) return Promise.resolve(before);
      return Promise.race([new Promise<number>((resolve) => waiting.push({ count, resolve })), broken]);
    },
    stop: () => ended.abort(),
  };
}
