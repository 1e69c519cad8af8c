/** The memory of another Node process, by its inspector: https://chromedevtools.github.io/devtools-protocol. No code of that process helps. */
import { at, textAt } from './json.ts';

export type Memory = {
  /** Bytes on the heap that are in use, after everything else was collected. */
  readonly heap: number;
  /** Bytes resident. */
  readonly resident: number;
};

export type Inspector = { readonly memory: () => Promise<Memory>; readonly close: () => void };

/** @param url `ws://127.0.0.1:port/…`, as the process says when it starts with `--inspect` */
export const inspect = async (url: string): Promise<Inspector> => {
  const socket = new WebSocket(url);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error(`no inspector at ${url}`)), { once: true });
  });
  const waiting = new Map<number, (result: unknown) => void>();
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const answer = at(JSON.parse(String(data)));
    if (typeof answer.id === 'number') waiting.get(answer.id)?.(answer.result);
  });
  const call = (method: string, params: object = {}): Promise<unknown> =>
    new Promise((resolve) => {
      last += 1;
      waiting.set(last, resolve);
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  return {
    memory: async () => {
      await call('HeapProfiler.collectGarbage');
      const evaluated = await call('Runtime.evaluate', { expression: 'JSON.stringify(process.memoryUsage())' });
      const { heapUsed, rss } = at(JSON.parse(textAt(evaluated, 'result', 'value')));
      if (typeof heapUsed !== 'number' || typeof rss !== 'number') throw new Error('the inspector tells no memory');
      waiting.clear();
      return { heap: heapUsed, resident: rss };
    },
    close: () => socket.close(),
  };
};
