import type { Event, Json } from '@ddprofiler-rc/core';
import type { Subscription } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Body, type Call, ScriptedTransport } from '../../test/scripted-transport.ts';
import { ApiFailure } from '../failure.ts';
import { bindingTarget, namespacedTarget, type WatchTarget } from '../resources.ts';
import type { WatchFilter } from './filter.ts';
import type { RestartReason } from './machine.ts';
import { type WatchOptions, watchStream } from './stream.ts';

const TARGET = namespacedTarget('deployments/*');
const STREAM = TARGET.stream;
const REFUSED = new ApiFailure('Unreachable', 'connection refused');

/** A subscribed stream, its scripted API server and what it told; the clock is vitest's. */
class Bench {
  readonly api = new ScriptedTransport();
  readonly told: Event[] = [];
  readonly restarts: RestartReason[] = [];
  readonly subscription: Subscription;
  activity = 0;

  constructor(
    target: WatchTarget = TARGET,
    onEvent: (event: Event) => void = () => undefined,
    options: Pick<WatchOptions, 'filter'> = {},
  ) {
    this.subscription = watchStream(this.api.transport, target, {
      now: Date.now,
      random: () => 0,
      ...options,
      onRestart: (_, reason) => this.restarts.push(reason),
      onActivity: () => {
        this.activity += 1;
      },
    }).subscribe((event) => {
      this.told.push(event);
      onEvent(event);
    });
  }

  /** The events as short words: `seen 7`, `streamFailed Gone`. */
  get words(): readonly string[] {
    return this.told.map((event) => {
      if (event.type === 'listed') return `listed ${event.objects.length} at ${event.resourceVersion}`;
      if (event.type === 'streamFailed') return `streamFailed ${event.failure.code}`;
      if (event.type === 'seen' || event.type === 'vanished') return `${event.type} ${JSON.stringify(event.object)}`;
      return event.type;
    });
  }

  get verbs(): readonly string[] {
    return this.api.verbs;
  }

  get last(): Call {
    return this.api.last;
  }

  /** Has the list answered: the stream watches from `resourceVersion`, and its watch waits for an answer. */
  async listed(resourceVersion = '5'): Promise<Call> {
    await settled();
    this.last.json(list(resourceVersion));
    await settled();
    return this.last;
  }
}

let bench: Bench;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});

afterEach(() => {
  bench.subscription.unsubscribe();
  vi.useRealTimers();
});

/** Lets everything run that waits for no time. */
async function settled(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

function list(resourceVersion: string, names: readonly string[] = [], next = ''): Json {
  return { kind: 'DeploymentList', metadata: { resourceVersion, continue: next }, items: names.map((name) => ({ name })) };
}

function object(resourceVersion: string): Json {
  return { metadata: { resourceVersion } };
}

function watchedFrom(call: Call): string | undefined {
  return call.request.verb === 'watch' ? call.request.query.resourceVersion : undefined;
}

describe('listing', () => {
  test('given a list in pages, then they are asked for one by one and told as one', async () => {
    bench = new Bench();
    await settled();
    expect(bench.last.request).toMatchObject({ method: 'GET', path: '/apis/apps/v1/deployments', query: { limit: '500' } });
    bench.last.json(list('5', ['a', 'b'], 'page-2'));
    await settled();
    expect(bench.last.request.query).toEqual({ limit: '500', continue: 'page-2' });
    expect(bench.words).toEqual([]);
    bench.last.json(list('5', ['c']));
    await settled();
    expect(bench.told).toEqual([
      { type: 'listed', stream: STREAM, resourceVersion: '5', objects: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
    ]);
  });

  test('given the list, when it is told, then a watch goes on from there, with bookmarks and a time-out of its own', async () => {
    bench = new Bench();
    const watch = await bench.listed('5');
    expect(watch.request).toMatchObject({
      verb: 'watch',
      method: 'GET',
      path: '/apis/apps/v1/deployments',
      query: { watch: 'true', allowWatchBookmarks: 'true', resourceVersion: '5', timeoutSeconds: '300' },
    });
  });

  test('given a target of one object, then list and watch both select it', async () => {
    bench = new Bench(bindingTarget({ namespace: 'ns', name: 'binding' }));
    await settled();
    expect(bench.last.request.query).toMatchObject({ fieldSelector: 'metadata.name=binding' });
    const watch = await bench.listed();
    expect(watch.request.query).toMatchObject({ fieldSelector: 'metadata.name=binding' });
  });

  test('given a list that is refused, then nothing is told as gone: it is asked for again, from its first page', async () => {
    bench = new Bench();
    await settled();
    bench.last.json(list('5', ['a'], 'page-2'));
    await settled();
    bench.last.status(500);
    await settled();
    expect(bench.words).toEqual(['streamFailed ServerError']);
    await vi.advanceTimersByTimeAsync(800);
    expect(bench.last.request.query).toEqual({ limit: '500' });
  });

  test('given pages that expired on the way (410), then the list starts again at once', async () => {
    bench = new Bench();
    await settled();
    bench.last.json(list('5', ['a'], 'page-2'));
    await settled();
    bench.last.status(410);
    await settled();
    expect(bench.last.request.query).toEqual({ limit: '500' });
    expect(bench.words).toEqual([]);
  });
});

describe('watching', () => {
  test('given lines, then they are told in order; a bookmark only moves the position', async () => {
    bench = new Bench();
    const body = (await bench.listed()).open();
    body.line({ type: 'ADDED', object: object('6') });
    body.line({ type: 'MODIFIED', object: object('7') });
    body.line({ type: 'BOOKMARK', object: object('9') });
    body.line({ type: 'DELETED', object: object('10') });
    await settled();
    expect(bench.told.slice(1)).toEqual([
      { type: 'seen', stream: STREAM, object: object('6') },
      { type: 'seen', stream: STREAM, object: object('7') },
      { type: 'vanished', stream: STREAM, object: object('10') },
    ]);
    expect(bench.activity).toBe(5);
  });

  test('given a line in pieces, cut within a character, then it is told once it is whole', async () => {
    bench = new Bench();
    const body = (await bench.listed()).open();
    const whole: Json = { metadata: { resourceVersion: '6' }, note: 'größer 🎉' };
    const bytes = Buffer.from(`${JSON.stringify({ type: 'ADDED', object: whole })}\n`);
    for (const byte of bytes.subarray(0, -1)) body.bytes(Uint8Array.of(byte));
    await settled();
    expect(bench.told).toHaveLength(1);
    body.bytes(bytes.subarray(-1));
    await settled();
    expect(bench.told.at(-1)).toEqual({ type: 'seen', stream: STREAM, object: whole });
  });

  test.each(['MODIFIED', 'BOOKMARK'])(
    'given a watch that ends after a %s, then the next goes on from it, at once',
    async (type) => {
      bench = new Bench();
      const body = (await bench.listed('5')).open();
      body.line({ type, object: object('8') });
      body.close();
      await settled();
      expect(watchedFrom(bench.last)).toBe('8');
      expect(bench.restarts).toEqual(['closed']);
      expect(bench.told.map((event) => event.type)).not.toContain('streamFailed');
      // The former watch's watchdog sleeps no more.
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  test('given an unfinished last line, when the watch ends, then it is not told', async () => {
    bench = new Bench();
    const body = (await bench.listed('5')).open();
    body.bytes(Buffer.from(`{"type":"ADDED","object":{"metadata":{"resourceVersion":"6"}}}`));
    await vi.advanceTimersByTimeAsync(2_000);
    body.close();
    await settled();
    expect(watchedFrom(bench.last)).toBe('5');
    expect(bench.told).toHaveLength(1);
  });
});

describe('what matters', () => {
  const some: WatchFilter = { keep: (raw) => JSON.stringify(raw).includes('ours') };
  const ours = (resourceVersion: string): Json => ({ metadata: { resourceVersion }, note: 'ours' });

  test('given lines that do not matter, then they are not told, and position and activity go on', async () => {
    bench = new Bench(TARGET, undefined, { filter: () => some });
    const body = (await bench.listed('5')).open();
    body.line({ type: 'ADDED', object: object('6') });
    body.line({ type: 'ADDED', object: ours('7') });
    body.line({ type: 'DELETED', object: object('8') });
    body.close();
    await settled();
    expect(bench.told.slice(1)).toEqual([{ type: 'seen', stream: STREAM, object: ours('7') }]);
    expect(bench.activity).toBe(4);
    expect(watchedFrom(bench.last)).toBe('8');
  });

  test('given pages with objects that do not matter, then the list lacks them', async () => {
    bench = new Bench(TARGET, undefined, { filter: () => some });
    await settled();
    bench.last.json({ metadata: { resourceVersion: '5', continue: 'page-2' }, items: [object('1'), ours('2')] });
    await settled();
    bench.last.json({ metadata: { resourceVersion: '5' }, items: [ours('3'), object('4')] });
    await settled();
    expect(bench.told).toEqual([{ type: 'listed', stream: STREAM, resourceVersion: '5', objects: [ours('2'), ours('3')] }]);
  });

  test('given that what matters changes between two pages, then the list says that it is partial', async () => {
    let filter = some;
    bench = new Bench(TARGET, undefined, { filter: () => filter });
    await settled();
    bench.last.json(list('5', ['ours a', 'b'], 'page-2'));
    await settled();
    filter = { keep: () => true };
    bench.last.json(list('5', ['c']));
    await settled();
    expect(bench.told).toEqual([
      { type: 'listed', stream: STREAM, resourceVersion: '5', objects: [{ name: 'ours a' }, { name: 'c' }], isPartial: true },
    ]);
  });
});

describe('the audit', () => {
  const named = (name: string, resourceVersion: string): Json => ({
    metadata: { namespace: 'shop', name, uid: name, resourceVersion },
  });

  /** A watch that is healthy for 20 minutes, until a bookmark at 30; the audit's first request waits for an answer. */
  async function audited(): Promise<{ readonly body: Body; readonly audit: Call }> {
    const body = (await bench.listed('5')).open();
    for (let minute = 1; minute <= 20; minute += 1) {
      await vi.advanceTimersByTimeAsync(60_000);
      body.line({ type: 'BOOKMARK', object: object(String(minute + 10)) });
    }
    await settled();
    return { body, audit: bench.last };
  }

  test('given 20 minutes of health, then everything is listed as of the position, in pages, while the watch goes on', async () => {
    bench = new Bench();
    const { body, audit } = await audited();
    expect(bench.verbs).toEqual(['list', 'watch', 'list']);
    expect(audit.request.query).toEqual({ limit: '500', resourceVersion: '30', resourceVersionMatch: 'Exact' });
    audit.json({ metadata: { resourceVersion: '30', continue: 'page-2' }, items: [named('a', '1'), named('b', '2')] });
    body.line({ type: 'DELETED', object: named('a', '31') });
    await settled();
    expect(bench.last.request.query).toEqual({ limit: '500', continue: 'page-2' });
    bench.last.json({ metadata: { resourceVersion: '30' }, items: [named('c', '3')] });
    await settled();
    expect(bench.told.slice(1)).toEqual([
      { type: 'vanished', stream: STREAM, object: named('a', '31') },
      { type: 'audited', stream: STREAM, resourceVersion: '30', objects: [named('b', '2'), named('c', '3')] },
    ]);
    body.close();
    await settled();
    expect(watchedFrom(bench.last)).toBe('31');
  });

  test.each<[string, (call: Call) => void]>([
    ['410', (call) => call.status(410)],
    ['429', (call) => call.status(429)],
    ['connection refused', (call) => call.fail(REFUSED)],
    ['an answer that is no list', (call) => call.json([])],
  ])('given %s for it, then nothing is told, and it is tried again at its next time', async (_, answer) => {
    bench = new Bench();
    const { body, audit } = await audited();
    answer(audit);
    await settled();
    expect(bench.words).toEqual(['listed 0 at 5']);
    expect(bench.restarts).toEqual([]);
    for (let minute = 1; minute <= 19; minute += 1) {
      await vi.advanceTimersByTimeAsync(60_000);
      body.line({ type: 'BOOKMARK', object: object(String(minute + 30)) });
    }
    await settled();
    expect(bench.verbs).toEqual(['list', 'watch', 'list']);
    await vi.advanceTimersByTimeAsync(60_000);
    body.line({ type: 'BOOKMARK', object: object('50') });
    await settled();
    expect(bench.last.request.query).toMatchObject({ resourceVersion: '50', resourceVersionMatch: 'Exact' });
  });

  test('given a new list while it is made, then it is let go', async () => {
    bench = new Bench();
    const { body, audit } = await audited();
    body.line({ type: 'ERROR', object: { code: 410 } });
    await settled();
    await bench.listed('90');
    expect(audit.request.signal?.aborted).toBe(true);
    expect(bench.words).toEqual(['listed 0 at 5', 'listed 0 at 90']);
  });

  test('given a stream that is unsubscribed while it is made, then no request and no timer stays', async () => {
    bench = new Bench();
    const { audit } = await audited();
    bench.subscription.unsubscribe();
    await settled();
    expect(audit.request.signal?.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    expect(bench.words).toEqual(['listed 0 at 5']);
  });
});

describe('410', () => {
  test('given 410 as the answer to a watch, then it is listed again at once', async () => {
    bench = new Bench();
    (await bench.listed()).status(410);
    await settled();
    expect(bench.verbs).toEqual(['list', 'watch', 'list']);
    await bench.listed('90');
    expect(bench.words).toEqual(['listed 0 at 5', 'listed 0 at 90']);
    expect(watchedFrom(bench.last)).toBe('90');
    expect(bench.restarts).toEqual(['expired']);
  });

  test('given 410 within the stream, then the body is let go and it is listed again at once', async () => {
    bench = new Bench();
    const body = (await bench.listed()).open();
    body.line({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' } });
    await settled();
    expect(bench.verbs).toEqual(['list', 'watch', 'list']);
    expect(body.isReleased).toBe(true);
    expect(bench.words).toEqual(['listed 0 at 5']);
  });

  test('given a server that says 410 to every watch, then lists come with growing waits, not in a tight loop', async () => {
    bench = new Bench();
    for (const wait of [0, 800, 1_600, 3_200, 6_400, 12_800]) {
      (await bench.listed()).status(410);
      if (wait > 0) {
        await vi.advanceTimersByTimeAsync(wait - 1);
        expect(bench.last.request.verb).toBe('watch');
        await vi.advanceTimersByTimeAsync(1);
      }
      await settled();
      expect(bench.last.request.verb).toBe('list');
    }
    expect(bench.words.filter((word) => word === 'streamFailed Gone')).toHaveLength(5);
  });

  test('given 410 long after the last one, then it is listed at once again', async () => {
    bench = new Bench();
    (await bench.listed()).status(410);
    const body = (await bench.listed()).open();
    await vi.advanceTimersByTimeAsync(60_001);
    body.line({ type: 'ERROR', object: { code: 410 } });
    await settled();
    expect(bench.verbs).toEqual(['list', 'watch', 'list', 'watch', 'list']);
    expect(bench.words).not.toContain('streamFailed Gone');
  });
});

describe('silence', () => {
  test('given a watch that is silent for 100 s, then it is given up and listed again', async () => {
    bench = new Bench();
    const body = (await bench.listed()).open();
    await vi.advanceTimersByTimeAsync(99_999);
    expect(bench.verbs).toEqual(['list', 'watch']);
    await vi.advanceTimersByTimeAsync(1);
    expect(body.isReleased).toBe(true);
    expect(bench.verbs).toEqual(['list', 'watch', 'list']);
    expect(bench.restarts).toEqual(['stalled']);
    expect(bench.words).toEqual(['listed 0 at 5']);
  });

  test('given bookmarks, then the watch is not silent', async () => {
    bench = new Bench();
    const body = (await bench.listed()).open();
    for (let minute = 1; minute <= 5; minute += 1) {
      await vi.advanceTimersByTimeAsync(60_000);
      body.line({ type: 'BOOKMARK', object: object(String(minute + 5)) });
    }
    await settled();
    expect(bench.restarts).toEqual([]);
  });
});

describe('failures', () => {
  test('given a line that is no event, then the body is let go and it is listed again, after a wait', async () => {
    bench = new Bench();
    const body = (await bench.listed()).open();
    body.bytes(Buffer.from('{"type":"MOD\n'));
    await settled();
    expect(body.isReleased).toBe(true);
    expect(bench.words).toEqual(['listed 0 at 5', 'streamFailed Malformed']);
    expect(bench.verbs).toEqual(['list', 'watch']);
    await vi.advanceTimersByTimeAsync(800);
    expect(bench.verbs).toEqual(['list', 'watch', 'list']);
  });

  test('given a watch that ends at once and told nothing, then it counts as failed, and the next waits', async () => {
    bench = new Bench();
    (await bench.listed()).open().close();
    await settled();
    expect(bench.words).toEqual(['listed 0 at 5', 'streamFailed Unreachable']);
    await vi.advanceTimersByTimeAsync(799);
    expect(bench.verbs).toEqual(['list', 'watch']);
    await vi.advanceTimersByTimeAsync(1);
    expect(bench.verbs).toEqual(['list', 'watch', 'watch']);
  });

  test('given a server that ends each watch at once after the same bookmark, then that is no progress', async () => {
    bench = new Bench();
    const body = (await bench.listed('5')).open();
    body.line({ type: 'BOOKMARK', object: object('5') });
    body.close();
    await settled();
    expect(bench.words).toContain('streamFailed Unreachable');
  });

  test.each([
    ['connection refused', (call: Call) => call.fail(REFUSED), 'Unreachable'],
    ['a time-out', (call: Call) => call.fail(new ApiFailure('Timeout', 'no answer')), 'Timeout'],
    ['no credentials', (call: Call) => call.fail(new ApiFailure('Credentials', 'no plugin')), 'Credentials'],
    ['401', (call: Call) => call.status(401), 'Unauthorized'],
    ['403', (call: Call) => call.status(403), 'Forbidden'],
    ['429', (call: Call) => call.status(429), 'TooManyRequests'],
    ['503', (call: Call) => call.status(503), 'ServerError'],
  ])('given %s, then waits grow up to 30 s, and the watch goes on where it was, without a list', async (_, answer, code) => {
    bench = new Bench();
    await bench.listed('5');
    for (const wait of [800, 1_600, 3_200, 6_400, 12_800, 15_000, 15_000]) {
      answer(bench.last);
      const before = bench.verbs.length;
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(bench.verbs).toHaveLength(before);
      await vi.advanceTimersByTimeAsync(1);
      expect(bench.verbs).toHaveLength(before + 1);
      expect(watchedFrom(bench.last)).toBe('5');
    }
    expect(bench.words.slice(1)).toEqual(Array(7).fill(`streamFailed ${code}`));
  });

  test.each([400, 404])('given %i, then it is listed again after a wait: the position itself may be refused', async (status) => {
    bench = new Bench();
    (await bench.listed()).status(status);
    await vi.advanceTimersByTimeAsync(800);
    expect(bench.verbs).toEqual(['list', 'watch', 'list']);
  });

  test('given 429 with Retry-After, then that is waited for', async () => {
    bench = new Bench();
    (await bench.listed()).status(429, 'slow down', 7_000);
    await vi.advanceTimersByTimeAsync(6_999);
    expect(bench.verbs).toEqual(['list', 'watch']);
    await vi.advanceTimersByTimeAsync(1);
    expect(bench.verbs).toEqual(['list', 'watch', 'watch']);
    expect(bench.told).toContainEqual(
      expect.objectContaining({ type: 'streamFailed', failure: expect.objectContaining({ retryAfterMs: 7_000 }) }),
    );
  });

  test('given a failed stream, when a watch opens, then that is told, once', async () => {
    bench = new Bench();
    (await bench.listed()).fail(REFUSED);
    await vi.advanceTimersByTimeAsync(800);
    const body = bench.last.open();
    await settled();
    expect(bench.words).toEqual(['listed 0 at 5', 'streamFailed Unreachable', 'streamOpened']);
    body.line({ type: 'BOOKMARK', object: object('6') });
    body.close();
    await settled();
    bench.last.open();
    await settled();
    expect(bench.words.filter((word) => word === 'streamOpened')).toHaveLength(1);
  });

  test('given a connection that breaks within a line, then the watch goes on from the last whole line', async () => {
    bench = new Bench();
    const body = (await bench.listed()).open();
    body.line({ type: 'ADDED', object: object('6') });
    body.bytes(Buffer.from('{"type":"ADD'));
    body.cut(new ApiFailure('Unreachable', 'reset'));
    await vi.advanceTimersByTimeAsync(800);
    expect(watchedFrom(bench.last)).toBe('6');
  });

  test('given 2 minutes of health, then the waits start again', async () => {
    bench = new Bench();
    (await bench.listed()).fail(REFUSED);
    await vi.advanceTimersByTimeAsync(800);
    bench.last.fail(REFUSED);
    await vi.advanceTimersByTimeAsync(1_600);
    const body = bench.last.open();
    await vi.advanceTimersByTimeAsync(60_000);
    body.line({ type: 'BOOKMARK', object: object('6') });
    await vi.advanceTimersByTimeAsync(60_001);
    body.cut(REFUSED);
    const before = bench.verbs.length;
    await vi.advanceTimersByTimeAsync(800);
    expect(bench.verbs).toHaveLength(before + 1);
  });

  test.each([
    [404, 'is not installed'],
    [403, 'give the operator list and watch on ddprofcrds'],
  ])('given %i for the binding, then the failure says what to do', async (status, hint) => {
    bench = new Bench(bindingTarget({ namespace: 'ns', name: 'binding' }));
    await settled();
    bench.last.status(status, 'told by the server');
    await settled();
    const [event] = bench.told;
    expect(event).toMatchObject({ type: 'streamFailed', failure: { message: expect.stringContaining(hint) } });
    expect(event).toMatchObject({ failure: { message: expect.stringContaining('told by the server') } });
  });
});

describe('unsubscribing', () => {
  test.each<[string, (bench: Bench) => Promise<unknown>]>([
    ['a list', () => settled()],
    ['the answer to a watch', (bench) => bench.listed()],
    ['an event', async (bench) => (await bench.listed()).open()],
    ['the next try', async (bench) => (await bench.listed()).fail(REFUSED)],
  ])('given a stream that waits for %s, when it is unsubscribed, then no request, body or timer stays', async (_, arrange) => {
    bench = new Bench();
    await arrange(bench);
    await settled();
    const requests = bench.api.calls.length;
    const told = bench.told.length;
    bench.subscription.unsubscribe();
    await settled();
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(bench.api.calls).toHaveLength(requests);
    expect(bench.told).toHaveLength(told);
    expect(bench.restarts.filter((reason) => reason === 'closed')).toEqual([]);
  });

  test('given an open watch, when it is unsubscribed, then its body is let go', async () => {
    bench = new Bench();
    const body = (await bench.listed()).open();
    await settled();
    bench.subscription.unsubscribe();
    await settled();
    expect(body.isReleased).toBe(true);
  });

  test('given a list that makes its reader leave, then no watch is asked for', async () => {
    bench = new Bench(TARGET, () => bench.subscription.unsubscribe());
    await bench.listed();
    expect(bench.verbs).toEqual(['list']);
    expect(bench.words).toEqual(['listed 0 at 5']);
  });

  test('given several lines in one chunk, when the first one makes its reader leave, then no other is told', async () => {
    bench = new Bench(TARGET, (event) => {
      if (event.type === 'seen') bench.subscription.unsubscribe();
    });
    const body = (await bench.listed()).open();
    const line = (resourceVersion: string) => `${JSON.stringify({ type: 'ADDED', object: object(resourceVersion) })}\n`;
    body.bytes(Buffer.from(line('6') + line('7')));
    await settled();
    expect(bench.words).toEqual(['listed 0 at 5', 'seen {"metadata":{"resourceVersion":"6"}}']);
    expect(bench.activity).toBe(2);
    expect(body.isReleased).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
