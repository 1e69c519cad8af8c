import fc from 'fast-check';
import { Observable, Subject, VirtualTimeScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test, vi } from 'vitest';
import { debouncePerKey } from './debounce.ts';

/** One frame is one millisecond. */
function expectMarbles(input: string, output: string, subscription?: string): void {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run(({ hot, expectObservable }) => {
    const debounced = hot(input).pipe(debouncePerKey<string>({ quietMs: 4, maxWaitMs: 8 }));
    expectObservable(debounced, subscription).toBe(output);
  });
}

describe('debounce per key', () => {
  test('given a quiet key, when it is touched once, then it is passed on at once, and only once', () => {
    expectMarbles('--a----------', '--a----------');
  });

  test('given a burst, then the first touch goes at once and the others as one, when they have ended for the quiet time', () => {
    expectMarbles('a-a-a---------', 'a-------a-----');
  });

  test('given touches that go on, then the key is passed on after each longest wait', () => {
    expectMarbles('aaaaaaaaaaaaaaaaaaaaaaaa', 'a--------a--------a--------a');
  });

  test('given a key passed on by the longest wait, when it falls quiet, then nothing more comes of it', () => {
    expectMarbles('a-a-a-a-a-------------', 'a---------a-----------');
  });

  test('given two keys, then neither holds up the other', () => {
    expectMarbles('ab-ab--------', 'ab-----ab----');
  });

  test('given a key quiet for exactly the quiet time, when it is touched, then it goes at once', () => {
    expectMarbles('a---a--------', 'a---a--------');
  });

  test('given held touches, when the source completes, then they are passed on first', () => {
    expectMarbles('a-a|', 'a--(a|)');
  });

  test('given nothing held, when the source completes, then it completes', () => {
    expectMarbles('a--|', 'a--|');
  });

  test('given held touches, when the source fails, then they are dropped', () => {
    expectMarbles('a-a#', 'a--#');
  });

  test('given held touches, when the subscription ends, then nothing comes of them', () => {
    expectMarbles('a-a---------', 'a-----------', '----!');
  });

  test('given keys that fell quiet, or a subscription that ended, then no timer is left', () => {
    const scheduler = new VirtualTimeScheduler();
    const touches = new Subject<string>();
    const debounced = touches.pipe(debouncePerKey({ quietMs: 4, maxWaitMs: 8 }, scheduler));
    const subscription = debounced.subscribe();
    for (const key of ['a', 'b', 'a', 'c']) touches.next(key);
    scheduler.flush();
    expect(scheduler.actions).toEqual([]);
    touches.next('d');
    subscription.unsubscribe();
    expect(scheduler.actions.filter((action) => !action.closed)).toEqual([]);
  });

  test('given a key that is touched all the time, then its touches set no timers of their own', () => {
    const scheduler = new VirtualTimeScheduler();
    const touches = new Subject<string>();
    const debounced = touches.pipe(debouncePerKey({ quietMs: 50, maxWaitMs: 500 }, scheduler));
    const passed: string[] = [];
    debounced.subscribe((key) => passed.push(key));
    const schedule = vi.spyOn(scheduler, 'schedule');
    for (let count = 0; count < 1_000; count += 1) touches.next('a');
    expect(schedule).toHaveBeenCalledTimes(1);
    scheduler.flush();
    expect(passed).toEqual(['a', 'a']);
  });

  test('given keys that fell quiet, then nothing of them is kept that the end of the subscription would have to clear', () => {
    const scheduler = new VirtualTimeScheduler();
    const schedule = vi.spyOn(scheduler, 'schedule');
    const touches = new Subject<string>();
    const subscription = touches.pipe(debouncePerKey({ quietMs: 4, maxWaitMs: 8 }, scheduler)).subscribe();
    for (const key of ['a', 'b', 'a']) touches.next(key);
    scheduler.flush();
    const timers = schedule.mock.results.map(({ value }) => vi.spyOn(value, 'unsubscribe'));
    subscription.unsubscribe();
    expect(timers).toHaveLength(2);
    for (const timer of timers) expect(timer).not.toHaveBeenCalled();
  });

  test('given a receiver that touches the key from within, then the touch is held, not lost and not endless', () => {
    const scheduler = new VirtualTimeScheduler();
    const touches = new Subject<string>();
    const seen: number[] = [];
    touches.pipe(debouncePerKey({ quietMs: 4, maxWaitMs: 8 }, scheduler)).subscribe((key) => {
      seen.push(scheduler.now());
      if (seen.length === 1) touches.next(key);
    });
    touches.next('a');
    scheduler.flush();
    expect(seen).toEqual([0, 4]);
  });

  test('given a clock that goes back under touches that go on, then the longest wait holds all the same', () => {
    let stepMs = 0;
    const scheduler = new VirtualTimeScheduler();
    scheduler.now = () => scheduler.frame + stepMs;
    const passed: number[] = [];
    const source = new Observable<string>((subscriber) => {
      for (let at = 0; at <= 40; at += 2) {
        scheduler.schedule(() => {
          if (at === 14) stepMs = -3_600_000;
          subscriber.next('a');
        }, at);
      }
    });
    source.pipe(debouncePerKey({ quietMs: 4, maxWaitMs: 8 }, scheduler)).subscribe(() => passed.push(scheduler.frame));
    scheduler.flush();
    const waits = passed.map((at, index) => at - (passed[index - 1] ?? 0));
    // One step may double a wait: the touches held before it are held afresh.
    expect(Math.max(...waits)).toBeLessThanOrEqual(8 + 2 + 8);
    expect(scheduler.actions).toEqual([]);
  });

  test('given times that make no sense, then it says what it accepts', () => {
    expect(() => debouncePerKey({ quietMs: 5, maxWaitMs: 4 })).toThrow('0 <= quietMs <= maxWaitMs is accepted');
  });

  test('given any touches, then each is followed within the longest wait, and alone touches are not delayed', () => {
    const anyTouches = fc.array(fc.record({ gap: fc.integer({ min: 0, max: 12 }), key: fc.constantFrom('a', 'b') }), {
      maxLength: 50,
    });
    fc.assert(
      fc.property(anyTouches, (gaps) => {
        const scheduler = new VirtualTimeScheduler();
        const passed: { key: string; at: number }[] = [];
        let at = 0;
        const touches = gaps.map(({ gap, key }) => {
          at += gap;
          return { key, at };
        });
        const source = new Observable<string>((subscriber) => {
          for (const touch of touches) scheduler.schedule(() => subscriber.next(touch.key), touch.at);
        });
        source
          .pipe(debouncePerKey({ quietMs: 4, maxWaitMs: 8 }, scheduler))
          .subscribe((key) => passed.push({ key, at: scheduler.now() }));
        scheduler.flush();
        for (const touch of touches) {
          expect(passed.some(({ key, at }) => key === touch.key && at >= touch.at && at <= touch.at + 8)).toBe(true);
        }
        expect(passed.length).toBeLessThanOrEqual(touches.length);
      }),
    );
  });
});
