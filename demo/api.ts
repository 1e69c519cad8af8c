/** The few requests that the demo makes of an API server, as somebody with kubectl would: a machine may lack kubectl. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { isRecord } from '@ddprofiler-rc/control-plane/json';
import type { Access } from './kubeconfig.ts';

export type ApiObject = Readonly<Record<string, unknown>>;

/** An answer of 400 and above; `message` is the server's, with what was asked. */
class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const PATCHES = {
  apply: 'application/apply-patch+yaml',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

export interface WatchEvent {
  readonly type: string;
  readonly object: ApiObject;
}

export class Api {
  readonly server: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** Makes the whole process trust the server's CA beside the usual ones: `fetch` knows no other way. */
  constructor({ server, token, ca }: Access) {
    this.server = server;
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    if (ca !== undefined) setDefaultCACertificates([...getCACertificates(), ca]);
  }

  get(path: string, signal?: AbortSignal): Promise<ApiObject> {
    return this.#ask('GET', path, signal === undefined ? {} : { signal });
  }

  patch(kind: keyof typeof PATCHES, path: string, body: object): Promise<ApiObject> {
    const headers = { 'content-type': PATCHES[kind] };
    return this.#ask('PATCH', `${path}?fieldManager=kubectl`, { headers, body: JSON.stringify(body) });
  }

  remove(path: string): Promise<ApiObject> {
    const options = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' };
    return this.#ask('DELETE', path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(options) });
  }

  /** The changes after `revision`, until the server ends the watch or `signal` is aborted. */
  async *watch(path: string, revision: string, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const response = await this.#fetch('GET', `${path}?watch=1&allowWatchBookmarks=true&resourceVersion=${revision}`, { signal });
    if (response.body === null) return;
    for await (const line of createInterface({ input: Readable.fromWeb(response.body, { signal }) })) {
      const event: unknown = JSON.parse(line);
      if (isRecord(event) && typeof event.type === 'string' && isRecord(event.object)) {
        yield { type: event.type, object: event.object };
      }
    }
  }

  async #ask(method: string, path: string, init: RequestInit): Promise<ApiObject> {
    const response = await this.#fetch(method, path, init);
    const body: unknown = await response.json();
    return isRecord(body) ? body : {};
  }

  async #fetch(method: string, path: string, init: RequestInit): Promise<Response> {
    const headers = { ...this.#headers, accept: 'application/json', ...init.headers };
    const response = await fetch(`${this.server}${path}`, { ...init, method, headers });
    if (response.ok) return response;
    const text = await response.text();
    throw new ApiError(response.status, `${method} ${path} answers ${response.status}: ${messageIn(text)}`);
  }
}

function messageIn(body: string): string {
  try {
    const status: unknown = JSON.parse(body);
    if (isRecord(status) && typeof status.message === 'string') return status.message;
  } catch {
    // not JSON: then it is shown as it is
  }
  return body.trim().slice(0, 300);
}
