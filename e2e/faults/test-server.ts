/** A TLS server on loopback in the place of an API server, and a client that tells what it got. Only for the tests in this folder. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request as requestTls } from 'node:https';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Fault, FaultSource } from './fault.ts';
import { type FaultProxy, startFaultProxy } from './proxy.ts';
import { selfSigned } from './test-certificate.ts';

const { certificate, key } = selfSigned();

type Received = { readonly method: string; readonly url: string; readonly body: string };

export type TestServer = {
  readonly url: string;
  /** Requests that arrived, with their bodies. */
  readonly received: readonly Received[];
  /** Requests whose client went away before their answer ended. */
  readonly leftBy: () => number;
  readonly stop: () => Promise<void>;
};

export type Handler = (request: Received, response: ServerResponse) => void;

export const startServer = async (handler: Handler): Promise<TestServer> => {
  const received: Received[] = [];
  let left = 0;
  const server = createServer({ cert: certificate, key }, (request: IncomingMessage, response) => {
    response.once('close', () => {
      if (!response.writableFinished) left += 1;
    });
    void text(request).then((body) => {
      const arrived = { method: request.method ?? '', url: request.url ?? '', body };
      received.push(arrived);
      handler(arrived, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(stop);
  const port = typeof address === 'string' || address === null ? 0 : address.port;
  return { url: `https://127.0.0.1:${port}`, received, leftBy: () => left, stop };
};

/** A proxy before the server. The script says what the n-th request meets, from the first on; after its end nothing goes wrong. */
export const startProxy = async (
  target: TestServer,
  script: readonly (Fault | undefined)[] = [],
  others: Partial<FaultSource> = {},
): Promise<FaultProxy> => {
  let turn = 0;
  const ofRequest = (): Fault | undefined => script[turn++];
  const faults: FaultSource = { ofRequest, ofConnection: () => undefined, ...others };
  const proxy = await startFaultProxy({ target: target.url, ca: certificate, certificate, key, faults });
  onTestFinished(() => proxy.close());
  return proxy;
};

export type Told = {
  readonly status?: number;
  readonly retryAfter?: string;
  /** What came of the body. */
  readonly body: string;
  /** Chunks of the body as they came. */
  readonly chunks: readonly string[];
  readonly end: 'whole' | 'broken';
};

export type Asking = { readonly told: Promise<Told>; readonly soFar: () => string; readonly leave: () => void };

/** Sends a request on a connection of its own. */
export const asking = (proxy: FaultProxy, path: string, options: { method?: string; body?: string } = {}): Asking => {
  const chunks: string[] = [];
  const { method = 'GET', body } = options;
  const request = requestTls(`${proxy.url}${path}`, { method, ca: certificate, agent: false });
  const told = new Promise<Told>((resolve) => {
    let head: Pick<Told, 'status' | 'retryAfter'> = {};
    const ended = (end: Told['end']) => (): void => resolve({ ...head, body: chunks.join(''), chunks, end });
    request.once('error', ended('broken'));
    request.once('response', (response) => {
      const { statusCode = 0, headers } = response;
      const retryAfter = headers['retry-after'];
      head = { status: statusCode, ...(retryAfter === undefined ? {} : { retryAfter }) };
      response.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
      response.once('error', ended('broken'));
      response.once('end', ended('whole'));
    });
  });
  request.end(body);
  return { told, soFar: () => chunks.join(''), leave: () => request.destroy() };
};

export const ask = (...args: Parameters<typeof asking>): Promise<Told> => asking(...args).told;
