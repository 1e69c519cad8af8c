import { once } from 'node:events';
import { createServer as createListener } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiServer, answer } from '../../test/api-server.ts';
import { execCredential, KubeconfigFolder, kubeconfigOf } from '../../test/kubeconfig-folder.ts';
import { requestJson } from '../json-answer.ts';
import type { ApiRequest } from '../transport.ts';
import { type Connection, connect, type RequestObserver } from './connect.ts';

const LIST: ApiRequest = {
  verb: 'list',
  method: 'GET',
  path: '/apis/apps/v1/deployments',
  query: {},
  what: 'list Deployments',
  timeoutMs: 30_000,
};

let server: ApiServer;
let folder: KubeconfigFolder;
let connection: Connection | undefined;
const observed: Parameters<RequestObserver>[0][] = [];

beforeEach(async () => {
  server = await ApiServer.start();
  folder = new KubeconfigFolder();
  observed.length = 0;
});

afterEach(async () => {
  await connection?.close();
  connection = undefined;
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
  vi.useRealTimers();
});

function open(kubeconfig: unknown = kubeconfigOf(server.url), now = () => performance.now()): Connection {
  connection = connect(
    { client: 'local', kubeconfig: folder.write('config', kubeconfig) },
    { userAgent: 'ddprofiler-rc/test', now, observe: (request) => observed.push(request) },
  );
  return connection;
}

async function readAll(body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of body);
}

/** Resolves when the server's end of the only connection closes. */
async function disconnected(): Promise<void> {
  const [socket] = server.sockets;
  if (socket === undefined) throw new Error('no connection');
  if (!socket.destroyed) await once(socket, 'close');
}

describe('a request', () => {
  test('given a process that stood still before it was sent, then it is not sent after its time, though its timer has yet to fire', async () => {
    let stoodStill = 0;
    const { transport } = open(kubeconfigOf(server.url), () => performance.now() + stoodStill);
    const answered = transport({ ...LIST, timeoutMs: 8_000 });
    stoodStill = 30_000;
    await expect(answered).rejects.toMatchObject({
      code: 'Timeout',
      message: `list Deployments: no answer from the API server at ${server.url} within 8 s`,
    });
    expect(server.requests).toEqual([]);
    await readAll((await transport(LIST)).body);
    expect(server.requests).toHaveLength(1);
  });

  test('given method, path, query and body, then the server receives the very same', async () => {
    const { transport } = open(kubeconfigOf(server.url, { token: 'secret' }));
    await requestJson(transport, {
      verb: 'apply',
      method: 'PATCH',
      path: '/apis/apps/v1/namespaces/default/deployments/web',
      query: { fieldManager: 'ddprofiler-rc', force: 'true', fieldSelector: 'metadata.name=a&b' },
      body: { contentType: 'application/apply-patch+yaml', json: { note: 'größer' } },
      what: 'apply default/web',
      timeoutMs: 30_000,
    });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      method: 'PATCH',
      url: '/apis/apps/v1/namespaces/default/deployments/web?fieldManager=ddprofiler-rc&force=true&fieldSelector=metadata.name%3Da%26b',
      headers: {
        authorization: 'Bearer secret',
        accept: 'application/json',
        'content-type': 'application/apply-patch+yaml',
        'user-agent': 'ddprofiler-rc/test',
      },
      body: '{"note":"größer"}',
    });
  });

  test('given a server with a path, as Rancher has, then requests go below it', async () => {
    const { transport } = open(kubeconfigOf(`${server.url}/k8s/clusters/c1/`));
    await requestJson(transport, LIST);
    expect(server.requests[0]?.url).toBe('/k8s/clusters/c1/apis/apps/v1/deployments');
  });

  test('given requests one after the other, refused ones and fresh credentials between them, then connections are used again', async () => {
    let now = 0;
    const { transport } = open(kubeconfigOf(server.url), () => now);
    for (const status of [200, 404, 401, 500, 200, 404, 401, 500, 200]) {
      server.handler = (_, response) => answer(response, status, { message: 'so it is' });
      await requestJson(transport, LIST).catch(() => undefined);
      now += 11_000;
    }
    expect(server.requests).toHaveLength(9);
    // Undici opens a second one where a request comes in the very turn in which the answer to the last one ended.
    expect(server.sockets.size).toBeLessThanOrEqual(2);
  });

  test('given an answer, then the observer is told of it once, with verb and code', async () => {
    const { transport } = open();
    server.handler = (_, response) => answer(response, 403, {});
    await expect(requestJson(transport, LIST)).rejects.toMatchObject({ code: 'Forbidden' });
    const host = new URL(server.url).host;
    expect(observed).toEqual([
      { verb: 'list', method: 'GET', host, code: '403', seconds: expect.any(Number), serverTime: expect.any(Number) },
    ]);
    expect(Math.abs((observed[0]?.serverTime ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  test('given Retry-After, then the answer has it in milliseconds', async () => {
    const { transport } = open();
    server.handler = (_, response) => answer(response, 429, {}, { 'retry-after': '3' });
    await expect(requestJson(transport, LIST)).rejects.toMatchObject({ code: 'TooManyRequests', retryAfterMs: 3_000 });
  });

  test('given an answer that is not JSON, then it is Malformed', async () => {
    const { transport } = open();
    server.handler = (_, response) => response.end('<html>log in</html>');
    await expect(requestJson(transport, LIST)).rejects.toMatchObject({ code: 'Malformed' });
  });
});

describe('no answer', () => {
  test('given nobody at the address, then it is Unreachable, and says which', async () => {
    const { transport } = open();
    const { url } = server;
    await server[Symbol.asyncDispose]();
    await expect(transport(LIST)).rejects.toMatchObject({ code: 'Unreachable', message: expect.stringContaining(url) });
    expect(observed).toMatchObject([{ verb: 'list', code: '<error>' }]);
  });

  test('given a connection that breaks before the answer, then it is Unreachable', async () => {
    const { transport } = open();
    server.handler = (_, response) => response.destroy();
    await expect(transport(LIST)).rejects.toMatchObject({ code: 'Unreachable' });
  });

  test('given a connection that breaks within the answer, then it is Unreachable', async () => {
    const { transport } = open();
    server.handler = (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"items":', () => response.destroy());
    };
    await expect(requestJson(transport, LIST)).rejects.toMatchObject({ code: 'Unreachable' });
  });

  test.each(['list', 'watch'] as const)(
    'given a server that is silent, then a %s is given up when its time is up, and its connection is closed',
    async (verb) => {
      const { transport } = open();
      const received = Promise.withResolvers<void>();
      server.handler = () => received.resolve();
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const failed = expect(transport({ ...LIST, verb })).rejects.toMatchObject({
        code: 'Timeout',
        message: `list Deployments: no answer from the API server at ${server.url} within 30 s`,
      });
      await received.promise;
      vi.advanceTimersByTime(30_000);
      await failed;
      await disconnected();
    },
  );

  test('given a list whose body stops, then it is given up when its time is up', async () => {
    const { transport } = open();
    server.handler = (_, response) => {
      response.writeHead(200);
      response.write('{"items":');
    };
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { body } = await transport(LIST);
    const read = expect(readAll(body)).rejects.toMatchObject({ code: 'Timeout' });
    vi.advanceTimersByTime(30_000);
    await read;
  });

  test('given a watch that has its headers, then its time is not limited, until its signal aborts', async () => {
    const { transport } = open();
    server.handler = (_, response) => {
      response.writeHead(200);
      response.write('line\n');
    };
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const abort = new AbortController();
    const { body } = await transport({ ...LIST, verb: 'watch', signal: abort.signal });
    const chunks = body[Symbol.asyncIterator]();
    expect(Buffer.from((await chunks.next()).value).toString()).toBe('line\n');
    vi.advanceTimersByTime(3_600_000);
    expect(vi.getTimerCount()).toBe(0);
    const next = expect(chunks.next()).rejects.toMatchObject({ code: 'Unreachable' });
    abort.abort();
    await next;
    await disconnected();
  });

  test('given a reader that leaves a watch, then its connection is closed', async () => {
    const { transport } = open();
    server.handler = (_, response) => {
      response.writeHead(200);
      response.write('line\n');
    };
    const { body } = await transport({ ...LIST, verb: 'watch' });
    for await (const _ of body) break;
    await disconnected();
  });
});

describe('401', () => {
  test('given credentials that were rotated under us, then they are loaded again and the request is sent once more', async () => {
    const { transport } = open(kubeconfigOf(server.url, { token: 'old' }));
    server.handler = ({ headers }, response) =>
      answer(response, headers.authorization === 'Bearer new' ? 200 : 401, { ok: true });
    folder.write('config', kubeconfigOf(server.url, { token: 'new' }));
    expect(await requestJson(transport, LIST)).toEqual({ ok: true });
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
    expect(observed.map(({ code }) => code)).toEqual(['401', '200']);
  });

  test('given new credentials that are refused too, then that is the answer: no third request', async () => {
    const { transport } = open(kubeconfigOf(server.url, { token: 'old' }));
    server.handler = (_, response) => answer(response, 401, { message: 'go away' });
    folder.write('config', kubeconfigOf(server.url, { token: 'new' }));
    await expect(requestJson(transport, LIST)).rejects.toMatchObject({
      code: 'Unauthorized',
      message: 'list Deployments: the API server answered 401: go away',
    });
    expect(server.requests).toHaveLength(2);
  });

  test('given no newer credentials, then the refusal is the answer, with its words, and is not sent again', async () => {
    const { transport } = open(kubeconfigOf(server.url, { token: 'old' }));
    server.handler = (_, response) => answer(response, 401, { message: 'go away' });
    await expect(requestJson(transport, LIST)).rejects.toMatchObject({ message: expect.stringContaining('go away') });
    expect(server.requests).toHaveLength(1);
  });

  test('given many requests that are refused at once, then the exec plugin runs once for all of them, and each is sent once more', async () => {
    const command = folder.script(
      'plugin',
      `echo '${execCredential({ token: 'TOKEN' })}' | sed "s/TOKEN/$(wc -l < "$0.runs" | tr -d ' ')/"`,
    );
    const { transport } = open(kubeconfigOf(server.url, { exec: { command } }));
    await requestJson(transport, LIST);
    const refused: (() => void)[] = [];
    server.handler = ({ headers }, response) => {
      if (headers.authorization !== 'Bearer 1') return answer(response, 200, {});
      refused.push(() => answer(response, 401, {}));
      if (refused.length === 5) for (const refuse of refused) refuse();
    };
    await Promise.all(Array.from({ length: 5 }, () => requestJson(transport, LIST)));
    expect(folder.runs('plugin')).toBe(2);
    expect(server.requests).toHaveLength(1 + 5 + 5);
  });

  test('given a server that refuses whatever it gets, then not every request runs the exec plugin', async () => {
    const command = folder.script(
      'plugin',
      `echo '${execCredential({ token: 'TOKEN' })}' | sed "s/TOKEN/$(wc -l < "$0.runs" | tr -d ' ')/"`,
    );
    let now = 0;
    const { transport } = open(kubeconfigOf(server.url, { exec: { command } }), () => now);
    server.handler = (_, response) => answer(response, 401, {});
    for (let request = 0; request < 10; request += 1) await requestJson(transport, LIST).catch(() => undefined);
    expect(folder.runs('plugin')).toBe(2);
    now += 5_000;
    await requestJson(transport, LIST).catch(() => undefined);
    expect(folder.runs('plugin')).toBe(3);
  });
});

describe('credentials that do not come', () => {
  test('given an exec plugin that hangs, then a request is given up when its own time is up', async () => {
    // Nobody ever writes into the pipe.
    const command = folder.script('plugin', 'mkfifo "$0.pipe"; read -r line < "$0.pipe"');
    const { transport } = open(kubeconfigOf(server.url, { exec: { command } }));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const failed = expect(transport({ ...LIST, timeoutMs: 8_000 })).rejects.toMatchObject({
      code: 'Timeout',
      message: expect.stringContaining('no credentials to be had'),
    });
    await vi.advanceTimersByTimeAsync(8_000);
    await failed;
    // The plugin itself ends with its own limit.
    await vi.advanceTimersByTimeAsync(52_000);
    await expect(transport(LIST)).rejects.toMatchObject({ code: 'Credentials', message: expect.stringContaining('within 60 s') });
  });
});

test.each([{}, { 'insecure-skip-tls-verify': true }])(
  'given TLS, with the cluster options %j, then HTTP/1.1 alone is offered: a request that is given up closes its connection',
  async (tls) => {
    const hello = Promise.withResolvers<string>();
    const listener = createListener((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (bytes) => {
        hello.resolve(bytes.toString('latin1'));
        socket.destroy();
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const address = listener.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const cluster = { server: `https://127.0.0.1:${port}`, ...tls };
    const { transport } = open({ ...kubeconfigOf(''), clusters: [{ name: 'dev-cluster', cluster }] });
    await expect(transport(LIST)).rejects.toMatchObject({ code: 'Unreachable' });
    // The protocols that the client offers are readable in its first message, each with its length before it.
    const offered = await hello.promise;
    expect(offered).toContain('\x08http/1.1');
    expect(offered).not.toContain('\x02h2');
    listener.close();
  },
);

test('given a proxy-url in the kubeconfig, then requests go through it', async () => {
  await using proxy = await ApiServer.start();
  const cluster = { server: 'http://api.cluster.test:8001', 'proxy-url': proxy.url };
  const { transport } = open({ ...kubeconfigOf(server.url), clusters: [{ name: 'dev-cluster', cluster }] });
  await requestJson(transport, LIST);
  expect(proxy.requests.map(({ url }) => url)).toEqual(['http://api.cluster.test:8001/apis/apps/v1/deployments']);
  await connection?.close();
});
