import type { Logger } from '../log/log.ts';

/** Ends the process on whatever nobody handled, with its reason in the log: a state that nobody foresaw is no state to write from. */
export function endOnDefects(log: Logger): (error: unknown) => never {
  const onDefect = (error: unknown): never => {
    log.fatal({ err: error }, 'ends: a defect of the operator');
    process.exit(1);
  };
  process.on('uncaughtException', onDefect);
  process.on('unhandledRejection', onDefect);
  return onDefect;
}
