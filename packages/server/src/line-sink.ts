import { type DestinationStream, pino } from 'pino';

/** Writes at once what it was given before; as pino's own destinations. */
export interface BufferedStream extends DestinationStream {
  flushSync(): void;
}

/** So much is written at once; what is left over, when the turn ends. Less than pino's own limit for one write, 16,384. */
const BUFFER_BYTES = 8_192;

/**
 * Lines are written once per turn of the event loop, together: a line for each of thousands of clones would else be as many system calls, each of
 * which everything waits for.
 *
 * Guarantees: lines stay whole and in order; each is written before the loop waits for anything again, and before the process ends, however it
 * ends itself. A kill -9 takes at most those of one turn.
 * @param atExit has its argument called when the process ends
 */
export function oncePerTurn(stream: BufferedStream, atExit: (flush: () => void) => void): BufferedStream {
  let isScheduled = false;
  const flushSync = (): void => {
    isScheduled = false;
    stream.flushSync();
  };
  atExit(flushSync);
  return {
    write: (line) => {
      stream.write(line);
      if (isScheduled) return;
      isScheduled = true;
      setImmediate(flushSync);
    },
    flushSync,
  };
}

/** Standard output. */
export function standardOutput(): BufferedStream {
  const stream = pino.destination({ fd: 1, sync: true, minLength: BUFFER_BYTES });
  return oncePerTurn(stream, (flush) => process.on('exit', flush));
}
