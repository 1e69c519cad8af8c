/** Waiting for a condition of the outside world, never for a time. */
import { setTimeout as delay } from 'node:timers/promises';
import { Failure, messageOf } from './failure.ts';
import { describeExit, type GuardedProcess, lastLines } from './guarded-process.ts';

/** `true`, or what is still missing, in words. A probe that throws is not ready for the reason it throws. */
export type Probe = () => Promise<true | string>;

const ask = async (probe: Probe): Promise<true | string> => {
  try {
    return await probe();
  } catch (thrown) {
    return messageOf(thrown);
  }
};

/**
 * Asks `probe` until it says true. Throws NOT_READY after `deadlineMs`, and PROGRAM_ENDED as soon as the program that should
 * make it true ends; both with the last lines of that program's log.
 */
export const waitFor = async (
  what: string,
  probe: Probe,
  options: { readonly program?: GuardedProcess; readonly deadlineMs?: number; readonly pollMs?: number } = {},
): Promise<void> => {
  const { program, deadlineMs = 60_000, pollMs = 50 } = options;
  const log = (): string => (program === undefined ? '' : `\nlast lines of ${program.name}:\n${lastLines(program.output())}`);
  const end = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask(probe);
    // Also after a good answer: another process may have answered on a port that ours failed to get.
    const exit = program?.exit();
    if (program !== undefined && exit !== undefined) {
      throw new Failure('PROGRAM_ENDED', `${program.name} ended (${describeExit(exit)}) while waiting for ${what}${log()}`);
    }
    if (answer === true) return;
    if (Date.now() >= end) {
      throw new Failure('NOT_READY', `gave up after ${deadlineMs / 1000} s waiting for ${what}: ${answer}${log()}`);
    }
    await delay(pollMs);
  }
};
