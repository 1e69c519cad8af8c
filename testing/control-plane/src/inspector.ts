/** The memory of another Node process, by its inspector: https://chromedevtools.github.io/devtools-protocol. No code of that process helps. */
import { setTimeout as delay } from 'node:timers/promises';
import { at, listAt, textAt } from './json.ts';

/** For that process's `NODE_OPTIONS`; port 0: any free one, which Node says on standard error. */
export const INSPECT = '--inspect=127.0.0.1:0';

/** In bytes, after a garbage collection. */
export type Memory = {
  /** Objects on the heap that are in use. */
  readonly heap: number;
  /** What the engine made of the program: machine code and bytecode. It compiles what runs often, and drops what rests. */
  readonly code: number;
  readonly resident: number;
};

export type Inspector = { readonly memory: () => Promise<Memory>; readonly close: () => void };

/** Collections until what is left of one goes with the next no more: weak references and finalisers need several, and a turn in between. */
const COLLECTIONS = 4;
const SETTLE_MS = 100;

const MEASURE = `JSON.stringify({ rss: process.memoryUsage.rss(), spaces: process.getBuiltinModule('v8').getHeapSpaceStatistics() })`;

/** As https://nodejs.org/api/v8.html#v8getheapspacestatistics names them. */
const CODE_SPACES: ReadonlySet<string> = new Set([
  'code_space',
  'code_large_object_space',
  'trusted_space',
  'trusted_large_object_space',
]);

/** Where a process that was started with {@link INSPECT} says that its inspector is; undefined until it has. */
export const inspectorUrl = (output: string): string | undefined => /ws:\/\/127\.0\.0\.1:\S+/.exec(output)?.[0];

/**
 * @param url `ws://127.0.0.1:port/…`
 * @throws where nothing answers there; calls reject once the process is gone
 */
export const inspect = async (url: string): Promise<Inspector> => {
  const socket = new WebSocket(url);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error(`no inspector at ${url}`)), { once: true });
  });
  const waiting = new Map<number, (result: unknown) => void>();
  const gone = new Promise<never>((_, reject) => {
    socket.addEventListener('close', () => reject(new Error('the process, or its inspector, is gone')), { once: true });
  });
  gone.catch(() => {}); // nobody may be waiting
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const answer = at(JSON.parse(String(data)));
    if (typeof answer.id !== 'number') return;
    waiting.get(answer.id)?.(answer.result);
    waiting.delete(answer.id);
  });
  const call = (method: string, params: object = {}): Promise<unknown> => {
    const answered = new Promise((resolve) => {
      last += 1;
      waiting.set(last, resolve);
      socket.send(JSON.stringify({ id: last, method, params }));
    });
    return Promise.race([answered, gone]);
  };
  return {
    memory: async () => {
      for (let count = 0; count < COLLECTIONS; count += 1) {
        await call('HeapProfiler.collectGarbage');
        await delay(SETTLE_MS);
      }
      const evaluated = await call('Runtime.evaluate', { expression: MEASURE });
      const { rss, spaces } = at(JSON.parse(textAt(evaluated, 'result', 'value')));
      if (typeof rss !== 'number') throw new Error('the inspector tells no memory');
      const used = { heap: 0, code: 0, resident: rss };
      for (const space of listAt(spaces)) {
        const { space_used_size: size } = at(space);
        if (typeof size === 'number') used[CODE_SPACES.has(textAt(space, 'space_name')) ? 'code' : 'heap'] += size;
      }
      return used;
    },
    close: () => socket.close(),
  };
};
