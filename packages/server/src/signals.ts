import type { Logger } from './log.ts';
import type { Operator } from './operator.ts';

/** How long a stop waits for the writes that run; each has a time-out of its own well below. */
const DRAIN_MS = 20_000;

/** The first SIGTERM or SIGINT stops in order, with exit code 0; a second one ends the process at once. */
export function stopOnSignals(operator: Operator, log: Logger): void {
  let isStopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isStopping) {
      log.warn({ signal }, 'ends at once: a second signal');
      process.exit(1);
    }
    isStopping = true;
    log.info({ signal }, 'stopping');
    const late = setTimeout(() => {
      log.warn(`ends without waiting any longer: writes still ran after ${DRAIN_MS / 1000} s`);
      process.exit(1);
    }, DRAIN_MS);
    operator
      .stop()
      .then(() => {
        clearTimeout(late);
        log.info('stopped');
        process.exit(0);
      })
      .catch((error: unknown) => {
        log.error({ err: error }, 'could not stop in order');
        process.exit(1);
      });
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
