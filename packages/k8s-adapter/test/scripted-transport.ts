import type { Json } from '@ddprofiler-rc/core';
import type { ApiAnswer, ApiRequest, Transport } from '../src/transport.ts';

/** A body that the test feeds; like a real one, it ends with an error when its request is aborted. */
export class Body implements AsyncIterable<Uint8Array> {
  /** Whether the reader is done with it, one way or the other: its connection is free or closed. */
  isReleased = false;
  readonly #chunks: Uint8Array[] = [];
  #end: 'open' | 'closed' | Error = 'open';
  #wake = () => {};

  constructor(signal?: AbortSignal) {
    signal?.addEventListener('abort', () => this.cut(new Error('aborted')), { once: true });
  }

  line(event: Json): void {
    this.bytes(Buffer.from(`${JSON.stringify(event)}\n`));
  }

  bytes(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#wake();
  }

  close(): void {
    this.#end = 'closed';
    this.#wake();
  }

  cut(error: Error): void {
    this.#end = error;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) {
          yield chunk;
        } else if (this.#end === 'closed') {
          return;
        } else if (this.#end !== 'open') {
          throw this.#end;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      this.isReleased = true;
    }
  }
}

/** One request that waits for the test to answer it. */
export class Call {
  readonly request: ApiRequest;
  readonly body: Body;
  readonly #answer = Promise.withResolvers<ApiAnswer>();

  constructor(request: ApiRequest) {
    this.request = request;
    this.body = new Body(request.signal);
    request.signal?.addEventListener('abort', () => this.#answer.reject(new Error('aborted')), { once: true });
  }

  get answered(): Promise<ApiAnswer> {
    return this.#answer.promise;
  }

  /** A whole answer. */
  json(json: Json, status = 200, retryAfterMs?: number): void {
    this.body.bytes(Buffer.from(JSON.stringify(json)));
    this.body.close();
    this.#answer.resolve({ status, retryAfterMs, body: this.body });
  }

  status(code: number, message = 'no', retryAfterMs?: number): void {
    this.json({ kind: 'Status', code, message }, code, retryAfterMs);
  }

  /** Headers only: the test feeds the body. */
  open(): Body {
    this.#answer.resolve({ status: 200, retryAfterMs: undefined, body: this.body });
    return this.body;
  }

  fail(error: Error): void {
    this.#answer.reject(error);
  }
}

/** A transport whose answers are the test's to give. */
export class ScriptedTransport {
  readonly calls: Call[] = [];

  readonly transport: Transport = (request) => {
    const call = new Call(request);
    this.calls.push(call);
    return call.answered;
  };

  get last(): Call {
    const call = this.calls.at(-1);
    if (call === undefined) throw new Error('nothing was requested');
    return call;
  }

  /** Verbs of all requests so far, in order. */
  get verbs(): readonly string[] {
    return this.calls.map(({ request }) => request.verb);
  }
}
