/**
 * The bench's own way to the API server: undici, keep-alive, a token. It knows nothing of the operator's client, so that neither can flatter
 * the other.
 */
import type { Json } from '@ddprofiler-rc/core';
import { Agent } from 'undici';

export interface Access {
  /** `https://127.0.0.1:port` */
  readonly server: string;
  /** PEM */
  readonly ca: string;
  readonly token: string;
}

export interface ApiClient {
  /**
   * Where the server says that its own time was up, a GET or PATCH is sent once more, and that is told: whoever measures, measures the whole wait.
   * @throws where the status is not 2xx, with the answer's body
   */
  send(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: Body): Promise<string>;
  json(path: string): Promise<Json>;
  /** The lines of a watch, from the moment that its headers are in. */
  watch(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  close(): Promise<void>;
}

interface Body {
  readonly contentType: string;
  readonly text: string;
}

export const APPLY = 'application/apply-patch+yaml';
export const MERGE = 'application/merge-patch+json';
export const STRATEGIC = 'application/strategic-merge-patch+json';
export const JSON_TYPE = 'application/json';

const TIMED_OUT = 504;

interface Answer {
  readonly status: number;
  readonly text: string;
}

export function makeApiClient({ server, ca, token }: Access): ApiClient {
  const agent = new Agent({ connect: { ca }, allowH2: false });
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json', 'user-agent': 'ddprofiler-rc-bench' };
  const once: (...args: Parameters<ApiClient['send']>) => Promise<Answer> = async (method, path, body) => {
    const { statusCode, body: answer } = await agent.request({
      origin: server,
      path,
      method,
      headers: body === undefined ? headers : { ...headers, 'content-type': body.contentType },
      body: body?.text ?? null,
    });
    return { status: statusCode, text: await answer.text() };
  };
  const send: ApiClient['send'] = async (method, path, body) => {
    let answer = await once(method, path, body);
    if (answer.status === TIMED_OUT && (method === 'GET' || method === 'PATCH')) {
      process.stderr.write(`the API server was out of time on ${method} ${path}; it is asked again\n`);
      answer = await once(method, path, body);
    }
    if (answer.status >= 300) throw new Error(`${method} ${path} answers ${answer.status}: ${answer.text.slice(0, 500)}`);
    return answer.text;
  };
  return {
    send,
    json: async (path) => {
      const json: Json = JSON.parse(await send('GET', path));
      return json;
    },
    watch: async (path, signal) => {
      const answer = await agent.request({
        origin: server,
        path,
        method: 'GET',
        headers,
        signal,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      if (answer.statusCode !== 200) throw new Error(`watch ${path} answers ${answer.statusCode}: ${await answer.body.text()}`);
      return answer.body;
    },
    close: () => agent.destroy(),
  };
}

/** Does `work` for each item, so many at a time. */
export async function eachOf<T>(items: readonly T[], concurrency: number, work: (item: T) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let item = items[next]; next < items.length; item = items[next]) {
      next += 1;
      if (item !== undefined) await work(item);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
