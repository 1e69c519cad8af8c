import { interval } from 'rxjs';
import { expect, onTestFinished, test } from 'vitest';
import { EPOCH_MS, SimulatedClock } from './clock.ts';

function clock(): SimulatedClock {
  const simulated = new SimulatedClock();
  onTestFinished(() => {
    simulated.uninstall();
  });
  return simulated;
}

test('an hour passes at once, and everything that was due in it happened in order', async () => {
  const simulated = clock();
  const told: string[] = [];
  setTimeout(() => told.push(`late at ${simulated.now()}`), 3_599_000);
  setTimeout(() => told.push(`early at ${simulated.now()}`), 1_000);
  await simulated.runUntil(3_600_000);
  expect(told).toEqual(['early at 1000', 'late at 3599000']);
  expect(Date.now()).toBe(EPOCH_MS + 3_600_000);
});

test('time stands still until every promise has come to its end', async () => {
  const simulated = clock();
  const times: number[] = [];
  setTimeout(async () => {
    for (let round = 0; round < 1_000; round += 1) await null;
    times.push(simulated.now());
  }, 10);
  setTimeout(() => times.push(simulated.now()), 11);
  await simulated.runUntil(20);
  expect(times).toEqual([10, 11]);
});

test('a jump of the date moves no timer, and the cluster has a clock of its own', async () => {
  const simulated = clock();
  let firedAt = Number.NaN;
  setTimeout(() => {
    firedAt = simulated.now();
  }, 5_000);
  simulated.jumpDate(-3_600_000);
  await simulated.runUntil(6_000);
  expect(firedAt).toBe(5_000);
  expect(Date.now()).toBe(EPOCH_MS + 6_000 - 3_600_000);
  expect(simulated.clusterTime()).toBe(EPOCH_MS + 6_000);
});

test('the timers of RxJS are simulated too', async () => {
  const simulated = clock();
  let ticks = 0;
  const ticking = interval(100).subscribe(() => {
    ticks += 1;
  });
  await simulated.runUntil(1_050);
  ticking.unsubscribe();
  expect(ticks).toBe(10);
  expect(simulated.armed).toBe(0);
});

test('the real clock comes back, and the length of the history is told', async () => {
  const real = globalThis.setTimeout;
  const simulated = new SimulatedClock();
  expect(globalThis.setTimeout).not.toBe(real);
  await simulated.runUntil(42);
  expect(simulated.uninstall()).toBe(42);
  expect(globalThis.setTimeout).toBe(real);
});
