import type { Logger } from '../log/log.ts';
import type { Operator } from '../operator.ts';

/** How long a stop waits for the writes that run; each has a time-out of its own well below. */
const DRAIN_MS = 20_000;

/** What of the process is used here. */
export interface SignalHost {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  exit(code: number): void;
}

/** The first SIGTERM or SIGINT stops in order, with exit code 0; a second one ends the process at once. */
export function stopOnSignals(operator: Operator, log: Logger, host: SignalHost = process): void {
  let isStopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isStopping) {
      log.warn({ signal }, 'ends at once: a second signal');
      host.exit(1);
      return;
    }
    isStopping = true;
    log.info({ signal }, 'stopping');
    const late = setTimeout(() => {
      log.warn(`ends without waiting any longer: something still ran after ${DRAIN_MS / 1000} s`);
      host.exit(1);
    }, DRAIN_MS);
    operator
      .stop()
      .then(() => {
        clearTimeout(late);
        log.info('stopped');
        host.exit(0);
      })
      .catch((error: unknown) => {
        log.error({ err: error }, 'could not stop in order');
        host.exit(1);
      });
  };
  host.on('SIGTERM', onSignal);
  host.on('SIGINT', onSignal);
}
