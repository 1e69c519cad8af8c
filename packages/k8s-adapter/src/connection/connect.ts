import type { Dispatcher } from 'undici';
import { ApiFailure, failureOfConnection, retryAfter } from '../failure.ts';
import type { ApiAnswer, ApiRequest, Method, Transport, Verb } from '../transport.ts';
import type { ClusterSettings } from './cluster.ts';
import { CredentialSource, type Credentials } from './credentials.ts';
import { TimeLimit } from './time-limit.ts';

/** Told of each request when its headers are in, or when it failed (`code` is then `<error>`, as in client-go). */
export type RequestObserver = (request: {
  readonly verb: Verb;
  readonly method: Method;
  readonly host: string;
  readonly code: string;
  readonly seconds: number;
  /** What the server's clock said: milliseconds since 1970, of whole seconds; absent where there was no answer, or it did not say. */
  readonly serverTime?: number;
}) => void;

export interface Connection {
  readonly server: string;
  readonly transport: Transport;
  close(): Promise<void>;
}

/**
 * Opens the way to the cluster that the settings name. Sends nothing yet.
 * @throws ClusterConfigError where they lead to none
 */
export function connect(
  settings: ClusterSettings,
  options: { readonly userAgent: string; readonly now: () => number; readonly observe?: RequestObserver },
): Connection {
  const credentials = new CredentialSource(settings, options.now);
  const transport: Transport = async (request) => {
    const limit = new TimeLimit(request.timeoutMs, request.signal);
    limit.restart();
    const isLate = isPast(options.now, request.timeoutMs);
    let awaited = 'credentials to be had for';
    const failureOf = (error: unknown): ApiFailure => {
      const { what, timeoutMs } = request;
      if (error instanceof ApiFailure) return error;
      if (!limit.isUp && !isLate()) return failureOfConnection(what, credentials.server, error);
      const message = `${what}: no ${awaited} the API server at ${credentials.server} within ${timeoutMs / 1000} s`;
      return new ApiFailure('Timeout', message, { cause: error });
    };
    try {
      const first = await unlessAborted(credentials.get(), limit.signal);
      awaited = 'answer from';
      const response = await send(first, request, limit.signal, isLate, options);
      if (response.statusCode !== 401) return answerOf(response, response.body, request, limit, failureOf);
      // Read to its end, so that its connection can serve again.
      const refusal = await response.body.bytes().catch(() => new Uint8Array());
      // A token that was rotated under us: the request is sent once more with what the files and plugins say now.
      const second = await unlessAborted(credentials.renew(first), limit.signal);
      if (second === first) return answerOf(response, once(refusal), request, limit, failureOf);
      const retried = await send(second, request, limit.signal, isLate, options);
      return answerOf(retried, retried.body, request, limit, failureOf);
    } catch (error) {
      limit.release();
      throw failureOf(error);
    }
  };
  return { server: credentials.server, transport, close: () => credentials.close() };
}

async function send(
  { base, headers, dispatcher }: Credentials,
  request: ApiRequest,
  signal: AbortSignal,
  isLate: () => boolean,
  options: { readonly userAgent: string; readonly now: () => number; readonly observe?: RequestObserver },
): Promise<Dispatcher.ResponseData> {
  const started = options.now();
  const observe = (code: string, date?: string) => {
    const seconds = (options.now() - started) / 1000;
    const serverTime = date === undefined ? Number.NaN : Date.parse(date);
    const clock = Number.isNaN(serverTime) ? {} : { serverTime };
    options.observe?.({ verb: request.verb, method: request.method, host: base.host, code, seconds, ...clock });
  };
  try {
    const response = await dispatcher.compose(unlessLate(isLate)).request({
      origin: base.origin,
      path: `${base.pathname.replace(/\/$/, '')}${request.path}${queryText(request.query)}`,
      method: request.method,
      headers: {
        ...headers,
        accept: 'application/json',
        'user-agent': options.userAgent,
        ...(request.body === undefined ? {} : { 'content-type': request.body.contentType }),
      },
      body: request.body === undefined ? null : JSON.stringify(request.body.json),
      signal,
      // The time limit and the watch's watchdog limit the time; undici's own limits would hit long watches.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    observe(String(response.statusCode), headerOf(response, 'date'));
    return response;
  } catch (error) {
    observe('<error>');
    throw error;
  }
}

/** Whether so much time has passed since this was called. */
function isPast(now: () => number, ms: number): () => boolean {
  const end = now() + ms;
  return () => now() >= end;
}

/**
 * Looks at the clock once more when a connection is there, right before the request goes out. A process that stood still goes on with what the
 * network has for it, and only then with its timers: without this a write could be sent long after its time was up.
 */
function unlessLate(isLate: () => boolean): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const start = handler.onRequestStart?.bind(handler);
    handler.onRequestStart = (controller, context) => {
      if (isLate()) controller.abort(new Error('its time is up'));
      else start?.(controller, context);
    };
    return dispatch(options, handler);
  };
}

function answerOf(
  response: Dispatcher.ResponseData,
  body: AsyncIterable<Uint8Array>,
  request: ApiRequest,
  limit: TimeLimit,
  failureOf: (error: unknown) => ApiFailure,
): ApiAnswer {
  if (request.verb === 'watch' && response.statusCode === 200) limit.lift();
  const retryAfterMs = retryAfter(headerOf(response, 'retry-after'));
  return { status: response.statusCode, retryAfterMs, body: readBody(body, limit, failureOf) };
}

async function* readBody(
  body: AsyncIterable<Uint8Array>,
  limit: TimeLimit,
  failureOf: (error: unknown) => ApiFailure,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw failureOf(error);
  } finally {
    limit.release();
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Waits for `promise` until `signal` aborts; what it comes to then is dropped. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error('given up'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function queryText(query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? '' : `?${text}`;
}

function headerOf(response: Dispatcher.ResponseData, name: string): string | undefined {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
