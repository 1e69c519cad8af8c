/**
 * A proxy between a client and a real API server: TLS on both sides, and HTTP/1.1 in between, so that what goes wrong can be chosen per
 * request. Who chooses is a parameter (`FaultSource`).
 *
 * Guarantees
 * - Without faults, what the client gets is what the server sent, as soon as it was sent; a client that goes away takes its request with it.
 * - A server that cannot be reached, or breaks off, shows as a reset connection, never as an answer of the proxy's own.
 * - `counts` tells what was done, not what was decided: an answer that was too short to be cut is not counted.
 * - After `calm` nothing new goes wrong. What was stalled is reset then, or stays as it is.
 * Not guaranteed: that connections to the server are those of the client; the proxy keeps its own.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request as requestTls } from 'node:https';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createSecureContext, TLSSocket } from 'node:tls';
import { statusBody } from './answers.ts';
import { type Fault, type FaultKind, type FaultSource, factsOf, NO_FAULTS, type RefusalStatus } from './fault.ts';
import { relay } from './relay.ts';

export type ProxyOptions = {
  /** `https://host:port` */
  readonly target: string;
  /** PEM of the CA that signed the target's certificate. */
  readonly ca: string;
  /** PEM, for 127.0.0.1: the client must trust it. */
  readonly certificate: string;
  readonly key: string;
  readonly faults?: FaultSource;
};

export type FaultProxy = {
  readonly url: string;
  /** How often each fault was injected so far. */
  readonly counts: () => Readonly<Partial<Record<FaultKind | 'dark', number>>>;
  /** Requests that came in so far, by kind and resource. */
  readonly requests: () => Readonly<Record<string, number>>;
  /** Resets every connection there is. */
  readonly resetConnections: () => void;
  /** From now on nothing passes, in either direction, and nothing breaks; what still waits when `lighten` is called goes on. */
  readonly darken: () => void;
  readonly lighten: () => void;
  /** No more faults. */
  readonly calm: (stalls: 'reset' | 'stay') => void;
  readonly close: () => Promise<void>;
};

/** Of one hop: the proxy makes its own. */
const HOP_BY_HOP: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding']);
const EARLIER_LISTS_KEPT = 6;

export const startFaultProxy = async (options: ProxyOptions): Promise<FaultProxy> => {
  const proxy = new Proxying(options);
  await proxy.listen();
  return proxy;
};

/** How a request on its way learns that its client left. */
type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly left: AbortSignal;
  /** Resets the client's connection. */
  readonly reset: () => void;
};

class Proxying implements FaultProxy {
  readonly #target: URL;
  readonly #agent: Agent;
  readonly #tcp = createTcpServer((socket) => this.#accept(socket));
  readonly #http = createServer((request, response) => void this.#take(request, response));
  readonly #secureContext: ReturnType<typeof createSecureContext>;
  readonly #counts = new Map<FaultKind | 'dark', number>();
  readonly #ordinals = new Map<string, number>();
  readonly #connections = new Set<Socket>();
  /** TCP connections by what runs over them: only they can be reset. */
  readonly #carriers = new WeakMap<Socket, Socket>();
  readonly #stalled = new Set<() => void>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Earlier answers by URL, the last one last. */
  readonly #lists = new Map<string, Buffer[]>();
  #faults: FaultSource;
  #connectionsSoFar = 0;
  #dark: { readonly light: Promise<void>; readonly turnOn: () => void } | undefined;

  constructor({ target, ca, certificate, key, faults = NO_FAULTS }: ProxyOptions) {
    this.#target = new URL(target);
    this.#agent = new Agent({ keepAlive: true, ca });
    this.#secureContext = createSecureContext({ cert: certificate, key });
    this.#faults = faults;
    // No time-out of the proxy's own: each would be a fault that nobody planned.
    Object.assign(this.#http, { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, timeout: 0 });
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#tcp.once('error', reject);
      this.#tcp.listen(0, '127.0.0.1', resolve);
    });
  }

  get url(): string {
    const address = this.#tcp.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    return `https://127.0.0.1:${address.port}`;
  }

  counts(): Readonly<Partial<Record<FaultKind | 'dark', number>>> {
    return Object.fromEntries(this.#counts);
  }

  requests(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#ordinals);
  }

  resetConnections(): void {
    for (const connection of this.#connections) connection.resetAndDestroy();
  }

  darken(): void {
    if (this.#dark !== undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#dark = { light: promise, turnOn: resolve };
    this.#count('dark');
  }

  lighten(): void {
    this.#dark?.turnOn();
    this.#dark = undefined;
  }

  calm(stalls: 'reset' | 'stay'): void {
    this.#faults = NO_FAULTS;
    this.lighten();
    if (stalls === 'reset') for (const reset of [...this.#stalled]) reset();
  }

  async close(): Promise<void> {
    this.calm('reset');
    for (const timer of this.#timers) clearTimeout(timer);
    this.resetConnections();
    this.#agent.destroy();
    await new Promise((resolve) => this.#tcp.close(resolve));
  }

  #count(kind: FaultKind | 'dark'): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  #ordinal(words: string): number {
    const ordinal = this.#ordinals.get(words) ?? 0;
    this.#ordinals.set(words, ordinal + 1);
    return ordinal;
  }

  async #accept(socket: Socket): Promise<void> {
    this.#connections.add(socket);
    socket.once('close', () => this.#connections.delete(socket));
    socket.on('error', () => {}); // the other side's end of a connection is no concern of ours
    socket.setNoDelay(true);
    const fault = this.#faults.ofConnection(this.#connectionsSoFar);
    this.#connectionsSoFar += 1;
    await this.#light();
    switch (fault?.kind) {
      case 'resetConnection':
        this.#count(fault.kind);
        socket.resetAndDestroy();
        return;
      case 'stallConnection':
        this.#count(fault.kind);
        socket.resume(); // else its end is never seen
        this.#stall(socket, () => socket.resetAndDestroy(), fault.ms);
        return;
      case undefined:
        this.#secure(socket);
    }
  }

  #secure(socket: Socket): void {
    if (socket.destroyed) return;
    const secure = new TLSSocket(socket, { isServer: true, secureContext: this.#secureContext });
    this.#carriers.set(secure, socket);
    secure.on('error', () => {});
    this.#http.emit('connection', secure);
  }

  /** Leaves a connection open until it is closed, `ms` have passed or stalls end; then `reset` is called. */
  #stall(connection: Socket, reset: () => void, ms: number | undefined): void {
    this.#stalled.add(reset);
    if (ms !== undefined) this.#after(ms, reset);
    connection.once('close', () => this.#stalled.delete(reset));
  }

  #after(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.add(timer);
  }

  readonly #light = async (): Promise<void> => {
    while (this.#dark !== undefined) await this.#dark.light;
  };

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const left = new AbortController();
    response.once('close', () => left.abort());
    response.on('error', () => {});
    request.on('error', () => {});
    const reset = (): void => {
      this.#carriers.get(request.socket)?.resetAndDestroy();
    };
    const exchange: Exchange = { request, response, left: left.signal, reset };
    try {
      await this.#exchange(exchange);
    } catch {
      // The server cannot be reached, or broke off, or the client left.
      reset();
    }
  }

  async #exchange(exchange: Exchange): Promise<void> {
    const { request, left, reset } = exchange;
    const facts = factsOf(request.method ?? '', request.url ?? '');
    const fault = this.#faults.ofRequest({ ...facts, ordinal: this.#ordinal(`${facts.kind} ${facts.resource}`) });
    if (fault?.kind === 'resetRequest') {
      this.#count(fault.kind);
      return reset();
    }
    const body = await buffer(request);
    await this.#light();
    if (fault?.kind === 'refuse') {
      this.#count(fault.kind);
      return answerWith(exchange, fault.status, fault.retryAfterS);
    }
    if (fault?.kind === 'delayRequest' || fault?.kind === 'lateRequest') {
      this.#count(fault.kind);
      await this.#sleep(fault.ms, fault.kind === 'lateRequest' ? undefined : left);
    }
    const isList = facts.kind === 'list';
    const earlier = isList && fault?.kind === 'staleList' ? this.#earlierList(facts.url, fault.back) : undefined;
    if (earlier !== undefined) {
      this.#count('staleList');
      exchange.response.writeHead(200, { 'content-type': 'application/json', 'content-length': earlier.length });
      exchange.response.end(earlier);
      return;
    }
    const answer = await this.#forward(request, body, fault?.kind === 'lateRequest' ? undefined : left);
    await this.#giveBack(exchange, answer, fault, isList ? facts.url : undefined);
  }

  async #giveBack(
    exchange: Exchange,
    answer: IncomingMessage,
    fault: Fault | undefined,
    listUrl: string | undefined,
  ): Promise<void> {
    const { request, response, left, reset } = exchange;
    if (fault?.kind === 'loseAnswer') {
      await buffer(answer); // the server has done it
      this.#count(fault.kind);
      return fault.tell === 'reset' ? reset() : answerWith(exchange, 504);
    }
    if (fault?.kind === 'delayAnswer') {
      this.#count(fault.kind);
      await this.#sleep(fault.ms, left);
    }
    await this.#light();
    const { statusCode = 502, headers } = answer;
    const body = listUrl !== undefined && statusCode === 200 ? this.#remembered(listUrl, answer) : answer;
    response.writeHead(statusCode, Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name))));
    response.flushHeaders();
    const injected = (): void => {
      if (fault !== undefined) this.#count(fault.kind);
    };
    const end = await relay(body, response, fault, { injected, open: this.#light });
    switch (end) {
      case 'whole':
        response.end();
        return;
      case 'reset':
        answer.destroy();
        return reset();
      case 'silent':
        answer.destroy();
        this.#stall(request.socket, reset, fault?.kind === 'stall' ? fault.ms : undefined);
    }
  }

  /** Resolves with the head of the server's answer. */
  #forward(request: IncomingMessage, body: Buffer, left: AbortSignal | undefined): Promise<IncomingMessage> {
    const { method = 'GET', url = '/', headers } = request;
    const passed = Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && name !== 'host'));
    return new Promise((resolve, reject) => {
      const forwarded = requestTls(
        new URL(url, this.#target),
        { method, headers: passed, agent: this.#agent, ...(left === undefined ? {} : { signal: left }) },
        resolve,
      );
      forwarded.setNoDelay(true);
      forwarded.once('error', reject);
      forwarded.end(body);
    });
  }

  #earlierList(url: string, back: number): Buffer | undefined {
    return this.#lists.get(url)?.at(-1 - back);
  }

  /** Passes a list on, and keeps it where it came as a whole: the token of one that goes on with another page ends. */
  async *#remembered(url: string, answer: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of answer) {
      chunks.push(chunk);
      yield chunk;
    }
    const list = Buffer.concat(chunks);
    if (!list.includes('"continue":"')) this.#lists.set(url, [...(this.#lists.get(url) ?? []), list].slice(-EARLIER_LISTS_KEPT));
  }

  #sleep(ms: number, left: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      this.#after(ms, resolve);
      left?.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

const answerWith = ({ response }: Exchange, status: RefusalStatus | 504, retryAfterS?: number): void => {
  const body = statusBody(status);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }),
  });
  response.end(body);
};
