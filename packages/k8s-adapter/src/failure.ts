import { type Failure, type FailureCode, isJsonObject, type Json, stringAt } from '@ddprofiler-rc/core';

/** Everything that can go wrong between us and an API server, made a coded error once, at the boundary; `cause` is kept. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly code: FailureCode;
  /** How long the server asked to wait (`Retry-After`), in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(code: FailureCode, message: string, options: { readonly cause?: unknown; readonly retryAfterMs?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }

  toFailure(): Failure {
    const { code, message, retryAfterMs } = this;
    return retryAfterMs === undefined ? { code, message } : { code, message, retryAfterMs };
  }
}

/** Whatever was thrown, as an ApiFailure. What is not one already is a defect of ours, and says so by its cause. */
export function asApiFailure(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  return new ApiFailure('Malformed', `unexpected: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}

const BY_STATUS: Readonly<Record<number, FailureCode>> = {
  400: 'Invalid',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Gone',
  422: 'Invalid',
  429: 'TooManyRequests',
};

export function codeOfStatus(status: number): FailureCode {
  return BY_STATUS[status] ?? (status >= 500 ? 'ServerError' : 'Malformed');
}

/**
 * The failure that an answer with an error status stands for. The body is a `Status` object, if the API server itself wrote it.
 * @param what the call in words, e.g. `list deployments in all namespaces`
 */
export function failureOfAnswer(
  what: string,
  status: number,
  body: Json | undefined,
  retryAfterMs: number | undefined,
): ApiFailure {
  const told = isJsonObject(body) ? stringAt(body, 'message') : undefined;
  const message = `${what}: the API server answered ${status}${told === undefined ? '' : `: ${told}`}`;
  return new ApiFailure(codeOfStatus(status), message, retryAfterMs === undefined ? {} : { retryAfterMs });
}

/** A server may ask for more; a timer that is set for weeks fires at once, and a stream that sleeps for hours looks dead. */
const RETRY_AFTER_MOST_MS = 300_000;

/**
 * `Retry-After` in seconds, as the API server writes it; an HTTP date is not used by it, and is ignored.
 * @returns milliseconds, 5 minutes at most
 */
export function retryAfter(header: string | undefined): number | undefined {
  const seconds = header === undefined || header.trim() === '' ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1000, RETRY_AFTER_MOST_MS) : undefined;
}

/** The failure that a broken connection stands for. */
export function failureOfConnection(what: string, server: string, error: unknown): ApiFailure {
  const cause = rootCause(error);
  const code = readCode(cause);
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (/TIMEOUT|ETIMEDOUT/.test(code)) {
    return new ApiFailure('Timeout', `${what}: no answer from the API server at ${server} in time (${code})`, { cause: error });
  }
  const hint = /CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO_VERIFY/.test(code)
    ? 'its certificate is not trusted: check the certificate authority in the kubeconfig'
    : 'is it running, and is the address right?';
  const detail = code === '' || reason.includes(code) ? reason : `${code}: ${reason}`;
  return new ApiFailure('Unreachable', `${what}: cannot reach the API server at ${server} (${detail}); ${hint}`, {
    cause: error,
  });
}

function rootCause(error: unknown): unknown {
  let cause = error;
  while (cause instanceof Error) {
    // Node tries every address of a name and wraps what each said.
    const inner: unknown = cause instanceof AggregateError && cause.errors.length > 0 ? cause.errors[0] : cause.cause;
    if (inner === undefined) return cause;
    cause = inner;
  }
  return cause;
}

function readCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
