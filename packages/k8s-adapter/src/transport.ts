import type { Json } from '@ddprofiler-rc/core';
import type { Dispatcher } from 'undici';
import type { ClusterSettings } from './cluster.ts';
import { CredentialSource, type Credentials } from './credentials.ts';
import { ApiFailure, failureOfConnection, retryAfter } from './failure.ts';

export type Verb = 'list' | 'watch' | 'apply' | 'patch' | 'delete';
export type Method = 'GET' | 'PATCH' | 'DELETE';

/** One request to the API server. */
export interface ApiRequest {
  readonly verb: Verb;
  readonly method: Method;
  /** Absolute path, e.g. `/apis/apps/v1/deployments`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The call in words, for messages: `apply default/web-profiler`. */
  readonly what: string;
  readonly body?: { readonly contentType: string; readonly json: Json };
  readonly signal?: AbortSignal;
  /** Until the answer's headers are in, in milliseconds; for a call that is no watch, until its body is. */
  readonly timeoutMs: number;
}

export interface ApiAnswer {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  /** The body, as it arrives. Must be read to its end or left by aborting the request's signal. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * The one function that every request goes through: the seam for simulation.
 * @returns the answer, whatever its status
 * @throws ApiFailure where there was none: `Unreachable`, `Timeout`, `Credentials`
 */
export type Transport = (request: ApiRequest) => Promise<ApiAnswer>;

/** Told of each request when its headers are in, or when it failed (`code` is then `<error>`, as in client-go). */
export type RequestObserver = (request: {
  readonly verb: Verb;
  readonly method: Method;
  readonly host: string;
  readonly code: string;
  readonly seconds: number;
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
    const first = await credentials.get();
    const answer = await send(first, request, options);
    if (answer.status !== 401) return answer;
    // A token that was rotated under us: the request is sent once more with what the files and plugins say now.
    credentials.refused(first);
    const second = await credentials.get();
    if (second === first) return answer;
    await drain(answer);
    return send(second, request, options);
  };
  return { server: credentials.server, transport, close: () => credentials.close() };
}

async function send(
  credentials: Credentials,
  request: ApiRequest,
  options: { readonly userAgent: string; readonly now: () => number; readonly observe?: RequestObserver },
): Promise<ApiAnswer> {
  const base = new URL(credentials.server);
  const started = options.now();
  const observe = (code: string) => {
    const seconds = (options.now() - started) / 1000;
    options.observe?.({ verb: request.verb, method: request.method, host: base.host, code, seconds });
  };
  const deadline = new Deadline(request);
  try {
    const response = await credentials.dispatcher.request({
      origin: base.origin,
      path: `${base.pathname.replace(/\/$/, '')}${request.path}${queryText(request.query)}`,
      method: request.method,
      headers: {
        ...credentials.headers,
        accept: 'application/json',
        'user-agent': options.userAgent,
        ...(request.body === undefined ? {} : { 'content-type': request.body.contentType }),
      },
      body: request.body === undefined ? null : JSON.stringify(request.body.json),
      signal: deadline.signal,
      // Deadline and the watch's watchdog limit the time; undici's own limits would hit long watches.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    observe(String(response.statusCode));
    if (request.verb === 'watch' && response.statusCode === 200) deadline.clear();
    return {
      status: response.statusCode,
      retryAfterMs: retryAfter(headerOf(response, 'retry-after')),
      body: readBody(response.body, request, credentials.server, deadline),
    };
  } catch (error) {
    observe('<error>');
    deadline.clear();
    throw deadline.failureOf(error, credentials.server);
  }
}

async function* readBody(
  body: AsyncIterable<Uint8Array>,
  request: ApiRequest,
  server: string,
  deadline: Deadline,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw request.signal?.aborted === true ? error : deadline.failureOf(error, server);
  } finally {
    deadline.clear();
  }
}

/** Ends a request that takes too long. A timer of its own and not `AbortSignal.timeout`, which no simulated clock can drive. */
class Deadline {
  readonly signal: AbortSignal;
  readonly #request: ApiRequest;
  readonly #timer: ReturnType<typeof setTimeout>;
  #passed = false;

  constructor(request: ApiRequest) {
    this.#request = request;
    const controller = new AbortController();
    this.signal = request.signal === undefined ? controller.signal : AbortSignal.any([controller.signal, request.signal]);
    this.#timer = setTimeout(() => {
      this.#passed = true;
      controller.abort();
    }, request.timeoutMs);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }

  failureOf(error: unknown, server: string): ApiFailure {
    const { what, timeoutMs } = this.#request;
    if (!this.#passed) return failureOfConnection(what, server, error);
    return new ApiFailure('Timeout', `${what}: no answer from the API server at ${server} within ${timeoutMs / 1000} s`, {
      cause: error,
    });
  }
}

/** Reads a body to its end, so that its connection can serve again. */
async function drain(answer: ApiAnswer): Promise<void> {
  for await (const _ of answer.body);
}

function queryText(query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? '' : `?${text}`;
}

function headerOf(response: Dispatcher.ResponseData, name: string): string | undefined {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
