import { once } from 'node:events';
import { connect } from 'node:net';
import type { CloneReport } from '@ddprofiler-rc/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createMetrics } from '../metrics/metrics.ts';
import { createHttpApp, type HttpAppParts } from './app.ts';
import type { HealthView } from './health.ts';
import { type Listening, listen } from './listen.ts';

const BLOCKED: CloneReport = {
  clone: 'team/web-profiler',
  source: 'team/web',
  state: 'blocked',
  reason: 'NameTaken',
  message: 'team/web-profiler is not ours',
  wanted: 2,
  ready: 0,
  hazards: [],
};

const HEALTHY: HealthView = { unsynced: [], reports: [], rules: { standing: 'read', problems: 0 } };

const open: Listening[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function serve(parts: Partial<HttpAppParts> = {}): Promise<(path: string, method?: string) => Promise<Response>> {
  const app = createHttpApp({
    metrics: createMetrics({ processMetrics: false }),
    stuck: () => [],
    view: () => HEALTHY,
    journal: () => [],
    ...parts,
  });
  const server = await listen(app, 0);
  open.push(server);
  return (path, method = 'GET') => fetch(`http://127.0.0.1:${server.port}${path}`, { method });
}

/** A view that must not be taken. */
function broken(): HealthView {
  throw new Error('no view: it held PASSWORD=hunter2');
}

describe('http', () => {
  test('given anything, then /healthz is 200 ok, without a look at the clones', async () => {
    const get = await serve({ view: broken });
    const response = await get('/healthz');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('ok\n');
  });

  test('given a process that is stuck, then /healthz is 503 with the reasons', async () => {
    const get = await serve({ view: broken, stuck: () => ['the event loop did not turn for 40 s'] });
    const response = await get('/healthz');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ alive: false, reasons: ['the event loop did not turn for 40 s'] });
  });

  test('given /journal, then its lines', async () => {
    const response = await (await serve({ journal: () => ['one\n', 'two\n'] }))('/journal');
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    expect(await response.text()).toBe('one\ntwo\n');
  });

  test('given a first sync that is done, then /readyz is 200', async () => {
    const response = await (await serve())('/readyz');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ready: true, reasons: [] });
  });

  test('given no sync yet, then /readyz and /health are 503 with the reasons', async () => {
    const get = await serve({ view: () => ({ ...HEALTHY, unsynced: ['deployments/*: not listed yet'] }) });
    for (const path of ['/readyz', '/health']) {
      const response = await get(path);
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ reasons: ['deployments/*: not listed yet'] });
    }
  });

  test('given healthy clones, then /health is 200 with JSON', async () => {
    const response = await (await serve())('/health');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toMatchObject({ status: 'healthy', synced: true });
  });

  test('given an unhealthy clone, then /health is 503 and lists it, while /readyz and /healthz are 200', async () => {
    const get = await serve({ view: () => ({ ...HEALTHY, reports: [BLOCKED] }) });
    const response = await get('/health');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ status: 'unhealthy', clones: { total: 1, blocked: 1 }, unhealthy: [BLOCKED] });
    expect((await get('/readyz')).status).toBe(200);
    expect((await get('/healthz')).status).toBe(200);
  });

  test('given a view that changes, then each answer is of its moment', async () => {
    let reports: readonly CloneReport[] = [BLOCKED];
    const get = await serve({ view: () => ({ ...HEALTHY, reports }) });
    expect((await get('/health')).status).toBe(503);
    reports = [];
    expect((await get('/health')).status).toBe(200);
  });

  test('given /metrics, then it is Prometheus text', async () => {
    const response = await (await serve())('/metrics');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toContain('ddprofiler_clones{state="ready"} 0');
  });

  test.each(['/healthz', '/readyz', '/health', '/metrics', '/journal'])(
    'given HEAD %s, then status and headers of GET, and no body',
    async (path) => {
      const get = await serve({ journal: () => ['a line\n'] });
      const [head, full] = [await get(path, 'HEAD'), await get(path)];
      expect(head.status).toBe(200);
      expect(head.headers.get('content-type')).toBe(full.headers.get('content-type'));
      expect(head.headers.get('content-length')).toBe(full.headers.get('content-length'));
      expect(await head.text()).toBe('');
    },
  );

  test.each(['/', '/health/', '/healthz/x', '/Health', '/metrics%2f', '/../health/..', '//metrics'])(
    'given %s, then 404 with what there is',
    async (path) => {
      const response = await (await serve())(path);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ routes: ['/healthz', '/readyz', '/health', '/metrics', '/journal'] });
    },
  );

  test('given a query, then it changes nothing', async () => {
    expect((await (await serve())('/health?verbose=1')).status).toBe(200);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('given %s, then 405 with what is accepted', async (method) => {
    const response = await (await serve())('/health', method);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect(await response.json()).toMatchObject({ accepted: ['GET', 'HEAD'] });
  });

  test.each(['/healthz', '/health', '/metrics', '/nowhere'])(
    'given %s, then it cannot be sniffed, framed or kept',
    async (path) => {
      const { headers } = await (await serve())(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    },
  );

  test('given a fault within, then 500 that tells nothing of it, the headers all the same, and the fault is told to us', async () => {
    const onError = vi.fn();
    const get = await serve({ view: broken, onError });
    const response = await get('/health');
    expect(response.status).toBe(500);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.text()).not.toMatch(/hunter2|no view|\.ts/);
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ message: expect.stringContaining('no view') }));
    expect((await get('/healthz')).status).toBe(200);
  });

  test('given a client that hangs up before its answer, then that is no fault, and others are answered', async () => {
    const onError = vi.fn();
    const scrape = Promise.withResolvers<string>();
    const asked = Promise.withResolvers<void>();
    const render = () => {
      asked.resolve();
      return scrape.promise;
    };
    const app = createHttpApp({
      metrics: { contentType: 'text/plain', render },
      stuck: () => [],
      view: () => HEALTHY,
      journal: () => [],
      onError,
    });
    const server = await listen(app, 0);
    open.push(server);
    const socket = connect(server.port, '127.0.0.1').on('error', () => {});
    socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
    await asked.promise;
    socket.resetAndDestroy();
    await once(socket, 'close');
    // Answered after the server had time to notice the reset, which came in before this request.
    expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status).toBe(200);
    scrape.resolve('late');
    expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status).toBe(200);
    expect(onError).not.toHaveBeenCalled();
  });

  test('given a reader of the journal who has seen enough, then that is no fault', async () => {
    const onError = vi.fn();
    const left = Promise.withResolvers<void>();
    const endless = function* (): Generator<string> {
      try {
        for (;;) yield 'a line\n';
      } finally {
        left.resolve();
      }
    };
    const app = createHttpApp({
      metrics: { contentType: 'text/plain', render: async () => '' },
      stuck: () => [],
      view: () => HEALTHY,
      journal: endless,
      onError,
    });
    const server = await listen(app, 0);
    open.push(server);
    const { body } = await fetch(`http://127.0.0.1:${server.port}/journal`);
    await body?.cancel();
    await left.promise;
    expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status).toBe(200);
    expect(onError).not.toHaveBeenCalled();
  });
});
