/**
 * Carries the body of an answer from the server to the client, and does to it what a fault says. It ends in one of three ways:
 *
 * | end | the client gets |
 * | --- | --- |
 * | `whole` | all of it, and its end |
 * | `reset` | what was sent so far; then the connection must be reset |
 * | `silent` | what was sent so far, and nothing more; the connection must be left open |
 *
 * What arrives is sent on at once: a watch must not wait for a frame to be full.
 */
import type { Writable } from 'node:stream';
import { EXPIRED_LINE, GARBLED_LINE } from './answers.ts';
import type { Fault } from './fault.ts';

export type RelayEnd = 'whole' | 'reset' | 'silent';

export type Passage = {
  /** Called when something is done to the body: not where the body was too short for it. */
  readonly injected: () => void;
  /** Resolves when bytes may pass. */
  readonly open: () => Promise<void>;
};

/** Rejects where either side breaks. */
export const relay = async (
  from: AsyncIterable<Buffer>,
  to: Writable,
  fault: Fault | undefined,
  passage: Passage,
): Promise<RelayEnd> => {
  const frames = framesOf(from, fault, passage.injected);
  for (;;) {
    const next = await frames.next();
    if (next.done === true) return next.value;
    await passage.open();
    if (next.value.length > 0) await written(to, next.value);
  }
};

/** Resolves when the bytes left this process, so that each frame is one of its own. */
const written = (to: Writable, bytes: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    to.write(bytes, (error) => (error === undefined || error === null ? resolve() : reject(error)));
  });

type Frames = AsyncGenerator<Uint8Array, RelayEnd>;

async function* framesOf(from: AsyncIterable<Buffer>, fault: Fault | undefined, injected: () => void): Frames {
  switch (fault?.kind) {
    case 'cutAnswer':
      return yield* upTo(from, fault.afterBytes, injected, 'reset');
    case 'stall':
      return yield* upTo(from, fault.afterBytes, injected, 'silent');
    case 'split':
      return yield* split(from, fault, injected);
    case 'expire':
      return yield* withLine(from, fault.afterLines, EXPIRED_LINE, true, injected);
    case 'garble':
      return yield* withLine(from, fault.afterLines, GARBLED_LINE, false, injected);
    default:
      for await (const chunk of from) yield chunk;
      return 'whole';
  }
}

async function* upTo(from: AsyncIterable<Buffer>, bytes: number, injected: () => void, end: RelayEnd): Frames {
  let left = bytes;
  for await (const chunk of from) {
    if (chunk.length > left) {
      yield chunk.subarray(0, left);
      injected();
      return end;
    }
    left -= chunk.length;
    yield chunk;
  }
  return 'whole';
}

async function* split(
  from: AsyncIterable<Buffer>,
  { singleBytes, frames }: Extract<Fault, { kind: 'split' }>,
  injected: () => void,
): Frames {
  let sent = 0;
  let turn = 0;
  for await (const chunk of from) {
    if (sent === 0) injected();
    for (let start = 0; start < chunk.length; ) {
      const size = sent < singleBytes ? 1 : (frames[turn++ % frames.length] ?? 1);
      yield chunk.subarray(start, start + size);
      start += size;
      sent += size;
    }
  }
  return 'whole';
}

async function* withLine(
  from: AsyncIterable<Buffer>,
  afterLines: number,
  line: string,
  isLast: boolean,
  injected: () => void,
): Frames {
  let left = afterLines;
  let isDone = false;
  const insert = (): Uint8Array => {
    isDone = true;
    injected();
    return Buffer.from(line);
  };
  for await (const chunk of from) {
    let start = 0;
    while (!isDone) {
      if (left === 0) {
        yield insert();
        if (isLast) return 'whole';
        break;
      }
      const end = chunk.indexOf('\n', start);
      if (end === -1) break;
      yield chunk.subarray(start, end + 1);
      start = end + 1;
      left -= 1;
    }
    yield chunk.subarray(start);
  }
  return 'whole';
}
