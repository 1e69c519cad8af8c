import { asyncScheduler, Observable, type OperatorFunction, type SchedulerLike, type Subscription } from 'rxjs';

export interface DebounceTimes {
  /** A key without touches for so long is quiet. */
  readonly quietMs: number;
  /** A touch is passed on at the latest after so long; at least `quietMs`. */
  readonly maxWaitMs: number;
}

/** A key that is not quiet. One that is has no entry. */
interface Unrest {
  lastTouchAt: number;
  /** When the first touch came that is not passed on yet; absent when all are. */
  heldSince: number | undefined;
  timer: Subscription;
}

/**
 * Coalesces the touches of each key, independently of all other keys.
 *
 * | key is | touch | no touch for `quietMs` | `maxWaitMs` after the first held touch |
 * | --- | --- | --- | --- |
 * | quiet | passed on at once; → restless | – | – |
 * | restless, nothing held | held | → quiet | – |
 * | restless, touches held | held | passed on as one; → quiet | passed on as one; stays restless |
 *
 * Guarantees: after each touch its key is passed on, at once or within `maxWaitMs`; a touch that stands alone is never delayed; a
 * quiet key costs no memory. Completion passes on what is held, then completes; an error or the end of the subscription drops it.
 *
 * Rejected: `groupBy` with `throttle` or `debounceTime` per group. Neither of them has both edges and a longest wait, and groups
 * would need a life span of their own.
 */
export function debouncePerKey<K>(times: DebounceTimes, scheduler: SchedulerLike = asyncScheduler): OperatorFunction<K, K> {
  const { quietMs, maxWaitMs } = times;
  if (!(quietMs >= 0 && maxWaitMs >= quietMs)) {
    throw new RangeError(`debounce: quietMs is ${quietMs} and maxWaitMs is ${maxWaitMs}; 0 <= quietMs <= maxWaitMs is accepted`);
  }
  return (source) =>
    new Observable<K>((subscriber) => {
      const restless = new Map<K, Unrest>();

      // In every function below the map is right before `next` is called: what follows may touch the same key from within it.
      function touch(key: K): void {
        const now = scheduler.now();
        const unrest = restless.get(key);
        // A timer that is late does not make a quiet key restless.
        if (unrest === undefined || now - unrest.lastTouchAt >= quietMs) {
          unrest?.timer.unsubscribe();
          restless.set(key, { lastTouchAt: now, heldSince: undefined, timer: wake(key, quietMs) });
          subscriber.next(key);
          return;
        }
        unrest.lastTouchAt = now;
        // The lesser of both: after a clock went back, a touch held since a later time would be held until that time comes again.
        unrest.heldSince = Math.min(unrest.heldSince ?? now, now);
        // Its timer stays: it comes no later than this touch may have to be passed on, and `settle` then sees how long is left. A timer set anew
        // for each touch would cost more than all else here.
      }

      function wake(key: K, delayMs: number): Subscription {
        return scheduler.schedule(() => settle(key), Math.max(0, delayMs));
      }

      function settle(key: K): void {
        const unrest = restless.get(key);
        if (unrest === undefined) return;
        const now = scheduler.now();
        const { heldSince } = unrest;
        const quietIn = unrest.lastTouchAt + quietMs - now;
        // More than `quietMs` to go: the clock went back. The timer, which keeps its own time, says that the key is quiet.
        if (quietIn <= 0 || quietIn > quietMs) {
          restless.delete(key);
          if (heldSince !== undefined) subscriber.next(key);
          return;
        }
        const dueIn = heldSince === undefined ? Number.POSITIVE_INFINITY : heldSince + maxWaitMs - now;
        if (dueIn > 0) {
          unrest.timer = wake(key, Math.min(quietIn, dueIn));
          return;
        }
        unrest.heldSince = undefined;
        unrest.timer = wake(key, quietIn);
        subscriber.next(key);
      }

      function calmAll(): void {
        for (const { timer } of restless.values()) timer.unsubscribe();
        restless.clear();
      }

      subscriber.add(calmAll);
      subscriber.add(
        source.subscribe({
          next: touch,
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            const held = [...restless].filter(([, { heldSince }]) => heldSince !== undefined).map(([key]) => key);
            calmAll();
            for (const key of held) subscriber.next(key);
            subscriber.complete();
          },
        }),
      );
    });
}
