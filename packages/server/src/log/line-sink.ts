import { type DestinationStream, pino } from 'pino';

/** Writes at once what it was given before, where `flushSync` is called; pino calls it before a fatal line ends the process. */
export interface LineSink extends DestinationStream {
  flushSync(): void;
}

/** So many characters are written at once, in the midst of a turn too. */
const LONGEST_TEXT = 65_536;

/**
 * Lines are written once per turn of the event loop, together: a line for each of thousands of clones would else be as many system calls, each of
 * which everything waits for.
 *
 * Guarantees: lines stay whole and in order; each is written before the loop waits for anything again, and before the process ends, however it
 * ends itself. A kill -9 takes at most those of one turn.
 *
 * Rejected: the buffer of pino's own destination. Flushing it waits for the disk too (fsync) where standard output is a file.
 * @param destination writes what it is given before it returns
 * @param atExit has its argument called when the process ends
 */
export function oncePerTurn(destination: DestinationStream, atExit: (flush: () => void) => void): LineSink {
  let text = '';
  let isScheduled = false;
  const flushSync = (): void => {
    const lines = text;
    text = '';
    if (lines !== '') destination.write(lines);
  };
  const endTurn = (): void => {
    isScheduled = false;
    flushSync();
  };
  atExit(flushSync);
  return {
    write: (line) => {
      text += line;
      if (text.length >= LONGEST_TEXT) flushSync();
      if (isScheduled) return;
      isScheduled = true;
      setImmediate(endTurn);
    },
    flushSync,
  };
}

/** Standard output. */
export function standardOutput(): LineSink {
  return oncePerTurn(pino.destination({ fd: 1, sync: true }), (flush) => process.on('exit', flush));
}
