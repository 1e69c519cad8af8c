import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Handler = (request: ReceivedRequest, response: ServerResponse) => void;

/** A real HTTP server on loopback, whose answers are the test's to give. */
export class ApiServer implements AsyncDisposable {
  readonly requests: ReceivedRequest[] = [];
  /** Every connection there ever was. */
  readonly sockets = new Set<Socket>();
  /** Answers all requests from now on. */
  handler: Handler = (_, response) => answer(response, 200, {});
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        const received = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
        this.requests.push(received);
        this.handler(received, response);
      });
    });
    this.#server.on('connection', (socket) => this.sockets.add(socket));
  }

  static async start(): Promise<ApiServer> {
    const server = new ApiServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#address.port}`;
  }

  get #address(): AddressInfo {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the server does not listen');
    return address;
  }

  /** Resolves once nothing listens on the address any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

export function answer(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
