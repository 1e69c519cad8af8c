import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LeaseModel, type LeaseWeather } from '../test/lease-histories.ts';
import {
  afterLeaseEvent,
  type Candidate,
  type LeaseCall,
  type LeaseEvent,
  type LeaseRecord,
  leads,
  leaseOf,
  newCandidate,
  nextLeaseAction,
  writeTimeMs,
} from './leadership.ts';

const ME = 'pod-1_x';
const OTHER = 'pod-2_y';

function lease(holder: string, resourceVersion: string, durationMs = 15_000): LeaseRecord {
  return { holder, durationMs, transitions: 0, resourceVersion };
}

/** The candidate after these events, each with its time. */
function given(...events: readonly (readonly [now: number, event: LeaseEvent])[]): Candidate {
  return events.reduce((candidate, [now, event]) => afterLeaseEvent(candidate, event, now), newCandidate(ME));
}

const read = (record: LeaseRecord | undefined): LeaseEvent => ({ type: 'read', record });
const told = (record: LeaseRecord | undefined): LeaseEvent => ({ type: 'told', record });
const failed = (startedAt: number, jitter = 0, call: LeaseCall['do'] = 'hold'): LeaseEvent => ({
  type: 'failed',
  call,
  startedAt,
  jitter,
});
const outdated = (startedAt: number): LeaseEvent => ({ type: 'outdated', startedAt, jitter: 0 });
const held = (startedAt: number, resourceVersion: string): LeaseEvent => ({
  type: 'written',
  startedAt,
  record: lease(ME, resourceVersion),
});

describe('a candidate', () => {
  test('given nothing known, then it reads the Lease', () => {
    expect(nextLeaseAction(newCandidate(ME), 0)).toEqual({ do: 'read' });
  });

  test('given no Lease, and never one, then it creates it', () => {
    expect(nextLeaseAction(given([0, read(undefined)]), 0)).toEqual({ do: 'create' });
  });

  test('given a released Lease, then it takes it at once', () => {
    const record = lease('', '7');
    expect(nextLeaseAction(given([0, read(lease(OTHER, '6'))], [100, told(record)]), 100)).toEqual({ do: 'hold', record });
  });

  test('given the Lease of another, then it waits 15 s from when it saw it change, and then takes that very version of it', () => {
    const candidate = given([1_000, read(lease(OTHER, '6'))], [3_000, told(lease(OTHER, '7'))], [4_000, told(lease(OTHER, '7'))]);
    expect(nextLeaseAction(candidate, 17_999)).toEqual({ do: 'wait', until: 18_000 });
    expect(nextLeaseAction(candidate, 18_000)).toEqual({ do: 'hold', record: lease(OTHER, '7') });
  });

  test('given another that leaves itself more time, then it waits for so long', () => {
    expect(nextLeaseAction(given([0, read(lease(OTHER, '6', 60_000))]), 59_999)).toEqual({ do: 'wait', until: 60_000 });
    expect(nextLeaseAction(given([0, read(lease(OTHER, '6', 1_000))]), 14_999)).toEqual({ do: 'wait', until: 15_000 });
  });

  test('given the Lease is deleted under its holder, then it waits as for a holder that fell silent', () => {
    const candidate = given([0, read(lease(OTHER, '6'))], [5_000, told(undefined)]);
    expect(nextLeaseAction(candidate, 19_999)).toEqual({ do: 'wait', until: 20_000 });
    expect(nextLeaseAction(candidate, 20_000)).toEqual({ do: 'create' });
  });

  test('given the watch told of the Lease before an older answer came, and that it is gone, then the wait counts from then', () => {
    const candidate = given([3_000, told(lease(OTHER, '1'))], [6_000, read(undefined)], [13_500, told(undefined)]);
    expect(nextLeaseAction(candidate, 28_499)).toEqual({ do: 'wait', until: 28_500 });
  });

  test('given it was too late, then it reads what is there now, soon', () => {
    const candidate = given([0, read(lease('', '6'))], [20, outdated(0)]);
    expect(nextLeaseAction(candidate, 20)).toEqual({ do: 'wait', until: 200 });
    expect(nextLeaseAction(candidate, 200)).toEqual({ do: 'read' });
  });

  test('given a call that failed, then it waits 2 s, and up to 1.2 times longer', () => {
    expect(nextLeaseAction(given([50, failed(0)]), 50)).toEqual({ do: 'wait', until: 2_000 });
    expect(nextLeaseAction(given([50, failed(0, 0.5)]), 50)).toEqual({ do: 'wait', until: 3_200 });
  });

  test('given a Lease that says it is its own, though no answer told so, then it holds it anew before it leads', () => {
    const candidate = given([0, told(lease(ME, '6'))]);
    expect(leads(candidate, 0)).toBe(false);
    expect(nextLeaseAction(candidate, 0)).toEqual({ do: 'hold', record: lease(ME, '6') });
  });
});

describe('a leader', () => {
  test('given an answer, then it leads for 10 s from when it asked, not from when it was answered', () => {
    const candidate = given([0, read(lease('', '6'))], [4_000, held(1_000, '7')]);
    expect(leads(candidate, 10_999)).toBe(true);
    expect(leads(candidate, 11_000)).toBe(false);
  });

  test('given it leads, then a write is over 14 s after the renewal began, and none begins without lead', () => {
    const candidate = given([0, held(0, '7')]);
    expect(writeTimeMs(candidate, 100)).toBe(13_900);
    expect(writeTimeMs(candidate, 9_999)).toBe(4_001);
    expect(writeTimeMs(candidate, 10_000)).toBe(0);
    expect(writeTimeMs(given([0, read(lease(OTHER, '6'))]), 0)).toBe(0);
  });

  test('given it renewed, then it renews 2 s after that began, by the version that it has', () => {
    const candidate = given([30, held(0, '7')], [60, told(lease(ME, '6'))]);
    expect(nextLeaseAction(candidate, 60)).toEqual({ do: 'wait', until: 2_000 });
    expect(nextLeaseAction(candidate, 2_000)).toEqual({ do: 'hold', record: lease(ME, '7') });
  });

  test('given a renewal that failed, then it tries again without jitter', () => {
    expect(nextLeaseAction(given([30, held(0, '7')], [2_100, failed(2_000, 1)]), 2_100)).toEqual({ do: 'wait', until: 4_000 });
  });

  test('given somebody touched the Lease, then it reads it and goes on', () => {
    const candidate = given([30, held(0, '7')], [2_020, outdated(2_000)], [2_300, read(lease(ME, '8'))]);
    expect(leads(candidate, 2_300)).toBe(true);
    expect(nextLeaseAction(candidate, 2_300)).toEqual({ do: 'hold', record: lease(ME, '8') });
  });

  test('given another holds it now, then it leads no more, at once', () => {
    const candidate = given([30, held(0, '7')], [2_020, outdated(2_000)], [2_300, read(lease(OTHER, '8'))]);
    expect(leads(candidate, 2_300)).toBe(false);
    expect(nextLeaseAction(candidate, 2_300)).toEqual({ do: 'wait', until: 17_300 });
  });

  test('given the Lease is gone, then it creates it anew while it leads, and waits where it does not', () => {
    const gone = [
      [30, held(0, '7')],
      [2_020, outdated(2_000)],
      [2_300, read(undefined)],
    ] as const;
    expect(nextLeaseAction(given(...gone), 2_300)).toEqual({ do: 'create' });
    expect(nextLeaseAction(given(...gone), 12_000)).toEqual({ do: 'wait', until: 17_300 });
  });
});

describe('a stop', () => {
  const stop: LeaseEvent = { type: 'stop' };

  test('given it leads, then it begins no write, and releases', () => {
    const candidate = given([0, held(0, '7')], [500, stop]);
    expect(writeTimeMs(candidate, 500)).toBe(0);
    expect(nextLeaseAction(candidate, 500)).toEqual({ do: 'release', record: lease(ME, '7') });
    const released = afterLeaseEvent(candidate, { type: 'written', startedAt: 500, record: lease('', '8') }, 520);
    expect(nextLeaseAction(released, 520)).toEqual({ do: 'end' });
  });

  test('given somebody touched the Lease meanwhile, then it reads it, and releases what is its own', () => {
    const candidate = given([0, held(0, '7')], [500, stop], [520, outdated(500)]);
    expect(nextLeaseAction(candidate, 520)).toEqual({ do: 'read' });
    const own = afterLeaseEvent(candidate, read(lease(ME, '9')), 540);
    expect(nextLeaseAction(own, 540)).toEqual({ do: 'release', record: lease(ME, '9') });
    expect(nextLeaseAction(afterLeaseEvent(candidate, read(lease(OTHER, '9')), 540), 540)).toEqual({ do: 'end' });
  });

  test('given a renewal was under way and fails, then it is yet to release', () => {
    const candidate = given([0, held(0, '7')], [500, stop], [5_400, failed(400)]);
    expect(nextLeaseAction(candidate, 5_400)).toEqual({ do: 'release', record: lease(ME, '7') });
  });

  test('given it holds nothing, or cannot release, then that is all', () => {
    expect(nextLeaseAction(given([0, stop]), 0)).toEqual({ do: 'end' });
    expect(nextLeaseAction(given([0, read(lease(OTHER, '6'))], [0, stop]), 0)).toEqual({ do: 'end' });
    const refused = failed(500, 0, 'release');
    expect(nextLeaseAction(given([0, held(0, '7')], [500, stop], [600, refused]), 600)).toEqual({ do: 'end' });
  });
});

describe('the Lease', () => {
  test('is named after the binding, and lies beside it', () => {
    expect(leaseOf({ namespace: 'ops', name: 'rc' })).toEqual({ namespace: 'ops', name: 'ddprofiler-rc-rc' });
  });

  test('has a name that fits, and another one for another binding', () => {
    const [one, other] = ['a', 'b'].map((end) => leaseOf({ namespace: 'ops', name: 'x'.repeat(252) + end }).name);
    expect(one).toHaveLength(253);
    expect(one).not.toBe(other);
  });
});

describe('law', () => {
  const share = fc.constantFrom(0, 0.05, 0.3, 0.7);
  const weather: fc.Arbitrary<LeaseWeather> = fc.record({
    seed: fc.integer(),
    lostRequests: share,
    lostAnswers: share,
    slow: share,
    lostNews: share,
    isDeleted: fc.constantFrom(false, false, true),
  });

  test('never two that may write at one instant, whatever clocks, calls and processes do; and when that is over, one leads', {
    timeout: 120_000,
  }, () => {
    let [reigns, writes] = [0, 0];
    fc.assert(
      fc.property(weather, (drawn) => {
        const history = new LeaseModel(drawn).run();
        expect(history.overlaps).toEqual([]);
        expect(history.leaders).toHaveLength(1);
        reigns += history.reigns;
        writes += history.writes;
      }),
      { numRuns: 3_000 },
    );
    // The histories are about something.
    expect(reigns).toBeGreaterThan(6_000);
    expect(writes).toBeGreaterThan(30_000);
  });
});
