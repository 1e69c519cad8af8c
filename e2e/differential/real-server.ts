/**
 * The real API server, through `kubectl proxy`: it knows every way in which a kubeconfig can authenticate, and what is left to do here is
 * plain HTTP on loopback.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from '@ddprofiler-rc/cluster-sim';
import type { ClusterFacts } from '../controlplane/cluster.ts';
import { startGuarded } from '../controlplane/guarded-process.ts';
import { waitFor } from '../controlplane/wait.ts';
import type { Question, Server } from './server.ts';

export interface RealServer extends Server {
  close(): Promise<void>;
}

const ADDRESS = /Starting to serve on (\S+)/;

export async function realServer(facts: ClusterFacts): Promise<RealServer> {
  const folder = await mkdtemp(join(tmpdir(), 'ddprofiler-rc-proxy-'));
  const proxy = await startGuarded({
    name: 'kubectl proxy',
    program: facts.kubectl,
    args: ['--kubeconfig', facts.kubeconfig, '--context', facts.context, 'proxy', '--port=0'],
    logFile: join(folder, 'log'),
  });
  const address = () => ADDRESS.exec(proxy.output())?.[1];
  await waitFor('kubectl proxy to listen', async () => address() !== undefined || 'it has not said where', { program: proxy });
  const base = `http://${address()}`;
  return {
    name: 'real',
    ask: async (question) => {
      const response = await send(base, question);
      return {
        status: response.status,
        body: bodyOf(await response.text()),
        warning: response.headers.get('warning') ?? undefined,
      };
    },
    watch: async (question) => {
      const leave = new AbortController();
      const response = await send(base, question, leave.signal);
      if (response.status !== 200 || response.body === null) {
        const told = {
          status: response.status,
          body: bodyOf(await response.text()),
          warning: response.headers.get('warning') ?? undefined,
        };
        return { kind: 'refused', told };
      }
      const lines = linesOf(response.body);
      return {
        kind: 'open',
        next: async () => {
          const { done, value } = await lines.next();
          return done === true ? undefined : value;
        },
        close: () => leave.abort(),
      };
    },
    close: async () => {
      await proxy.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function send(base: string, question: Question, signal?: AbortSignal): Promise<Response> {
  const query = new URLSearchParams(question.query).toString();
  const headers: Record<string, string> = { accept: question.accept ?? 'application/json', 'user-agent': question.userAgent };
  if (question.contentType !== undefined) headers['content-type'] = question.contentType;
  if (question.user !== undefined) headers['impersonate-user'] = question.user;
  return fetch(`${base}${question.path}${query === '' ? '' : `?${query}`}`, {
    method: question.method,
    headers,
    ...(question.body === undefined ? {} : { body: JSON.stringify(question.body) }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Some refusals are plain text. */
function bodyOf(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Json, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line);
  }
  return undefined;
}
