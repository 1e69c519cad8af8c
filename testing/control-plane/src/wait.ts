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

/** A longer step from one question to the next counts as so much: where the whole machine stood still, nothing had the time to become true. */
const LONGEST_STEP_MS = 10_000;

/**
 * Asks `probe` until it says true. Throws NOT_READY after `deadlineMs`, and PROGRAM_ENDED as soon as the program that should
 * make it true ends; both with the last lines of that program's log.
 */
export const waitFor = async (
  what: string,
  probe: Probe,
  options: {
    readonly program?: GuardedProcess;
    readonly deadlineMs?: number;
    readonly pollMs?: number;
    /** Milliseconds, of a clock that nobody sets. */
    readonly now?: () => number;
  } = {},
): Promise<void> => {
  const { program, deadlineMs = 60_000, pollMs = 50, now = () => performance.now() } = options;
  const log = (): string => (program === undefined ? '' : `\nlast lines of ${program.name}:\n${lastLines(program.output())}`);
  let waitedMs = 0;
  for (let askedAt = now(); ; ) {
    const answer = await ask(probe);
    // Also after a good answer: another process may have answered on a port that ours failed to get.
    const exit = program?.exit();
    if (program !== undefined && exit !== undefined) {
      throw new Failure('PROGRAM_ENDED', `${program.name} ended (${describeExit(exit)}) while waiting for ${what}${log()}`);
    }
    if (answer === true) return;
    const answeredAt = now();
    waitedMs += Math.min(answeredAt - askedAt, LONGEST_STEP_MS);
    askedAt = answeredAt;
    if (waitedMs >= deadlineMs) {
      throw new Failure('NOT_READY', `gave up after ${deadlineMs / 1000} s waiting for ${what}: ${answer}${log()}`);
    }
    await delay(pollMs);
  }
};
