import { type Json, objectAt, stringAt } from '@ddprofiler-rc/core';
import type { ApiAnswer, ApiRequest, Transport } from '@ddprofiler-rc/k8s-adapter';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLogger } from '../log/log.ts';
import { Elector } from './elector.ts';
import { fenced } from './fence.ts';

/** An API server that has one Lease, and tells of it on watches. */
class LeaseServer {
  readonly requests: ApiRequest[] = [];
  readonly #watchers = new Set<(line: Json) => void>();
  /** What it does with the next requests that are no lists and no watches; `ok` for all that come after. */
  readonly script: ('refuse' | 'slow' | 'loseAnswer')[] = [];
  isDown = false;
  isWatchable = true;
  holder: string | undefined;
  #version = 0;

  readonly transport: Transport = async (request) => {
    this.requests.push(request);
    if (this.isDown) throw new Error('down');
    if (!this.isWatchable && (request.verb === 'list' || request.verb === 'watch')) return whole(403, { message: 'no' });
    if (request.verb === 'list')
      return whole(200, { metadata: { resourceVersion: String(this.#version) }, items: this.#items() });
    if (request.verb === 'watch') return { status: 200, retryAfterMs: undefined, body: this.#watch(request.signal) };
    const fate = this.script.shift();
    if (fate === 'refuse') return whole(500, { message: 'no' });
    const answer = this.#carryOut(request);
    if (fate === undefined) return answer;
    if (fate === 'slow') return new Promise((resolve) => setTimeout(() => resolve(answer), 4_000));
    return new Promise((_, reject) => setTimeout(() => reject(new Error('no answer')), request.timeoutMs));
  };

  put(holder: string | undefined): Json {
    this.#version += 1;
    this.holder = holder;
    const object = this.#object(holder ?? '');
    for (const tell of this.#watchers) tell({ type: holder === undefined ? 'DELETED' : 'MODIFIED', object });
    return object;
  }

  #carryOut({ method, body }: ApiRequest): ApiAnswer {
    if (method === 'GET') return this.holder === undefined ? whole(404, {}) : whole(200, this.#object(this.holder));
    const wanted = objectAt(body?.json, 'spec').holderIdentity;
    const version = stringAt(objectAt(body?.json, 'metadata'), 'resourceVersion');
    const isPresent = method === 'POST' ? this.holder === undefined : version === String(this.#version);
    return isPresent && typeof wanted === 'string' ? whole(200, this.put(wanted)) : whole(409, {});
  }

  #items(): Json {
    return this.holder === undefined ? [] : [this.#object(this.holder)];
  }

  #object(holderIdentity: string): Json {
    return {
      metadata: { namespace: 'ops', name: 'lease', uid: 'u', resourceVersion: String(this.#version) },
      // A clock that is years behind: no time that stands there is of any account.
      spec: { holderIdentity, leaseDurationSeconds: 15, renewTime: '2020-01-01T00:00:00.000000Z' },
    };
  }

  async *#watch(signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    const lines: Json[] = [];
    let wake = () => {};
    const tell = (line: Json) => {
      lines.push(line);
      wake();
    };
    this.#watchers.add(tell);
    signal?.addEventListener('abort', () => wake());
    while (signal?.aborted !== true) {
      const line = lines.shift();
      if (line !== undefined) yield Buffer.from(`${JSON.stringify(line)}\n`);
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  }
}

function whole(status: number, json: Json): ApiAnswer {
  return {
    status,
    retryAfterMs: undefined,
    body: (async function* () {
      yield Buffer.from(JSON.stringify(json));
    })(),
  };
}

let server: LeaseServer;
let begun: string[];
let logged: string[];

beforeEach(() => {
  vi.useFakeTimers();
  server = new LeaseServer();
  [begun, logged] = [[], []];
});

afterEach(() => {
  vi.useRealTimers();
});

function elector(identity: string): Elector {
  const one = new Elector({
    lease: { namespace: 'ops', name: 'lease' },
    identity,
    transport: server.transport,
    now: () => performance.now(),
    clock: Date.now,
    random: () => 0.5,
    log: createLogger('INFO', { write: (line) => logged.push(line) }),
    onLead: () => begun.push(identity),
    onDefect: (error) => {
      throw error;
    },
  });
  one.start();
  return one;
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test('given no Lease, then it leads at once, and renews every 2 s', async () => {
  const one = elector('a');
  await pass(10);
  expect(one.leads).toBe(true);
  expect(begun).toEqual(['a']);
  server.requests.length = 0;
  await pass(60_000);
  expect(one.leads).toBe(true);
  expect(server.requests).toHaveLength(30);
  expect(begun).toEqual(['a']);
});

test('given a leader that stops, then it releases after that, and the standby leads at once', async () => {
  const one = elector('a');
  await pass(10);
  const other = elector('b');
  await pass(5_000);
  expect([one.leads, other.leads, other.holder]).toEqual([true, false, 'a']);
  const stopped = one.stop();
  expect(one.writeTimeMs()).toBe(0);
  await pass(10);
  await stopped;
  expect([one.leads, other.leads, server.holder]).toEqual([false, true, 'b']);
  expect(begun).toEqual(['a', 'b']);
});

test('given a leader that is dead, then the standby asks for nothing for 15 s, and leads then', async () => {
  server.put('dead');
  const one = elector('a');
  await pass(10);
  server.requests.length = 0;
  await pass(14_980);
  expect(one.leads).toBe(false);
  expect(server.requests).toEqual([]);
  await pass(20);
  expect(one.leads).toBe(true);
});

test('given renewals that fail, then it leads no more 10 s after the last one began, and says so', async () => {
  const one = elector('a');
  await pass(10);
  server.isDown = true;
  await pass(9_980);
  expect(one.leads).toBe(true);
  await pass(20);
  expect(one.leads).toBe(false);
  await pass(2_000);
  expect(logged.join('')).toContain('leads no more');
});

test('given a lapse that ends with the answer that was waited for, then it begins to lead anew, for runs were held up in between', async () => {
  const one = elector('a');
  await pass(10);
  expect(begun).toEqual(['a']);
  // Renewals at 2, 4 and 6 s are refused; that of 8 s is answered at 12 s, and lead had lapsed at 10 s.
  server.script.push('refuse', 'refuse', 'refuse', 'slow');
  await pass(11_000);
  expect(one.leads).toBe(false);
  await pass(2_000);
  expect(one.leads).toBe(true);
  expect(begun).toEqual(['a', 'a']);
});

test('given an answer that was lost, then it finds the Lease its own, and leads on', async () => {
  const one = elector('a');
  await pass(10);
  server.script.push('loseAnswer');
  for (let second = 0; second < 20; second += 1) {
    await pass(1_000);
    expect(one.leads).toBe(true);
  }
  expect(begun).toEqual(['a']);
});

test('given another that took the Lease, then it stands by, and no write passes its fence', async () => {
  const sent: ApiRequest[] = [];
  const one = elector('a');
  const transport = fenced(async (request) => {
    sent.push(request);
    return whole(200, {});
  }, one.writeTimeMs);
  const request: ApiRequest = { verb: 'apply', method: 'PATCH', path: '/x', query: {}, what: 'apply x', timeoutMs: 8_000 };
  await pass(10);
  await transport(request);
  await transport({ ...request, timeoutMs: 60_000 });
  expect(sent.map(({ timeoutMs }) => timeoutMs)).toEqual([8_000, expect.closeTo(14_000, -2)]);
  server.put('b');
  await pass(3_000);
  expect([one.leads, one.holder]).toEqual([false, 'b']);
  await expect(transport(request)).rejects.toMatchObject({ code: 'NotLeading' });
  await transport({ ...request, verb: 'get', method: 'GET' });
  expect(sent).toHaveLength(3);
});

test('given its watch alone is refused, then it says so once, however often it renews', async () => {
  server.isWatchable = false;
  elector('a');
  await pass(120_000);
  expect(server.requests.filter(({ method }) => method === 'PATCH').length).toBeGreaterThan(50);
  expect(logged.filter((line) => line.includes('leader election'))).toHaveLength(1);
});

test('given a stop during a renewal that fails, then it releases nevertheless', async () => {
  const one = elector('a');
  await pass(1_990);
  server.script.push('loseAnswer');
  await pass(20);
  const stopping = one.stop();
  await pass(6_000);
  await stopping;
  expect(server.holder).toBe('');
});

test('given nobody may touch the Lease, then it says so once, and asks again at its leisure', async () => {
  server.script.push(...Array.from({ length: 100 }, () => 'refuse' as const));
  elector('a');
  await pass(31_990);
  const asked = server.requests.filter(({ verb }) => verb !== 'list' && verb !== 'watch');
  expect(asked).toHaveLength(10);
  expect(logged.filter((line) => line.includes('leader election'))).toHaveLength(1);
});
