import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Refusal } from '../api/status-error.ts';
import type { Request } from '../request.ts';
import { answered } from './answer.ts';
import { headOf } from './head.ts';
import { replyTo } from './reply.ts';
import type { ServedCluster } from './served-cluster.ts';

export interface ServeOptions {
  /** 0, the default: any that is free. */
  readonly port?: number;
  readonly host?: string;
  /** Who comes with which bearer token. Absent: everybody is `admin`. Mind that kubectl sends a token over TLS only. */
  readonly tokens?: Readonly<Record<string, string>>;
  /** PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Milliseconds since 1970; the clock that the cluster was given. */
  readonly now?: () => number;
  /** Called once per request that goes to the cluster, before it is answered. */
  readonly onRequest?: (request: Request) => void;
}

export interface Face {
  readonly url: string;
  /** Ends all connections and watches. */
  close(): Promise<void>;
}

/** The API server's limit. */
const LARGEST_BODY = 3 * 1024 * 1024;

async function bytesOf(incoming: IncomingMessage): Promise<Buffer | 'too large'> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    // Read to the end all the same: many clients listen only when they have said all.
    if (size <= LARGEST_BODY) chunks.push(bytes);
  }
  return size > LARGEST_BODY ? 'too large' : Buffer.concat(chunks);
}

/**
 * Serves `cluster` over HTTP, or HTTPS where a certificate is given. What the face decides by itself, and in which order, stands in
 * answer.ts; nothing is logged.
 */
export async function serveCluster(cluster: ServedCluster, options: ServeOptions = {}): Promise<Face> {
  const { port = 0, host = '127.0.0.1', tls, now = Date.now, onRequest } = options;
  const tokens = options.tokens === undefined ? undefined : new Map(Object.entries(options.tokens));

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const head = headOf(incoming);
    const bytes = await bytesOf(incoming);
    const body = bytes === 'too large' ? { kind: 'too large' as const, limit: LARGEST_BODY } : { kind: 'bytes' as const, bytes };
    replyTo(response, head, answered(cluster, head, body, { tokens, onRequest }), cluster, now);
  };
  const listener = (incoming: IncomingMessage, response: ServerResponse): void => {
    response.on('error', () => {}); // the client left, which is all there is to it
    serve(incoming, response).catch((cause: unknown) => {
      // Cut off in the middle of its own request, or of an answer that cannot be taken back.
      if (response.headersSent || incoming.destroyed) response.destroy();
      else {
        const problem = cause instanceof Error ? cause.message : String(cause);
        const answer = new Refusal(500, 'InternalError', `Internal error occurred: ${problem}`).toAnswer();
        replyTo(response, headOf(incoming), { answer, form: 'object' }, cluster, now);
      }
    });
  };

  const server: Server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host}:${portOf(server.address())}`,
    close: () =>
      new Promise((resolve) => {
        // The only problem that it can have is that it was closed before.
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('a server that listens on a port has an address');
  return address.port;
}
