/** The memory of another Node process, by its inspector: https://chromedevtools.github.io/devtools-protocol. No code of that process helps. */
import { at, listAt, textAt } from './json.ts';

export type Memory = {
  /** Bytes of objects on the heap that are in use, after everything else was collected. */
  readonly heap: number;
  /** Bytes of what the engine made of the program: machine code and bytecode. It compiles what runs often, and drops what rests. */
  readonly code: number;
  /** Bytes resident. */
  readonly resident: number;
};

export type Inspector = { readonly memory: () => Promise<Memory>; readonly close: () => void };

const MEASURE = `JSON.stringify({ rss: process.memoryUsage.rss(), spaces: process.getBuiltinModule('v8').getHeapSpaceStatistics() })`;

/** As https://nodejs.org/api/v8.html#v8getheapspacestatistics names them. */
const CODE_SPACES: ReadonlySet<string> = new Set([
  'code_space',
  'code_large_object_space',
  'trusted_space',
  'trusted_large_object_space',
]);

/** @param url `ws://127.0.0.1:port/…`, as the process says when it starts with `--inspect` */
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
    if (typeof answer.id === 'number') waiting.get(answer.id)?.(answer.result);
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
      // What finalizers let go of in the first goes in the second.
      for (let turn = 0; turn < 2; turn += 1) await call('HeapProfiler.collectGarbage');
      const evaluated = await call('Runtime.evaluate', { expression: MEASURE });
      waiting.clear();
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
