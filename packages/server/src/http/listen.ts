import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';

/** Why no port could be had. The message says which, and what to do. */
export class HttpListenError extends Error {
  override readonly name = 'HttpListenError';
  readonly code: 'PortInUse' | 'PortForbidden' | 'ListenFailed';

  constructor(code: HttpListenError['code'], message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

export interface Listening {
  /** The one that was asked for, or the free one that was found for 0. */
  readonly port: number;
  /**
   * Takes no new connections, ends those without a request at once and the others after their answers, or after 2 s: a reader who
   * pauses must not hold up the end. Resolves when none is left. A second call gives the same promise.
   */
  close(): Promise<void>;
}

/** How long an end waits for the answers that are on their way. */
const ANSWER_MS = 2_000;

/**
 * Serves `app` on `port` of every address of the machine; 0 is any free port.
 * @throws HttpListenError where the port cannot be had
 */
export async function listen(app: { callback(): RequestListener }, port: number): Promise<Listening> {
  const server = createServer(app.callback());
  const endConnections = trackConnections(server);
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(port, listening.resolve);
  try {
    await listening.promise;
  } catch (error) {
    throw describeError(error, port);
  }
  server.off('error', listening.reject);
  const address = server.address();
  let closed: Promise<void> | undefined;
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () => {
      closed ??= new Promise((resolve) => {
        const late = setTimeout(() => server.closeAllConnections(), ANSWER_MS);
        server.close(() => {
          clearTimeout(late);
          resolve();
        });
        endConnections();
      });
      return closed;
    },
  };
}

/**
 * Returns a function that ends connections as {@link Listening.close} says. `closeIdleConnections` of Node is not enough: it leaves
 * connections that were opened and never used, and those whose answer was on its way when it was called; each of them would hold up
 * the end for as long as its time-out.
 */
function trackConnections(server: Server): () => void {
  const requests = new Map<Socket, number>();
  let isEnding = false;
  const endIfIdle = (socket: Socket) => {
    if (isEnding && requests.get(socket) === 0) socket.destroySoon();
  };
  server.on('connection', (socket) => {
    requests.set(socket, 0);
    socket.once('close', () => requests.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    requests.set(socket, (requests.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (requests.get(socket) ?? 1) - 1;
      // A socket that closed first is not to come back.
      if (requests.has(socket)) requests.set(socket, left);
      endIfIdle(socket);
    });
  });
  return () => {
    isEnding = true;
    for (const socket of requests.keys()) endIfIdle(socket);
  };
}

function describeError(error: unknown, port: number): HttpListenError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const advice = 'set PORT to another one, or to 0 for any free one';
  switch (code) {
    case 'EADDRINUSE':
      return new HttpListenError(
        'PortInUse',
        `PORT: ${port} is in use by another process (${code}); end that one, or ${advice}`,
        error,
      );
    case 'EACCES':
      return new HttpListenError('PortForbidden', `PORT: no permission to listen on ${port} (${code}); ${advice}`, error);
    default: {
      const reason = error instanceof Error ? error.message : String(error);
      return new HttpListenError('ListenFailed', `PORT: cannot listen on ${port}: ${reason}; ${advice}`, error);
    }
  }
}
