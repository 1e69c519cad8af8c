/**
 * An open loop: the `n`-th call is made at its time, whether the calls before it were answered or not. A closed loop would wait for a slow
 * answer and leave out just the calls that would have met the slowness.
 */
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Resolves when all are done; rejects with the first failure, once all that were begun are over.
 * @param perSecond calls
 * @param isOver asked before each call; for loops whose end something else decides
 */
export async function atPace(
  perSecond: number,
  count: number,
  call: (index: number) => Promise<unknown>,
  isOver: () => boolean = () => false,
): Promise<void> {
  const start = performance.now();
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  for (let index = 0; index < count && failures.length === 0 && !isOver(); index += 1) {
    const wait = start + (index * 1000) / perSecond - performance.now();
    if (wait > 0) await delay(wait);
    const one: Promise<void> = call(index)
      .then(
        () => {},
        (failure: unknown) => void failures.push(failure),
      )
      .finally(() => running.delete(one));
    running.add(one);
  }
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
}
