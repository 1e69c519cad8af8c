import { describe, expect, test, vi } from 'vitest';
import type { Fault } from './fault.ts';
import { ask, asking, type Handler, startProxy, startServer } from './test-server.ts';

const LIST = '/apis/apps/v1/namespaces/shop/deployments';
const WATCH = `${LIST}?watch=true`;
const WEB = `${LIST}/web`;
const LINES = Array.from({ length: 5 }, (_, index) => `{"type":"MODIFIED","object":{"n":${index}}}\n`);

const echo: Handler = ({ method, url, body }, response) => response.end(JSON.stringify({ method, url, body }));
const watched: Handler = (_, response) => {
  for (const line of LINES) response.write(line);
};

describe('given no faults', () => {
  test('then request and answer pass as they are', async () => {
    const server = await startServer((_, response) => {
      response.writeHead(409, { 'content-type': 'application/json', 'retry-after': '7' }).end('{"a":1}');
    });
    const proxy = await startProxy(server);
    expect(await ask(proxy, `${WEB}?force=true`, { method: 'PATCH', body: '{"spec":{}}' })).toMatchObject({
      status: 409,
      retryAfter: '7',
      body: '{"a":1}',
      end: 'whole',
    });
    expect(server.received).toEqual([{ method: 'PATCH', url: `${WEB}?force=true`, body: '{"spec":{}}' }]);
    expect(proxy.counts()).toEqual({});
    expect(proxy.requests()).toEqual({ 'write deployments': 1 });
  });

  test('then the lines of a watch come at once, and a client that leaves takes its request with it', async () => {
    const server = await startServer(watched);
    const proxy = await startProxy(server);
    const watch = asking(proxy, WATCH);
    await vi.waitFor(() => expect(watch.soFar()).toBe(LINES.join('')));
    watch.leave();
    await vi.waitFor(() => expect(server.leftBy()).toBe(1));
  });

  test('then a server that breaks off, or is gone, is a reset connection', async () => {
    const server = await startServer((_, response) => {
      response.write('half');
      setImmediate(() => response.destroy());
    });
    const proxy = await startProxy(server);
    expect(await ask(proxy, LIST)).toMatchObject({ status: 200, body: 'half', end: 'broken' });
    await server.stop();
    expect(await ask(proxy, LIST)).toEqual({ body: '', chunks: [], end: 'broken' });
  });
});

describe('a request', () => {
  test('that is reset never arrives', async () => {
    const server = await startServer(echo);
    const proxy = await startProxy(server, [{ kind: 'resetRequest' }]);
    expect(await ask(proxy, WEB, { method: 'PATCH', body: '{}' })).toEqual({ body: '', chunks: [], end: 'broken' });
    expect(server.received).toEqual([]);
    expect((await ask(proxy, WEB)).status).toBe(200);
    expect(proxy.counts()).toEqual({ resetRequest: 1 });
  });

  test.each([410, 429, 500, 503] as const)('that is refused with %i never arrives', async (status) => {
    const server = await startServer(echo);
    const proxy = await startProxy(server, [{ kind: 'refuse', status, retryAfterS: 2 }]);
    const told = await ask(proxy, LIST);
    expect(told).toMatchObject({ status, retryAfter: '2', end: 'whole' });
    expect(JSON.parse(told.body)).toMatchObject({ kind: 'Status', status: 'Failure', code: status });
    expect(server.received).toEqual([]);
  });

  test('that is delayed arrives, but not where its client gave up', async () => {
    const server = await startServer(echo);
    const proxy = await startProxy(server, [
      { kind: 'delayRequest', ms: 1 },
      { kind: 'delayRequest', ms: 60_000 },
    ]);
    expect((await ask(proxy, `${WEB}?first`)).status).toBe(200);
    const second = asking(proxy, `${WEB}?second`, { method: 'DELETE' });
    await vi.waitFor(() => expect(proxy.counts()).toEqual({ delayRequest: 2 }));
    second.leave();
    expect((await ask(proxy, `${WEB}?third`)).status).toBe(200);
    expect(server.received.map(({ url }) => url)).toEqual([`${WEB}?first`, `${WEB}?third`]);
  });

  test('that is late arrives all the same', async () => {
    const server = await startServer(echo);
    const proxy = await startProxy(server, [{ kind: 'lateRequest', ms: 50 }]);
    const late = asking(proxy, WEB, { method: 'DELETE' });
    await vi.waitFor(() => expect(proxy.counts()).toEqual({ lateRequest: 1 }));
    late.leave();
    await vi.waitFor(() => expect(server.received.map(({ method }) => method)).toEqual(['DELETE']));
  });

  test.each(['reset', 'timeout'] as const)('whose answer is lost (%s) was carried out', async (tell) => {
    const server = await startServer(echo);
    const proxy = await startProxy(server, [{ kind: 'loseAnswer', tell }]);
    const told = await ask(proxy, WEB, { method: 'PATCH', body: '{}' });
    expect(told).toMatchObject(tell === 'reset' ? { body: '', end: 'broken' } : { status: 504, end: 'whole' });
    expect(server.received).toHaveLength(1);
    expect(proxy.counts()).toEqual({ loseAnswer: 1 });
  });
});

describe('an answer', () => {
  const long: Handler = (_, response) => response.end('0123456789');

  test('that is cut ends in the middle', async () => {
    const proxy = await startProxy(await startServer(long), [{ kind: 'cutAnswer', afterBytes: 4 }]);
    expect(await ask(proxy, WEB)).toMatchObject({ status: 200, body: '0123', end: 'broken' });
    expect(proxy.counts()).toEqual({ cutAnswer: 1 });
  });

  test('that is too short to be cut is whole, and not counted', async () => {
    const proxy = await startProxy(await startServer(long), [{ kind: 'cutAnswer', afterBytes: 10 }]);
    expect(await ask(proxy, WEB)).toMatchObject({ body: '0123456789', end: 'whole' });
    expect(proxy.counts()).toEqual({});
  });

  test('of a watch is cut within a line', async () => {
    const proxy = await startProxy(await startServer(watched), [{ kind: 'cutAnswer', afterBytes: 50 }]);
    expect(await ask(proxy, WATCH)).toMatchObject({ body: LINES.join('').slice(0, 50), end: 'broken' });
  });

  test('that stalls leaves the connection open, until its time is over', async () => {
    const proxy = await startProxy(await startServer(long), [{ kind: 'stall', afterBytes: 3, ms: 30 }]);
    expect(await ask(proxy, WEB)).toMatchObject({ body: '012', end: 'broken' });
    expect(proxy.counts()).toEqual({ stall: 1 });
  });

  test('that stalls for good does so until stalls end', async () => {
    const proxy = await startProxy(await startServer(long), [{ kind: 'stall', afterBytes: 3 }]);
    const stalled = asking(proxy, WEB);
    await vi.waitFor(() => expect(proxy.counts()).toEqual({ stall: 1 }));
    proxy.calm('stay');
    expect((await ask(proxy, WEB)).end).toBe('whole');
    await vi.waitFor(() => expect(stalled.soFar()).toBe('012'));
    proxy.calm('reset');
    expect((await stalled.told).end).toBe('broken');
  });

  test('that is split comes in frames of just these sizes', async () => {
    const proxy = await startProxy(await startServer(long), [{ kind: 'split', singleBytes: 2, frames: [3, 4] }]);
    expect(await ask(proxy, WEB)).toMatchObject({ chunks: ['0', '1', '234', '5678', '9'], end: 'whole' });
    expect(proxy.counts()).toEqual({ split: 1 });
  });

  test('of a watch expires after so many lines', async () => {
    const proxy = await startProxy(await startServer(watched), [{ kind: 'expire', afterLines: 2 }]);
    const { body, end } = await ask(proxy, WATCH);
    expect(end).toBe('whole');
    expect(body.startsWith(LINES.slice(0, 2).join(''))).toBe(true);
    const lines = body.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[2] ?? '')).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
  });

  test('of a watch has a line that is no JSON, and goes on', async () => {
    const proxy = await startProxy(await startServer(watched), [{ kind: 'garble', afterLines: 2 }]);
    const watch = asking(proxy, WATCH);
    await vi.waitFor(() => expect(watch.soFar().trimEnd().split('\n')).toHaveLength(6));
    const [first, second, third = '', ...rest] = watch.soFar().split(/(?<=\n)/);
    expect([first, second, ...rest]).toEqual(LINES);
    expect(() => JSON.parse(third)).toThrow(SyntaxError);
    watch.leave();
  });

  test('to a list is an earlier one, where there was one', async () => {
    let version = 0;
    const server = await startServer((_, response) => {
      version += 1;
      response.end(JSON.stringify({ version }));
    });
    const stale: Fault = { kind: 'staleList', back: 1 };
    const proxy = await startProxy(server, [stale, undefined, undefined, stale, { kind: 'staleList', back: 9 }]);
    const versions: unknown[] = [];
    for (let turn = 0; turn < 5; turn += 1) versions.push(JSON.parse((await ask(proxy, LIST)).body).version);
    expect(versions).toEqual([1, 2, 3, 2, 4]);
    expect(proxy.counts()).toEqual({ staleList: 1 });
  });

  test('to a list that goes on with another page is not kept', async () => {
    const server = await startServer((_, response) => response.end('{"metadata":{"continue":"x"}}'));
    const proxy = await startProxy(server, [undefined, { kind: 'staleList', back: 0 }]);
    await ask(proxy, LIST);
    await ask(proxy, LIST);
    expect(server.received).toHaveLength(2);
    expect(proxy.counts()).toEqual({});
  });
});

describe('a connection', () => {
  test('is reset, or stalls, before anything is sent on it', async () => {
    const server = await startServer(echo);
    const connections = [{ kind: 'resetConnection' }, { kind: 'stallConnection', ms: 20 }] as const;
    const proxy = await startProxy(server, [], { ofConnection: (ordinal) => connections[ordinal] });
    for (let turn = 0; turn < 2; turn += 1) expect((await ask(proxy, WEB)).end).toBe('broken');
    expect((await ask(proxy, WEB)).end).toBe('whole');
    expect(server.received).toHaveLength(1);
    expect(proxy.counts()).toEqual({ resetConnection: 1, stallConnection: 1 });
  });

  test('is reset on demand, and the next one serves', async () => {
    const server = await startServer(watched);
    const proxy = await startProxy(server);
    const watch = asking(proxy, WATCH);
    await vi.waitFor(() => expect(watch.soFar()).toBe(LINES.join('')));
    proxy.resetConnections();
    expect((await watch.told).end).toBe('broken');
    const again = asking(proxy, WATCH);
    await vi.waitFor(() => expect(again.soFar()).toBe(LINES.join('')));
    again.leave();
  });
});

test('given darkness, then nothing passes in either direction, and what still waits goes on in the light', async () => {
  let more: (line: string) => void = () => {};
  const server = await startServer(({ url }, response) => {
    if (url !== WATCH) return response.end('done');
    more = (line) => response.write(line);
    return more('before\n');
  });
  const proxy = await startProxy(server);
  const watch = asking(proxy, WATCH);
  await vi.waitFor(() => expect(watch.soFar()).toBe('before\n'));
  proxy.darken();
  more('within\n');
  const waiting = asking(proxy, WEB, { method: 'DELETE' });
  const leaving = asking(proxy, `${WEB}?left`, { method: 'DELETE' });
  leaving.leave();
  await leaving.told;
  expect(server.received).toHaveLength(1);
  expect(watch.soFar()).toBe('before\n');
  proxy.lighten();
  expect((await waiting.told).body).toBe('done');
  await vi.waitFor(() => expect(watch.soFar()).toBe('before\nwithin\n'));
  expect(server.received.map(({ url }) => url)).toEqual([WATCH, WEB]);
  expect(proxy.counts()).toEqual({ dark: 1 });
  watch.leave();
});

test('given calm, then nothing more goes wrong', async () => {
  const server = await startServer(echo);
  const proxy = await startProxy(server, [], { ofRequest: () => ({ kind: 'resetRequest' }) });
  expect((await ask(proxy, WEB)).end).toBe('broken');
  proxy.calm('reset');
  expect((await ask(proxy, WEB)).end).toBe('whole');
});
