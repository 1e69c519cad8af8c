import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NOW, SCOPE } from '../../test/given.ts';
import { action, begin, perform } from '../../test/histories.ts';
import { answersTo, ModelCluster } from '../../test/model-cluster.ts';
import { decide } from '../decide.ts';
import type { Event } from '../events.ts';
import { allKeys } from '../evolve/concerned.ts';
import { evolve } from '../evolve.ts';
import { recallState, recordState, type StateRecord } from './state-record.ts';

test('a state that was written down, as JSON too, is the same state', () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 1, maxLength: 12 }), fc.boolean(), (actions, carriesOut) => {
      const cluster = new ModelCluster();
      let state = begin();
      const take = (event: Event): void => {
        state = evolve(state, event);
        const record: StateRecord = JSON.parse(JSON.stringify(recordState(state)));
        expect(recallState(record, SCOPE)).toEqual(state);
      };
      for (const act of actions) {
        const event = perform(cluster, act);
        if (event !== undefined) take(event);
        for (const key of carriesOut ? allKeys(state) : []) {
          const { effect } = decide(state, key, NOW);
          if (effect !== undefined) for (const told of answersTo(cluster, state, effect)) take(told);
        }
      }
    }),
    { numRuns: 200 },
  );
});
