import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLogger } from '../log/log.ts';
import { stopOnSignals } from './signals.ts';

let exits: number[];
let logged: string[];
let stops: number;
let stopped: PromiseWithResolvers<void>;
let signal: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  [exits, logged, stops] = [[], [], 0];
  stopped = Promise.withResolvers<void>();
  const operator = {
    stop: () => {
      stops += 1;
      return stopped.promise;
    },
  };
  const listeners = new Map<string, (name: NodeJS.Signals) => void>();
  const host = {
    on: (name: NodeJS.Signals, listener: (name: NodeJS.Signals) => void) => listeners.set(name, listener),
    exit: (code: number) => exits.push(code),
  };
  stopOnSignals(operator, createLogger('INFO', { write: (line) => logged.push(line) }), host);
  signal = () => listeners.get('SIGTERM')?.('SIGTERM');
});

afterEach(() => {
  vi.useRealTimers();
});

test('given a signal, then the operator stops in order, and the process ends with 0', async () => {
  signal();
  expect([stops, exits]).toEqual([1, []]);
  stopped.resolve();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(exits).toEqual([0]);
});

test('given a second signal, then the process ends at once, whatever still runs', () => {
  signal();
  signal();
  expect([stops, exits]).toEqual([1, [1]]);
  expect(logged.at(-1)).toContain('a second signal');
});

test('given writes that do not end, then it waits for 20 s and no longer', async () => {
  signal();
  await vi.advanceTimersByTimeAsync(19_999);
  expect(exits).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(exits).toEqual([1]);
  expect(logged.at(-1)).toContain('without waiting any longer');
});

test('given a stop that fails, then the process ends with 1, and says why', async () => {
  signal();
  stopped.reject(new Error('the disk is full'));
  await vi.advanceTimersByTimeAsync(0);
  expect(exits).toEqual([1]);
  expect(logged.at(-1)).toContain('the disk is full');
});
