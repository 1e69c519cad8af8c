import { type DestinationStream, type Logger, pino } from 'pino';
import { standardOutput } from './line-sink.ts';

export type { Logger } from 'pino';

/** Values of `LOGLEVEL`. */
export const LOG_LEVELS = ['INFO', 'ERROR', 'WARNING', 'DEBUG'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const PINO_LEVELS = { INFO: 'info', ERROR: 'error', WARNING: 'warn', DEBUG: 'debug' } as const;

/** Causes are followed so far: enough for any real chain, and an end for one that bites its tail. */
const DEEPEST_CAUSE = 5;

/**
 * A logger of JSON lines: `level` (lower-case word), `time` (ISO 8601), what the call gives, `msg`. An error goes under `err`.
 *
 * Written synchronously, to standard output unless another destination is given: no line is lost at exit, and no worker thread is needed, whose
 * file a bundle would lack.
 */
export function createLogger(level: LogLevel, destination: DestinationStream = standardOutput()): Logger {
  const withStack = level === 'DEBUG';
  const options = {
    level: PINO_LEVELS[level],
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => describeError(error, withStack) },
  };
  return pino(options, destination);
}

interface ErrorDescription {
  readonly type?: string;
  readonly code?: string | number;
  readonly message: string;
  readonly cause?: ErrorDescription;
  /** Of an `AggregateError`, as Node throws when every address of a host refuses. */
  readonly errors?: readonly ErrorDescription[];
  readonly stack?: string;
}

/** What an operator can use of an error. Its own further properties stay out: they may hold requests, and with them secrets. */
function describeError(error: unknown, withStack: boolean, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { message: String(error) };
  const describe = (inner: unknown) => describeError(inner, withStack, depth + 1);
  const isDeep = depth >= DEEPEST_CAUSE;
  return {
    type: error.name,
    ...('code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? { code: error.code } : {}),
    message: error.message,
    ...(error.cause === undefined || isDeep ? {} : { cause: describe(error.cause) }),
    ...(error instanceof AggregateError && !isDeep ? { errors: error.errors.map(describe) } : {}),
    ...(withStack && error.stack !== undefined ? { stack: error.stack } : {}),
  };
}
