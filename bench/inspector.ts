/**
 * Memory of the operator after garbage collection, through Node's inspector: `--inspect` on loopback, so that the product needs no code for it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { OperatorProcess } from './operator-process.ts';

/** For the operator's `NODE_OPTIONS`; port 0: any free one, which Node says on standard error. */
export const INSPECT = ['--inspect=127.0.0.1:0'];

export interface Memory {
  /** Bytes, of the JavaScript heap in use. */
  readonly heap: number;
  /** Bytes resident. */
  readonly resident: number;
}

/** Collections until what is left of one goes with the next no more: weak references and finalisers need several. */
const COLLECTIONS = 4;
const SETTLE_MS = 200;

export async function memoryOf({ process }: OperatorProcess): Promise<Memory> {
  const url = /ws:\/\/127\.0\.0\.1:\d+\/\S+/.exec(process.output())?.[0];
  if (url === undefined) throw new Error('the operator was not started with INSPECT');
  const session = await openSession(url);
  try {
    for (let count = 0; count < COLLECTIONS; count += 1) {
      await session.call('HeapProfiler.collectGarbage');
      await delay(SETTLE_MS);
    }
    const { result } = await session.call('Runtime.evaluate', {
      expression: 'JSON.stringify(process.memoryUsage())',
      returnByValue: true,
    });
    const { heapUsed, rss } = JSON.parse(result.value);
    return { heap: heapUsed, resident: rss };
  } finally {
    session.close();
  }
}

interface Answer {
  readonly result: { readonly value: string };
}

async function openSession(url: string): Promise<{ call(method: string, params?: object): Promise<Answer>; close(): void }> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error(`the inspector at ${url} cannot be reached`));
  });
  let last = 0;
  const waiting = new Map<number, (answer: Answer) => void>();
  socket.onmessage = ({ data }) => {
    const { id, result } = JSON.parse(String(data));
    waiting.get(id)?.(result);
    waiting.delete(id);
  };
  return {
    call: (method, params = {}) => {
      last += 1;
      const id = last;
      socket.send(JSON.stringify({ id, method, params }));
      return new Promise((resolve) => waiting.set(id, resolve));
    },
    close: () => socket.close(),
  };
}
