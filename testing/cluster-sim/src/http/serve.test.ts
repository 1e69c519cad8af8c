import { once } from 'node:events';
import { get } from 'node:http';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { EmbeddedCluster } from '../embedded-cluster.ts';
import type { Policy, Request } from '../request.ts';
import { type ServeOptions, serveCluster } from './index.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';

interface Served extends ServeOptions {
  readonly policy?: Policy;
}

async function served({ policy, ...options }: Served = {}) {
  const cluster = new EmbeddedCluster({ controllers: false, ...(policy === undefined ? {} : { policy }) });
  const face = await serveCluster(cluster, options);
  onTestFinished(async () => {
    cluster.stop();
    await face.close();
  });
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${face.url}${path}`, init);
    const text = await response.text();
    return { status: response.status, type: response.headers.get('content-type'), text, body: bodyOf(text) };
  };
  const create = (path: string, object: object) =>
    ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(object) });
  return { cluster, face, ask, create };
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The lines of a watch, one by one; undefined when it has ended. */
async function watch(url: string, headers: Record<string, string> = {}) {
  const request = get(url, { headers });
  const [response] = await once(request, 'response');
  const lines: unknown[] = [];
  let rest = '';
  let ended = false;
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts.map((line) => JSON.parse(line)));
  });
  response.on('close', () => {
    ended = true;
  });
  return {
    lines,
    isEnded: () => ended,
    next: (count: number) => vi.waitUntil(() => lines.length >= count),
    leave: () => request.destroy(),
  };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('who may come', () => {
  test('everybody, as admin, where no tokens are configured', async () => {
    const seen: Request[] = [];
    const { ask } = await served({ onRequest: (request) => seen.push(request) });
    expect((await ask(MAPS)).status).toBe(200);
    expect(seen).toMatchObject([{ method: 'GET', path: MAPS, user: 'admin' }]);
  });

  test('who has a token, under its name', async () => {
    const seen: Request[] = [];
    const { ask } = await served({ tokens: { s3cret: 'alice' }, onRequest: (request) => seen.push(request) });
    expect((await ask(MAPS, { headers: { authorization: 'Bearer s3cret' } })).status).toBe(200);
    expect(seen).toMatchObject([{ user: 'alice' }]);
    for (const headers of [
      {},
      { authorization: 'Bearer other' },
      { authorization: 'Bearer constructor' },
      { authorization: 's3cret' },
    ])
      expect(await ask(MAPS, { headers })).toMatchObject({ status: 401, body: { kind: 'Status', reason: 'Unauthorized' } });
    expect((await ask('/healthz')).text).toBe('ok');
  });

  test('what a user may do is the policy of the cluster, which reviews tell', async () => {
    const policy: Policy = { authorize: ({ verb, resource }) => verb === 'get' || resource !== 'deployments.apps' };
    const { ask, create } = await served({ policy });
    expect((await ask('/apis/apps/v1/deployments')).status).toBe(403);
    const review = (verb: string) =>
      create('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        spec: { resourceAttributes: { verb, group: 'apps', resource: 'deployments' } },
      });
    expect(await review('list')).toMatchObject({ status: 201, body: { status: { allowed: false } } });
    expect(await review('get')).toMatchObject({ status: 201, body: { status: { allowed: true } } });
    expect(await create('/apis/authentication.k8s.io/v1/selfsubjectreviews', {})).toMatchObject({
      body: { status: { userInfo: { username: 'admin' } } },
    });
  });
});

describe('what is asked', () => {
  test('an object is created, and read in the first form that there is', async () => {
    const { ask, create } = await served();
    expect(await create(MAPS, { metadata: { name: 'a b' } })).toMatchObject({ status: 422 });
    expect(await create(MAPS, { metadata: { name: 'a' } })).toMatchObject({ status: 201 });
    const accept = 'application/vnd.kubernetes.protobuf,application/json';
    expect(await ask(`${MAPS}/a`, { headers: { accept } })).toMatchObject({
      status: 200,
      type: 'application/json',
      body: { kind: 'ConfigMap', metadata: { name: 'a' } },
    });
  });

  test('of a query with the same name twice the first counts, decoded', async () => {
    const seen: Request[] = [];
    const { ask } = await served({ onRequest: (request) => seen.push(request) });
    await ask(`${MAPS}?labelSelector=a%3Db&limit=1&limit=2`);
    expect(seen).toMatchObject([{ query: { labelSelector: 'a=b', limit: '1' } }]);
  });

  test.each([
    ['a method that is no verb', 405, MAPS, { method: 'OPTIONS' }],
    ['an answer in a form that there is not', 406, MAPS, { headers: { accept: 'application/yaml' } }],
    ['a body of an unknown type', 415, MAPS, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' }],
    ['a broken body', 400, MAPS, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }],
    [
      'a broken body where nothing is',
      404,
      '/apis/apps/v1/y',
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' },
    ],
    ['a body beyond the limit', 413, MAPS, { method: 'POST', body: ' '.repeat(3 * 1024 * 1024 + 1) }],
    ['a table with rows of an unknown kind', 400, `${MAPS}?includeObject=All`, { headers: { accept: TABLE } }],
  ])('%s is refused with %i', async (_what, status, path, init) => {
    const { ask } = await served();
    expect(await ask(path, init)).toMatchObject({ status, body: { kind: 'Status', status: 'Failure', code: status } });
  });

  test('discovery has its own media type where it is aggregated, and nothing else has', async () => {
    const { ask } = await served();
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
    expect(await ask('/apis', { headers: { accept } })).toMatchObject({
      type: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
      body: { kind: 'APIGroupDiscoveryList' },
    });
    expect(await ask(MAPS, { headers: { accept } })).toMatchObject({ type: 'application/json' });
  });

  test('people get it indented', async () => {
    const { ask } = await served();
    expect((await ask('/version', { headers: { 'user-agent': 'curl/8' } })).text).toContain('\n  "major": "1"');
    expect((await ask('/version?pretty=true')).text).toContain('\n  ');
    expect((await ask('/version', { headers: { 'user-agent': 'kubectl/v1.37' } })).text).not.toContain('\n');
  });
});

describe('tables', () => {
  test('have a row per object, with its metadata, itself or nothing beside the cells', async () => {
    const { ask, create } = await served();
    await create(MAPS, { metadata: { name: 'a' }, data: { x: '1', y: '2' } });
    const rows = async (query: string) => (await ask(`${MAPS}${query}`, { headers: { accept: TABLE } })).body;
    const cells = ['a', 2, expect.stringMatching(/^\d+s$/)];
    expect(await rows('')).toMatchObject({
      kind: 'Table',
      columnDefinitions: [{ name: 'Name', format: 'name' }, { name: 'Data' }, { name: 'Age' }],
      rows: [{ cells, object: { kind: 'PartialObjectMetadata', metadata: { name: 'a', namespace: 'default' } } }],
    });
    expect(await rows('?includeObject=Object')).toMatchObject({ rows: [{ object: { kind: 'ConfigMap', data: { x: '1' } } }] });
    expect(await rows('?includeObject=None')).toMatchObject({ rows: [{ cells, object: null }] });
    expect(await rows('/a')).toMatchObject({ kind: 'Table', rows: [{ cells }] });
    expect(await rows('/b')).toMatchObject({ kind: 'Status', code: 404 });
  });

  test('come on a watch as well, the columns once', async () => {
    const { face, create } = await served();
    await create(MAPS, { metadata: { name: 'a' } });
    const told = await watch(`${face.url}${MAPS}?watch=true`, { accept: TABLE });
    await create(MAPS, { metadata: { name: 'b' } });
    await told.next(2);
    expect(told.lines).toMatchObject([
      {
        type: 'ADDED',
        object: { kind: 'Table', columnDefinitions: [{ name: 'Name' }, {}, {}], rows: [{ cells: ['a', 0, '0s'] }] },
      },
      { type: 'ADDED', object: { kind: 'Table', columnDefinitions: null, rows: [{ cells: ['b', 0, '0s'] }] } },
    ]);
  });
});

describe('a watch', () => {
  const line = (type: string, name: string) => ({ type, object: { metadata: { name } } });

  test('tells changes as they come, a line each', async () => {
    const { face, ask, create } = await served();
    await create(MAPS, { metadata: { name: 'a' } });
    const told = await watch(`${face.url}${MAPS}?watch=1`);
    await told.next(1);
    await ask(`${MAPS}/a`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: '{"data":{"x":"1"}}',
    });
    await ask(`${MAPS}/a`, { method: 'DELETE' });
    await told.next(3);
    expect(told.lines).toMatchObject([line('ADDED', 'a'), line('MODIFIED', 'a'), line('DELETED', 'a')]);
  });

  test('ends when its time is over', async () => {
    const { face } = await served();
    const told = await watch(`${face.url}${MAPS}?watch=1&timeoutSeconds=1`);
    await vi.waitUntil(() => told.isEnded(), { timeout: 10_000 });
    expect(told.lines).toEqual([]);
  });

  test('is told how far it has come, each minute and shortly before its end, if it asked for it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'Date'] });
    const { face, create } = await served();
    const [asked, silent] = await Promise.all([
      watch(`${face.url}${MAPS}?watch=1&timeoutSeconds=90&allowWatchBookmarks=true`),
      watch(`${face.url}${MAPS}?watch=1&timeoutSeconds=90`),
    ]);
    await create('/api/v1/namespaces', { metadata: { name: 'elsewhere' } });
    vi.advanceTimersByTime(60_000);
    vi.advanceTimersByTime(28_000);
    vi.advanceTimersByTime(2_000);
    vi.useRealTimers();
    await vi.waitUntil(() => asked.isEnded() && silent.isEnded());
    const bookmark = { type: 'BOOKMARK', object: { kind: 'ConfigMap', metadata: { resourceVersion: expect.any(String) } } };
    expect(asked.lines).toMatchObject([bookmark, bookmark]);
    expect(silent.lines).toEqual([]);
  });

  test('whose client left costs nothing more', async () => {
    const { cluster, face, create } = await served();
    const reads = vi.spyOn(cluster, 'readWatch');
    const told = await watch(`${face.url}${MAPS}?watch=1`);
    await create(MAPS, { metadata: { name: 'a' } });
    await told.next(1);
    told.leave();
    await vi.waitUntil(() => told.isEnded());
    // The server hears of it when its own end of the socket closes.
    await vi.waitUntil(async () => {
      const before = reads.mock.calls.length;
      await create(MAPS, { metadata: { generateName: 'b-' } });
      return reads.mock.calls.length === before;
    });
  });

  test('that is not read waits, and is told all later', async () => {
    const { face, create } = await served();
    const request = get(`${face.url}${MAPS}?watch=1`);
    const [response] = await once(request, 'response');
    response.pause();
    const data = { x: 'y'.repeat(500_000) };
    for (let index = 0; index < 12; index++) await create(MAPS, { metadata: { name: `m-${index}` }, data });
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    response.resume();
    await vi.waitUntil(() => text.split('\n').length === 13, { timeout: 10_000 });
    request.destroy();
    expect(text.split('\n').filter((part) => part.includes('"type":"ADDED"'))).toHaveLength(12);
  });

  test('ends with the face', async () => {
    const { face } = await served();
    const told = await watch(`${face.url}${MAPS}?watch=1`);
    await face.close();
    await vi.waitUntil(() => told.isEnded());
    await expect(fetch(face.url)).rejects.toThrow();
  });
});
