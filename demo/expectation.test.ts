import { describe, expect, test } from 'vitest';
import { type Expectation, inWords, missing, type Sight, seenInWords, type Wanted } from './expectation.ts';
import type { Workload } from './workload.ts';

const CLONE: Workload = {
  name: 'web-profiler',
  uid: 'u1',
  generation: 2,
  source: 'web',
  wanted: 3,
  ready: 3,
  settled: true,
  image: 'nginx',
  env: ['A=1', 'B=2'],
};
const WANTED: Wanted = { replicas: 3, image: 'nginx', env: ['A=1', 'B=2'], is: 'untouched' };

const sight = (...workloads: readonly Workload[]): Sight => ({
  workloads: new Map(workloads.map((workload) => [workload.name, workload])),
  rules: 'read',
});
const expecting = (wanted: Wanted | 'gone'): Expectation => ({ deployments: { 'web-profiler': wanted }, rules: 'read' });
const BEFORE = sight(CLONE).workloads;

describe('what is missing', () => {
  test('given all as expected, then nothing', () => {
    expect(missing(expecting(WANTED), sight(CLONE), BEFORE)).toEqual([]);
    expect(missing(expecting({ ...WANTED, is: 'changed' }), sight({ ...CLONE, generation: 3 }), BEFORE)).toEqual([]);
    expect(missing(expecting({ ...WANTED, is: 'new' }), sight({ ...CLONE, uid: 'u2' }), BEFORE)).toEqual([]);
    expect(missing(expecting({ ...WANTED, is: 'new' }), sight(CLONE), new Map())).toEqual([]);
    expect(missing(expecting('gone'), sight(), BEFORE)).toEqual([]);
  });

  test.each<[string, Wanted | 'gone', Workload | undefined, string]>([
    ['no Deployment', WANTED, undefined, 'is not there'],
    ['one that was to go', 'gone', CLONE, 'is still there'],
    ['other replicas', WANTED, { ...CLONE, wanted: 9 }, 'wants 9 replicas'],
    ['another image', WANTED, { ...CLONE, image: 'other' }, 'has image other'],
    ['a variable more', WANTED, { ...CLONE, env: ['A=1', 'B=2', 'C=3'] }, 'has A=1 B=2 C=3'],
    ['variables in another order', WANTED, { ...CLONE, env: ['B=2', 'A=1'] }, 'has B=2 A=1'],
    ['no variables', WANTED, { ...CLONE, env: [] }, 'has no variables'],
    [
      'pods that are not ready',
      WANTED,
      { ...CLONE, ready: 1, settled: false },
      'has 1 of 3 replicas ready, or its rollout goes on',
    ],
    ['a write that was not to be', WANTED, { ...CLONE, generation: 3 }, 'was written'],
    ['another object where the same was to stay', WANTED, { ...CLONE, uid: 'u2' }, 'is another object than before'],
    [
      'another object where the same was to change',
      { ...WANTED, is: 'changed' },
      { ...CLONE, uid: 'u2' },
      'is another object than before',
    ],
    ['the same object where a new one was to come', { ...WANTED, is: 'new' }, CLONE, 'is the object that it was'],
    ['no write where one was to be', { ...WANTED, is: 'changed' }, CLONE, 'was not written'],
  ])('given %s, then it is said', (_, wanted, found, problem) => {
    const now = found === undefined ? sight() : sight(found);
    expect(missing(expecting(wanted), now, BEFORE)).toEqual([`web-profiler ${problem}`]);
  });

  test('given another Deployment whose rollout goes on, then the step is not over', () => {
    const now = sight(CLONE, { ...CLONE, name: 'web', settled: false });
    expect(missing(expecting(WANTED), now, BEFORE)).toEqual(['the rollout of web goes on']);
  });

  test('given rules of which the operator says something else, or nothing, then it is said', () => {
    expect(missing(expecting(WANTED), { ...sight(CLONE), rules: 'unknown' }, BEFORE)).toEqual([
      'the operator says that the rules cannot be read',
    ]);
    expect(missing(expecting(WANTED), { ...sight(CLONE), rules: undefined }, BEFORE)).toEqual(['the operator does not answer']);
  });
});

describe('words', () => {
  test.each<Wanted | 'gone'>([WANTED, 'gone'])('given what was expected, then it is seen in the same words: %j', (wanted) => {
    const now = wanted === 'gone' ? sight() : sight(CLONE);
    expect(seenInWords(expecting(wanted), now, BEFORE)).toEqual(inWords(expecting(wanted)));
  });

  test('given something else, then the words tell what', () => {
    const expectation: Expectation = { ...expecting(WANTED), rules: 'unknown' };
    expect(inWords(expectation)).toEqual([
      'web-profiler: untouched, 3/3 ready',
      'the operator says that the rules cannot be read',
    ]);
    expect(seenInWords(expectation, sight({ ...CLONE, uid: 'u2', ready: 0, env: [] }), BEFORE)).toEqual([
      'web-profiler: new, 0/3 ready, nginx, no variables',
      'the operator says that the rules are read',
    ]);
  });
});
