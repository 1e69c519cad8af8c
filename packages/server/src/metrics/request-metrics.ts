import { Counter, Histogram, type Registry } from 'prom-client';
import { REQUEST } from './buckets.ts';

/** One request to the API server. */
export interface RequestSample {
  readonly method: string;
  /** What the request is for: `list`, `watch`, `apply`, … A watch counts until its headers are in. */
  readonly verb: string;
  /** With the port, where it is not the usual one. */
  readonly host: string;
  /** The HTTP status, or `<error>` where no answer came, as client-go has it. */
  readonly code: string;
  readonly seconds: number;
}

export type RequestMetrics = ReturnType<typeof requestMetrics>;

/** rest_client_*, with the names and labels of client-go. */
export function requestMetrics(register: Registry) {
  const registers = [register];
  const total = new Counter({
    name: 'rest_client_requests_total',
    help: 'Requests to the API server, by status, method and host.',
    labelNames: ['code', 'method', 'host'],
    registers,
  });
  const durations = new Histogram({
    name: 'rest_client_request_duration_seconds',
    help: 'Duration of requests to the API server, by verb and host.',
    labelNames: ['verb', 'host'],
    buckets: [...REQUEST],
    registers,
  });

  return {
    requested: ({ method, verb, host, code, seconds }: RequestSample): void => {
      total.inc({ code, method, host });
      durations.observe({ verb, host }, seconds);
    },
  };
}
