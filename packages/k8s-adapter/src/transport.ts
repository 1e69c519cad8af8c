import type { Json } from '@ddprofiler-rc/core';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'apply' | 'patch' | 'delete';
export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

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
  /**
   * In milliseconds, from the call on: waiting for credentials and sending once more count too. Until the answer's headers are in; for a
   * call that is no watch, until its body is.
   */
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
