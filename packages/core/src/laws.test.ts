import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BINDING_LISTED,
  fold,
  memoryAnswers,
  memoryOf,
  NOW,
  nothingListed,
  remembered,
  rulesListed,
  rulesSeen,
  specOf,
} from '../test/given.ts';
import { acted, action, begin, perform } from '../test/histories.ts';
import { answersTo, lookedFor, ModelCluster } from '../test/model-cluster.ts';
import { countClones } from './decide/guardrails/mass-deletion.ts';
import { decide } from './decide.ts';
import type { Event } from './events.ts';
import { allKeys } from './evolve/concerned.ts';
import { evolve } from './evolve.ts';
import { objectAt } from './kube/json.ts';
import type { Key } from './kube/keys.ts';
import { fullEvent, slimEvent } from './record/slim-event.ts';
import type { State } from './state.ts';
import { touched } from './touched.ts';

/* The core's laws, for drawn histories. */

/** Decides and carries out until nothing is left to do. */
function converge(cluster: ModelCluster, start: State): { readonly state: State; readonly writes: number } {
  let state = start;
  for (let writes = 0; writes < 50; ) {
    const effect = [...allKeys(state)].map((key) => decide(state, key, NOW).effect).find((candidate) => candidate !== undefined);
    if (effect === undefined) return { state, writes };
    state = fold(answersTo(cluster, state, effect), state);
    writes += 1;
  }
  throw new Error('does not converge');
}

function foldTouching(state: State, event: Event): State {
  const next = evolve(state, event);
  expect(next.counts).toEqual(countClones(next));
  const keys = touched(state, next, event);
  for (const key of allKeys(state, next)) {
    if (!keys.has(key)) expect(decide(next, key, NOW)).toEqual(decide(state, key, NOW));
  }
  return next;
}

function verdicts(state: State): Readonly<Record<Key, string>> {
  const decisions = [...allKeys(state)].sort().map((key) => decide(state, key, NOW));
  // Whether the memory still has a clone that is gone is no difference.
  return Object.fromEntries(
    decisions.filter(({ verdict }) => verdict !== 'nothing').map((one) => [one.key, JSON.stringify(one)]),
  );
}

describe('laws', () => {
  test('after every action the decisions carried out converge, and deciding again gives nothing to do', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 12 }), (actions) => {
        const cluster = new ModelCluster();
        acted(cluster, actions, (next) => {
          const { state } = converge(cluster, next);
          for (const key of allKeys(state)) expect(decide(state, key, NOW).effect).toBeUndefined();
          return state;
        });
      }),
      { numRuns: 300 },
    );
  });

  test('a restart in a converged cluster finds nothing to do', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 10 }), fc.constantFrom('0.1', '0.5'), (actions, factor) => {
        const cluster = new ModelCluster();
        const text = JSON.stringify({ shop: { deployments: { a: { name_suffix: 'p', scale_factor: factor } } } });
        const state = acted(cluster, actions);
        const converged = converge(cluster, evolve(state, rulesSeen(text))).state;
        const restarted = fold([memoryOf(converged), BINDING_LISTED, rulesListed(text), cluster.list(), ...cluster.companions()]);
        for (const key of allKeys(restarted)) expect(decide(restarted, key, NOW).effect).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  test('events of different streams commute, and repeated ones change nothing', () => {
    fc.assert(
      fc.property(
        fc.array(action, { maxLength: 15 }),
        fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
        (actions, coins) => {
          const cluster = new ModelCluster();
          const rules: Event[] = [BINDING_LISTED, rulesListed('{}')];
          const deployments: Event[] = [nothingListed()];
          for (const act of actions) {
            const event = perform(cluster, act);
            if (event !== undefined) (act.type === 'rules' ? rules : deployments).push(event);
          }
          const interleaved: Event[] = [];
          const [left, right] = [[...rules], [...deployments]];
          for (const coin of coins) {
            const [first, second] = coin ? [left, right] : [right, left];
            const event = first.shift() ?? second.shift();
            if (event !== undefined) interleaved.push(event, ...(coin && event.type !== 'listed' ? [event] : []));
          }
          const [mixed, inOrder] = [fold(interleaved), fold([...rules, ...deployments])];
          expect(verdicts(remembered(lookedFor(cluster, mixed)))).toEqual(verdicts(remembered(lookedFor(cluster, inOrder))));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('an event that does not touch a key does not change its decision', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 15 }), (actions) => {
        const cluster = new ModelCluster();
        let state = begin();
        for (const act of actions) {
          const event = perform(cluster, act);
          if (event === undefined) continue;
          state = foldTouching(state, event);
          for (const answer of memoryAnswers(state)) state = foldTouching(state, answer);
          if (act.type === 'put' && act.replicas % 3 === 0) ({ state } = converge(cluster, state));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a list after a gap touches every key whose decision it changes', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 15 }), fc.nat(), (actions, gap) => {
        const cluster = new ModelCluster();
        let state = begin();
        for (const [index, act] of actions.entries()) {
          const event = perform(cluster, act);
          // Rules are of another stream, whose watch did not break.
          const isMissed = act.type !== 'rules' && index >= gap % actions.length;
          if (event !== undefined && !isMissed) state = evolve(state, event);
        }
        for (const list of [cluster.list(), ...cluster.companions()]) {
          state = foldTouching(state, list);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('whatever is not marked as ours is never written or deleted', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 15 }), (actions) => {
        const cluster = new ModelCluster();
        acted(cluster, actions, (state, act) => {
          for (const key of allKeys(state)) {
            const { effect } = decide(state, key, NOW);
            const exists = state.deployments.has(key);
            if (effect?.kind === 'create') expect(exists).toBe(false);
            else if (effect !== undefined && effect.kind !== 'look' && effect.kind !== 'remember')
              expect(state.ours.has(key) || state.book.rules.get(key)?.adopt).toBe(true);
          }
          return act.type === 'rules' ? converge(cluster, state).state : state;
        });
      }),
      { numRuns: 300 },
    );
  });

  test('a clone never leads to a clone', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 15 }), (actions) => {
        const cluster = new ModelCluster();
        acted(cluster, actions, (state) => {
          for (const key of allKeys(state)) {
            const { effect } = decide(state, key, NOW);
            if (effect?.kind !== 'create') continue;
            const source = effect.intent.metadata.annotations['ddprofiler-rc.grove/source'] ?? '';
            expect(cluster.deployments.get(`shop/${source}`)?.metadata).not.toHaveProperty([
              'labels',
              'ddprofiler-rc.grove/clone',
            ]);
          }
          return converge(cluster, state).state;
        });
      }),
      { numRuns: 300 },
    );
  });

  test('an event kept with the state that it led to, by name alone, folds to the same', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 12 }), (actions) => {
        const cluster = new ModelCluster();
        let state = begin();
        const take = (event: Event): void => {
          const after = evolve(state, event);
          const slim = slimEvent(event, after);
          if (event.type === 'written' || event.type === 'remembered')
            expect(JSON.stringify(slim).length).toBeLessThan(JSON.stringify(event).length);
          expect(evolve(state, fullEvent(slim, after))).toEqual(after);
          state = after;
        };
        for (const act of actions) {
          const event = perform(cluster, act);
          if (event !== undefined) take(event);
          take(cluster.list());
          for (const answer of memoryAnswers(state)) take(answer);
          take(memoryOf(state));
          for (const list of cluster.companions()) take(list);
          for (const key of allKeys(state)) {
            const { effect } = decide(state, key, NOW);
            if (effect !== undefined) for (const told of answersTo(cluster, state, effect)) take(told);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a copy of a clone under another name is not ours, nor made so by the labels that fit it', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 10 }), (actions) => {
        const cluster = new ModelCluster();
        let state = acted(cluster, actions, (next) => converge(cluster, next).state);
        for (const clone of state.ours) {
          const { labels } = state.deployments.get(clone) ?? { labels: {} };
          state = evolve(state, cluster.put('shop', 'copied', specOf({}), labels));
          expect(allKeys(state)).not.toContain('shop/copied');
          const fitting = { ...labels, 'ddprofiler-rc.grove/clone': 'copied' };
          state = evolve(state, cluster.put('shop', 'copied', specOf({}), fitting));
          const { reason, effect } = decide(state, 'shop/copied', NOW);
          expect([reason, effect]).toEqual([state.book.isOpen ? 'RuleUnknown' : 'Unclaimed', undefined]);
          const gone = cluster.remove('shop/copied');
          if (gone !== undefined) state = evolve(state, gone);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a list of some time ago changes nothing', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 2, maxLength: 15 }), fc.nat(), (actions, moment) => {
        const cluster = new ModelCluster();
        let state = begin();
        let old: Event | undefined;
        for (const [index, act] of actions.entries()) {
          if (index === moment % actions.length) old = cluster.list();
          const event = perform(cluster, act);
          if (event !== undefined) state = evolve(state, event);
        }
        // At the moment of the list there was nothing newer: told late, it must not be told at all.
        const isOld = old?.type === 'listed' && old.resourceVersion < cluster.resourceVersion;
        if (old === undefined || !isOld) return;
        expect(verdicts(remembered(lookedFor(cluster, evolve(state, old))))).toEqual(
          verdicts(remembered(lookedFor(cluster, state))),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('a source that is going counts as gone', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 12 }), (actions) => {
        const cluster = new ModelCluster();
        const state = acted(cluster, actions, (next) => converge(cluster, next).state);
        const metadata = objectAt(cluster.deployments.get('shop/a'), 'metadata');
        if (metadata.name === undefined) return;
        const going = evolve(
          state,
          cluster.edit('shop/a', { metadata: { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }),
        );
        const removal = cluster.remove('shop/a');
        const gone = removal === undefined ? going : evolve(going, removal);
        for (const key of allKeys(gone)) {
          if (key !== 'shop/a') expect(decide(going, key, NOW)).toEqual(decide(gone, key, NOW));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a list that was made before a write of ours does not take what was written', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 12 }), (actions) => {
        const cluster = new ModelCluster();
        acted(cluster, actions, (next) => {
          let state = next;
          for (const key of allKeys(state)) {
            const { effect } = decide(state, key, NOW);
            if (effect?.kind !== 'create') continue;
            const before = cluster.list();
            const [answer] = cluster.carryOut(effect);
            if (answer?.type !== 'written') continue;
            state = fold([answer, before], state);
            expect(state.deployments.has(key)).toBe(true);
          }
          return converge(cluster, state).state;
        });
      }),
      { numRuns: 200 },
    );
  });
});
