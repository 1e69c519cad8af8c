import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { KeyedQueue, type KeyedQueueOptions, type Outcome } from './queue.ts';
import type { QueueObserver } from './queue-observer.ts';

/** A time of day as any: p-queue takes times before 1970 for times of an open rate window. */
const START = Date.UTC(2026, 0, 1);

type Key = 'a' | 'b' | 'c' | 'd';

const SUCCESS: Outcome = { kind: 'success' };
const RETRY: Outcome = { kind: 'retry' };

/** A queue whose runs end when the test says so. */
class Bench {
  readonly started: Key[] = [];
  readonly startedAt: number[] = [];
  readonly told: string[] = [];
  readonly queue: KeyedQueue<Key>;
  readonly #ends = new Map<Key, PromiseWithResolvers<Outcome>>();

  constructor(options: Partial<KeyedQueueOptions<Key>> = {}) {
    const observer: QueueObserver<Key> = {
      added: (key) => this.told.push(`added ${key}`),
      started: (key, waited) => this.told.push(`started ${key} after ${waited}`),
      finished: (key, took) => this.told.push(`finished ${key} after ${took}`),
      delayed: (key, delay, failures) => this.told.push(`delayed ${key} by ${delay}, failures ${failures}`),
      crashed: (key, error) => this.told.push(`crashed ${key}: ${error}`),
    };
    this.queue = new KeyedQueue<Key>({
      concurrency: 10,
      now: Date.now,
      random: () => 0,
      observer,
      run: (key) => {
        if (this.#ends.has(key)) throw new Error(`${key} runs twice at once`);
        this.started.push(key);
        this.startedAt.push(Date.now());
        const end = Promise.withResolvers<Outcome>();
        this.#ends.set(key, end);
        return end.promise;
      },
      ...options,
    });
  }

  get running(): readonly Key[] {
    return [...this.#ends.keys()];
  }

  async add(...keys: readonly Key[]): Promise<void> {
    for (const key of keys) this.queue.add(key);
    await settled();
  }

  async end(key: Key, outcome: Outcome | Error): Promise<void> {
    const end = this.#ends.get(key);
    if (end === undefined) throw new Error(`${key} does not run`);
    this.#ends.delete(key);
    if (outcome instanceof Error) end.reject(outcome);
    else end.resolve(outcome);
    await settled();
  }
}

/** Lets everything happen that is due now. */
async function settled(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('waiting, dirty and processing', () => {
  test('given an idle queue, when a key is added, then it runs once, and the queue is empty again', async () => {
    const bench = new Bench();
    await bench.add('a');
    expect(bench.running).toEqual(['a']);
    await bench.end('a', SUCCESS);
    expect(bench.started).toEqual(['a']);
    expect(bench.queue.isEmpty).toBe(true);
  });

  test('given an idle queue, when a key is added, then its run starts after the call, not within it', async () => {
    const bench = new Bench();
    bench.queue.add('a');
    expect(bench.started).toEqual([]);
    await settled();
    expect(bench.started).toEqual(['a']);
  });

  test('given a key that waits to run, when it is added again and again, then it runs once', async () => {
    const bench = new Bench({ concurrency: 1 });
    await bench.add('a', 'b', 'b', 'b');
    expect(bench.queue.depth).toBe(1);
    await bench.end('a', SUCCESS);
    await bench.end('b', SUCCESS);
    expect(bench.started).toEqual(['a', 'b']);
    expect(bench.queue.isEmpty).toBe(true);
  });

  test.each<Outcome>([SUCCESS, RETRY, { kind: 'terminal' }, { kind: 'again', afterMs: 60_000 }])(
    'given a key that runs, when it is added twice, then it runs once more, and at once, after $kind',
    async (outcome) => {
      const bench = new Bench();
      await bench.add('a');
      await bench.add('a', 'a');
      expect(bench.started).toEqual(['a']);
      await bench.end('a', outcome);
      expect(bench.started).toEqual(['a', 'a']);
      await bench.end('a', SUCCESS);
      expect(bench.started).toEqual(['a', 'a']);
      expect(bench.queue.isEmpty).toBe(true);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  test('given a terminal outcome with a time, then the key runs again after it, as its first failure would', async () => {
    const bench = new Bench();
    await bench.add('a');
    await bench.end('a', { kind: 'terminal', afterMs: 300_000 });
    await vi.advanceTimersByTimeAsync(299_999);
    expect(bench.started).toEqual(['a']);
    expect(bench.queue.retrying).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(bench.started).toEqual(['a', 'a']);
    await bench.end('a', { kind: 'terminal' });
    expect(bench.queue.isEmpty).toBe(true);
  });

  test('given more keys than the concurrency, then so many run, and the others wait', async () => {
    const bench = new Bench({ concurrency: 2 });
    await bench.add('a', 'b', 'c', 'd');
    expect(bench.running).toEqual(['a', 'b']);
    expect(bench.queue).toMatchObject({ processing: 2, depth: 2, concurrency: 2 });
    await bench.end('a', SUCCESS);
    expect(bench.running).toEqual(['b', 'c']);
  });

  test('given a cap per interval, then no more runs start in it', async () => {
    const bench = new Bench({ intervalCap: 2, intervalMs: 1000 });
    await bench.add('a', 'b', 'c', 'd');
    expect(bench.running).toEqual(['a', 'b']);
    await vi.advanceTimersByTimeAsync(1000);
    expect(bench.running).toEqual(['a', 'b', 'c', 'd']);
  });

  test('given a cap per interval, when the wall clock goes back an hour, then keys run all the same, each once', async () => {
    const bench = new Bench({ intervalCap: 2, intervalMs: 1000 });
    await bench.add('a');
    await bench.end('a', SUCCESS);
    vi.setSystemTime(Date.now() - 3_600_000);
    await bench.add('b', 'c', 'd');
    await vi.advanceTimersByTimeAsync(2000);
    expect(bench.running).toEqual(['b', 'c', 'd']);
  });
});

describe('back-off', () => {
  test('given a key that fails, then it waits twice as long each time, and keeps its count until it succeeds', async () => {
    const bench = new Bench();
    await bench.add('a');
    for (const delay of [2.5, 5, 10, 20]) {
      await bench.end('a', RETRY);
      expect(bench.told.at(-2)).toMatch(`delayed a by ${delay / 1000}`);
      expect(bench.queue).toMatchObject({ retrying: 1, depth: 0, processing: 0, isEmpty: false });
      await vi.advanceTimersByTimeAsync(Math.ceil(delay));
    }
    await bench.end('a', SUCCESS);
    expect(bench.queue.isEmpty).toBe(true);
    await bench.add('a');
    await bench.end('a', RETRY);
    expect(bench.told).toContain('delayed a by 0.0025, failures 1');
  });

  test('given a key that fails for long, then it waits 5 min at most', async () => {
    const bench = new Bench({ random: () => 0.999_999 });
    await bench.add('a');
    for (let failures = 0; failures < 40; failures += 1) {
      await bench.end('a', RETRY);
      await vi.advanceTimersByTimeAsync(300_000);
      expect(bench.running).toEqual(['a']);
    }
  });

  test('given a key in back-off, when it is added, then it runs now and once, and its failures still count', async () => {
    const bench = new Bench();
    await bench.add('a');
    await bench.end('a', RETRY);
    await bench.add('a');
    expect(bench.running).toEqual(['a']);
    await bench.end('a', RETRY);
    expect(bench.told).toContain('delayed a by 0.005, failures 2');
    await vi.advanceTimersByTimeAsync(5);
    await bench.end('a', SUCCESS);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(bench.started).toEqual(['a', 'a', 'a']);
  });

  test('given Retry-After, then the key waits at least so long', async () => {
    const bench = new Bench();
    await bench.add('a');
    await bench.end('a', { kind: 'retry', minimumDelayMs: 7000 });
    await vi.advanceTimersByTimeAsync(6999);
    expect(bench.running).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(bench.running).toEqual(['a']);
  });

  test('given a key that asks to come back, then it does, without counting as a failure', async () => {
    const bench = new Bench();
    await bench.add('a');
    await bench.end('a', RETRY);
    await vi.advanceTimersByTimeAsync(3);
    await bench.end('a', { kind: 'again', afterMs: 5000 });
    expect(bench.told).toContain('delayed a by 5, failures 0');
    expect(bench.queue.retrying).toBe(0);
    await vi.advanceTimersByTimeAsync(4999);
    expect(bench.running).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await bench.end('a', SUCCESS);
    expect(bench.queue.isEmpty).toBe(true);
  });

  test('given a key that asks to come back in a year, then it does not come back at once', async () => {
    const bench = new Bench();
    await bench.add('a');
    await bench.end('a', { kind: 'again', afterMs: 365 * 86_400_000 });
    await vi.advanceTimersByTimeAsync(86_400_000);
    expect(bench.started).toEqual(['a']);
  });

  test('given a run that rejects, then it is retried, and told as unexpected', async () => {
    const bench = new Bench();
    await bench.add('a');
    await bench.end('a', new Error('a fault'));
    expect(bench.told).toContain('crashed a: Error: a fault');
    expect(bench.queue.retrying).toBe(1);
    await vi.advanceTimersByTimeAsync(3);
    expect(bench.running).toEqual(['a']);
  });

  test('given a run that throws before it gives a promise, then it is retried all the same', async () => {
    const run = vi.fn<(key: Key) => Promise<Outcome>>().mockImplementationOnce(() => {
      throw new Error('a fault');
    });
    run.mockResolvedValue(SUCCESS);
    const bench = new Bench({ run });
    await bench.add('a');
    await vi.advanceTimersByTimeAsync(3);
    expect(run).toHaveBeenCalledTimes(2);
    expect(bench.queue.isEmpty).toBe(true);
  });
});

describe('retry budget', () => {
  const retryBudget = { perSecond: 1, burst: 1 };

  test('given a budget that is spent, then retries wait for it, and fresh keys do not', async () => {
    const bench = new Bench({ retryBudget });
    await bench.add('a', 'b');
    await bench.end('a', RETRY);
    await bench.end('b', RETRY);
    await bench.add('c');
    expect(bench.running).toEqual(['c']);
    await vi.advanceTimersByTimeAsync(3);
    expect(bench.running).toEqual(['c', 'a']);
    await vi.advanceTimersByTimeAsync(996);
    expect(bench.running).toEqual(['c', 'a']);
    await vi.advanceTimersByTimeAsync(1);
    expect(bench.running).toEqual(['c', 'a', 'b']);
  });

  test('given keys that fail over and over on fresh events, then a key that nothing wakes is not held up by them', async () => {
    const bench = new Bench({ retryBudget });
    await bench.add('a');
    for (let round = 0; round < 1000; round += 1) {
      await bench.end('a', RETRY);
      await bench.add('a');
    }
    await bench.add('b');
    await bench.end('b', RETRY);
    await vi.advanceTimersByTimeAsync(1000);
    expect(bench.running).toContain('b');
  });
});

describe('metrics', () => {
  test('given runs of some age, then their sum and the longest are told', async () => {
    const bench = new Bench();
    await bench.add('a');
    await vi.advanceTimersByTimeAsync(2000);
    await bench.add('b');
    await vi.advanceTimersByTimeAsync(1000);
    expect(bench.queue.unfinishedSeconds()).toBe(4);
    expect(bench.queue.longestRunningSeconds()).toBe(3);
    await bench.end('a', SUCCESS);
    await bench.end('b', SUCCESS);
    expect(bench.queue.unfinishedSeconds()).toBe(0);
    expect(bench.queue.longestRunningSeconds()).toBe(0);
  });

  test('given keys that are ready while places are free, then it is told for how long none began', async () => {
    const bench = new Bench({ concurrency: 2, intervalCap: 1, intervalMs: 60_000 });
    await bench.add('a');
    await bench.end('a', SUCCESS);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(bench.queue.stalledSeconds()).toBe(0);
    await bench.add('b', 'c');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(bench.queue.stalledSeconds()).toBe(5);
    await vi.advanceTimersByTimeAsync(46_000);
    expect(bench.running).toEqual(['b']);
    expect(bench.queue.stalledSeconds()).toBe(1);
  });

  test('given every place is taken, or a key that comes again while it runs, then none is ready that could begin', async () => {
    const bench = new Bench({ concurrency: 2 });
    await bench.add('a');
    await bench.add('a');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(bench.queue.stalledSeconds()).toBe(0);
    await bench.add('b', 'c');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(bench.queue.stalledSeconds()).toBe(0);
  });

  test('given a key that goes in again while it runs, then the observer hears of both, with their times', async () => {
    const bench = new Bench();
    await bench.add('a');
    await vi.advanceTimersByTimeAsync(1000);
    await bench.add('a', 'a');
    expect(bench.queue).toMatchObject({ depth: 0, processing: 1 });
    await vi.advanceTimersByTimeAsync(2000);
    await bench.end('a', SUCCESS);
    await bench.end('a', SUCCESS);
    expect(bench.told).toEqual([
      'added a',
      'started a after 0',
      'added a',
      'finished a after 3',
      'started a after 2',
      'finished a after 0',
    ]);
  });
});

describe('stop', () => {
  test('given keys that run, wait and back off, when it stops, then those that run end, and no other starts', async () => {
    const bench = new Bench({ concurrency: 2 });
    await bench.add('d');
    await bench.end('d', { kind: 'retry', minimumDelayMs: 60_000 });
    await bench.add('a', 'b', 'c', 'a');
    const stopped = vi.fn();
    void bench.queue.stop().then(stopped);
    await bench.add('c', 'd');
    await bench.end('a', RETRY);
    expect(stopped).not.toHaveBeenCalled();
    await bench.end('b', { kind: 'again', afterMs: 1 });
    expect(stopped).toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(bench.started).toEqual(['d', 'a', 'b']);
    expect(bench.queue.isEmpty).toBe(true);
  });

  test('given an idle queue, when it stops, twice, then both are done at once', async () => {
    const bench = new Bench();
    await Promise.all([bench.queue.stop(), bench.queue.stop()]);
    await bench.add('a');
    expect(bench.started).toEqual([]);
  });

  test('given a key whose run is about to start, when it stops, then it does not start', async () => {
    const bench = new Bench();
    bench.queue.add('a');
    await bench.queue.stop();
    await settled();
    expect(bench.started).toEqual([]);
    expect(bench.queue.isEmpty).toBe(true);
  });
});

describe('whatever happens', () => {
  type Step =
    | { readonly do: 'add'; readonly key: Key }
    | { readonly do: 'end'; readonly index: number; readonly outcome: Outcome | Error }
    | { readonly do: 'pass'; readonly ms: number }
    | { readonly do: 'step the clock'; readonly ms: number };

  const anyKey = fc.constantFrom<Key[]>('a', 'b', 'c', 'd');
  const anyOutcome: fc.Arbitrary<Outcome | Error> = fc.oneof(
    fc.constant(SUCCESS),
    fc.constant(RETRY),
    fc.constant(new Error('a fault')),
    fc.constant<Outcome>({ kind: 'terminal' }),
    fc.record({ kind: fc.constant('retry' as const), minimumDelayMs: fc.integer({ min: 0, max: 5000 }) }),
    fc.record({ kind: fc.constant('again' as const), afterMs: fc.integer({ min: 0, max: 5000 }) }),
  );
  const anyStep: fc.Arbitrary<Step> = fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('add' as const), key: anyKey }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('end' as const), index: fc.nat(), outcome: anyOutcome }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 3000 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('step the clock' as const), ms: fc.integer({ min: -100_000, max: 100_000 }) }),
    },
  );
  const anyOptions = fc.record({
    concurrency: fc.integer({ min: 1, max: 4 }),
    rate: fc.option(fc.record({ intervalCap: fc.integer({ min: 1, max: 3 }), intervalMs: fc.integer({ min: 1, max: 1000 }) }), {
      nil: undefined,
    }),
    retryBudget: fc.record({ perSecond: fc.integer({ min: 1, max: 20 }), burst: fc.integer({ min: 1, max: 5 }) }),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  });

  test('no key runs twice at once, each add is followed by a run, and in the end the queue is empty', async () => {
    await fc.assert(
      fc.asyncProperty(anyOptions, fc.array(anyStep, { maxLength: 60 }), async ({ rate, random, ...options }, steps) => {
        vi.useFakeTimers({ now: START });
        const bench = new Bench({ ...options, ...rate, random: () => random });
        // How many runs of a key had started when it was last added: one more must come.
        const startsAtAdd = new Map<Key, number>();
        const starts = (key: Key) => bench.started.filter((started) => started === key).length;
        let clockStepped = false;
        for (const step of steps) {
          switch (step.do) {
            case 'add':
              startsAtAdd.set(step.key, starts(step.key));
              await bench.add(step.key);
              break;
            case 'end': {
              const key = bench.running[step.index % bench.running.length];
              if (key !== undefined) await bench.end(key, step.outcome);
              break;
            }
            case 'pass':
              await vi.advanceTimersByTimeAsync(step.ms);
              break;
            case 'step the clock':
              clockStepped = true;
              vi.setSystemTime(Date.now() + step.ms);
              break;
          }
          // `run` throws when a key runs twice, which the observer would tell.
          expect(bench.told.filter((line) => line.includes('twice'))).toEqual([]);
          if (!clockStepped) expect(bench.queue.processing).toBeLessThanOrEqual(options.concurrency);
          expect(bench.queue.processing).toBe(bench.running.length);
        }
        for (let rounds = 0; !bench.queue.isEmpty; rounds += 1) {
          expect(rounds, 'rounds until all is done').toBeLessThan(200);
          for (const key of bench.running) await bench.end(key, SUCCESS);
          await vi.advanceTimersByTimeAsync(1000);
        }
        for (const [key, before] of startsAtAdd) expect(starts(key), `runs of ${key}`).toBeGreaterThan(before);
        expect(bench.told.filter((line) => line.includes('twice'))).toEqual([]);
        expect(bench.queue).toMatchObject({ depth: 0, processing: 0, retrying: 0 });
      }),
      { numRuns: 300 },
    );
  });
});
