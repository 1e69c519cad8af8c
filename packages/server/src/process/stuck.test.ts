import { describe, expect, test } from 'vitest';
import { type StuckParts, stuckReasons } from './stuck.ts';

function parts({ running = 0, stalled = 0, silentSeconds = 0 } = {}): StuckParts {
  const well = { longestRunningSeconds: () => 0, stalledSeconds: () => 0 };
  return {
    queues: { clones: well, events: { longestRunningSeconds: () => running, stalledSeconds: () => stalled } },
    silentSeconds,
  };
}

describe('a process', () => {
  test('given runs, waits and turns that take their time, then it is well', () => {
    expect(stuckReasons(parts())).toEqual([]);
    expect(stuckReasons(parts({ running: 120, stalled: 60, silentSeconds: 30 }))).toEqual([]);
  });

  test.each([
    [{ running: 121 }, 'the queue of events has a run that does not end: it began 121 s ago'],
    [{ stalled: 61 }, 'the queue of events has work, and has begun none for 61 s'],
    [{ silentSeconds: 31 }, 'the event loop did not turn for 31 s'],
  ])('given %o, then it is stuck, and says why', (found, reason) => {
    expect(stuckReasons(parts(found))).toEqual([reason]);
  });
});
