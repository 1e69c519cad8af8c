/** The administrator's own way to the API server, past every proxy: what people do, and what is looked at in the end. */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent, request as requestTls } from 'node:https';
import { text } from 'node:stream/consumers';
import { at, type JsonRecord, listAt, textAt } from '@ddprofiler-rc/control-plane/json';

export type Answer = { readonly status: number; readonly body: JsonRecord };

export type Asked = {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
};

export type Api = {
  /** The answer, whatever its status. Rejects where there was none: then nobody knows whether it was done. */
  readonly ask: (method: string, path: string, asked?: Asked) => Promise<Answer>;
  /** The lines of a watch; ends when the stream does. */
  readonly watch: (path: string, query: Readonly<Record<string, string>>, signal: AbortSignal) => AsyncGenerator<JsonRecord>;
  readonly close: () => void;
};

const TIMEOUT_MS = 10_000;

export const MERGE = 'application/merge-patch+json';
export const STRATEGIC = 'application/strategic-merge-patch+json';

export const deploymentsPath = (namespace: string): string => `/apis/apps/v1/namespaces/${namespace}/deployments`;
export const deploymentPath = (namespace: string, name: string): string => `${deploymentsPath(namespace)}/${name}`;

export const openApi = (server: string, ca: string, token: string): Api => {
  const agent = new Agent({ keepAlive: true, ca });
  const send = (method: string, path: string, asked: Asked, signal?: AbortSignal): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const url = new URL(path, server);
      for (const [name, value] of Object.entries(asked.query ?? {})) url.searchParams.set(name, value);
      const headers = {
        authorization: `Bearer ${token}`,
        ...(asked.body === undefined ? {} : { 'content-type': asked.contentType ?? 'application/json' }),
      };
      const request: ClientRequest = requestTls(
        url,
        { method, headers, agent, ...(signal === undefined ? { timeout: TIMEOUT_MS } : { signal }) },
        resolve,
      );
      request.once('timeout', () => request.destroy(new Error(`no answer to ${method} ${path} in time`)));
      request.once('error', reject);
      request.end(asked.body === undefined ? undefined : JSON.stringify(asked.body));
    });

  return {
    ask: async (method, path, asked = {}) => {
      const response = await send(method, path, asked);
      return { status: response.statusCode ?? 0, body: at(JSON.parse(await text(response))) };
    },
    watch: async function* (path, query, signal) {
      const response = await send('GET', path, { query: { ...query, watch: 'true' } }, signal);
      let rest = '';
      for await (const chunk of response.setEncoding('utf8')) {
        const lines = `${rest}${String(chunk)}`.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) yield at(JSON.parse(line));
      }
    },
    close: () => agent.destroy(),
  };
};

/** Asks until the answer is good; the API server may be down for a while. */
export const insist = async (
  api: Api,
  method: string,
  path: string,
  asked: Asked,
  accepted: readonly number[],
): Promise<Answer> => {
  for (let tries = 0; ; tries += 1) {
    const answer = await api.ask(method, path, asked).catch((thrown: unknown) => String(thrown));
    if (typeof answer !== 'string' && accepted.includes(answer.status)) return answer;
    if (tries === 600) {
      const told = typeof answer === 'string' ? answer : `${answer.status} ${textAt(answer.body, 'message')}`;
      throw new Error(`${method} ${path} was tried for a minute: ${told}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

/** Every Deployment of these namespaces, by `namespace/name`. */
export const deploymentsIn = async (api: Api, namespaces: readonly string[]): Promise<ReadonlyMap<string, JsonRecord>> => {
  const lists = await Promise.all(namespaces.map((namespace) => insist(api, 'GET', deploymentsPath(namespace), {}, [200])));
  return new Map(
    lists
      .flatMap(({ body }) => listAt(body, 'items'))
      .map((item) => [`${textAt(item, 'metadata', 'namespace')}/${textAt(item, 'metadata', 'name')}`, at(item)]),
  );
};
