import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BINDING_LISTED,
  fold,
  KEY,
  memoryOf,
  NO_MEMORY,
  NOW,
  nothingKnown,
  nothingListed,
  remembered,
  rulesListed,
  rulesSeen,
  ruleText,
  SCOPE,
  specOf,
} from '../../test/given.ts';
import { acted, action } from '../../test/histories.ts';
import { answersTo, ModelCluster } from '../../test/model-cluster.ts';
import { decide } from '../decide.ts';
import type { Event } from '../events.ts';
import { allKeys } from '../evolve/concerned.ts';
import { evolve } from '../evolve.ts';
import type { Key } from '../kube/keys.ts';
import { initialState, type State } from '../state.ts';
import { memoryDue } from './memory-due.ts';

const RULES = ruleText('0.5');

function evolved(events: readonly Event[], start: State = nothingKnown()): State {
  return events.reduce((state, event) => evolve(state, event), start);
}

function outline(state: State, now = NOW) {
  const due = memoryDue(state, now);
  return due === undefined ? undefined : { rules: [...due.rules.keys()], removed: [...due.removed.keys()] };
}

function withClone(rules = RULES): { readonly cluster: ModelCluster; readonly state: State } {
  const cluster = new ModelCluster();
  const start = fold([BINDING_LISTED, rulesListed(rules), nothingListed(), cluster.put('shop', 'web', specOf({}))]);
  const { effect } = decide(start, KEY, NOW);
  return { cluster, state: effect === undefined ? start : fold(answersTo(cluster, start, effect), start) };
}

describe('what the memory must be', () => {
  test('is not known before it was looked for, and nothing where there is nothing to keep', () => {
    const unlisted = evolved([BINDING_LISTED, rulesListed(RULES)], initialState(SCOPE));
    expect(outline(unlisted)).toBeUndefined();
    expect(outline(evolve(unlisted, NO_MEMORY))).toEqual({ rules: [KEY], removed: [] });
    expect(outline(evolved([BINDING_LISTED, rulesListed('{}')]))).toBeUndefined();
    expect(outline(evolved([BINDING_LISTED, rulesListed('a: [')]))).toBeUndefined();
  });

  test('is as it is once it was written', () => {
    expect(outline(remembered(evolved([BINDING_LISTED, rulesListed(RULES)])))).toBeUndefined();
  });

  test('has what a good text leaves out under removed, for as long as a Deployment of its name may be there', () => {
    const { cluster, state } = withClone();
    const without = evolve(state, rulesSeen('{}'));
    expect(outline(without)).toEqual({ rules: [], removed: [KEY] });
    const event = cluster.remove(KEY);
    const gone = evolved(event === undefined ? [] : [event], remembered(without));
    expect(outline(gone)).toEqual({ rules: [], removed: [] });
    const unsynced = evolved([memoryOf(state), BINDING_LISTED, rulesListed('{}')]);
    expect(outline(unsynced)).toEqual({ rules: [], removed: [KEY] });
  });

  test('has what a text with an error leaves out where it was', () => {
    const { state } = withClone();
    expect(outline(evolve(state, rulesSeen('shop: {deployments: {api: {scale_factor: x, name_suffix: p}}}')))).toBeUndefined();
    const more = 'shop: {deployments: {api: {scale_factor: x, name_suffix: p}, new: {scale_factor: 1, name_suffix: p}}}';
    expect(outline(evolve(state, rulesSeen(more)))?.rules.toSorted()).toEqual(['shop/new-p', KEY]);
  });

  test('leaves alone what it has of namespaces that are not watched now', () => {
    const { cluster, state } = withClone();
    const narrow = { ...SCOPE, namespaces: ['other'] };
    const start = { ...nothingKnown(narrow) };
    const listed: readonly Event[] = ['deployments', 'autoscalers'].map(
      (kind): Event => ({ type: 'listed', stream: `${kind as 'deployments'}/other`, resourceVersion: '10', objects: [] }),
    );
    const restarted = evolved([memoryOf(state), BINDING_LISTED, rulesListed('{}'), ...listed], start);
    expect(outline(restarted)).toBeUndefined();
    expect([...allKeys(restarted)]).toEqual([]);
    const wide = evolved([memoryOf(state), BINDING_LISTED, rulesListed('{}'), cluster.list()]);
    expect(outline(wide)).toEqual({ rules: [], removed: [KEY] });
  });

  test('is written anew from a good text where it was damaged', () => {
    const { cluster, state } = withClone();
    const object = {
      metadata: { namespace: 'ops', name: 'm', uid: 'm', resourceVersion: '99999' },
      data: { 'rules.jsonl': 'x', hash: 'y' },
    };
    const damaged = evolve(state, { type: 'seen', stream: 'memory', object });
    expect(outline(damaged)).toEqual({ rules: [KEY], removed: [] });
    const emptied = evolved([
      { type: 'listed', stream: 'memory', resourceVersion: '99999', objects: [object] },
      BINDING_LISTED,
      rulesListed('{}'),
      cluster.list(),
    ]);
    expect(outline(emptied)).toEqual({ rules: [], removed: [] });
    expect(decide(emptied, KEY, NOW).reason).toBe('Unclaimed');
  });
});

describe('killed at any moment', () => {
  /** One operator's life from what is stored: it goes on for so many steps, then it is killed. */
  function live(cluster: ModelCluster, stored: Event, text: string, steps: number): State {
    let state = evolved([stored, BINDING_LISTED, rulesListed(text), cluster.list(), ...cluster.companions()]);
    for (let step = 0; step < steps; step += 1) {
      const keys: readonly Key[] = [...allKeys(state)];
      const effects = keys.map((key) => decide(state, key, NOW).effect).filter((effect) => effect !== undefined);
      const effect = effects[step % Math.max(1, effects.length)];
      if (effect === undefined) break;
      for (const event of answersTo(cluster, state, effect)) state = evolve(state, event);
    }
    return state;
  }

  const texts = fc.constantFrom(
    '{}',
    'a: [',
    'shop: {deployments: {a: {scale_factor: 1, name_suffix: p}}}',
    'shop: {deployments: {a: {scale_factor: 1, name_suffix: p}, b: {scale_factor: 1, name_suffix: p}}}',
    'shop: {deployments: {a: {scale_factor: 1, name_suffix: q}, b: {scale_factor: x, name_suffix: p}}}',
    'shop: {deployments: {b: {scale_factor: 1, name_suffix: p, on_rule_removed: keep}}}',
  );

  test('the next life ends as one that nobody killed: no removal is forgotten, and nothing else goes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(texts, fc.nat({ max: 6 })), { minLength: 1, maxLength: 8 }), (lives) => {
        const cluster = new ModelCluster();
        for (const name of ['a', 'b']) cluster.put('shop', name, specOf({ app: name }));
        let stored = NO_MEMORY;
        for (const [text, steps] of lives) stored = memoryOf(live(cluster, stored, text, steps));
        const [last = '{}'] = lives.at(-1) ?? [];
        const state = live(cluster, stored, last, 100);
        if (state.book.isOpen) return;
        for (const key of allKeys(state)) expect(decide(state, key, NOW)).not.toHaveProperty('effect');
        expect(state.unclaimed.size, 'every clone is known by the rule that made it').toBe(0);
        for (const [key, removal] of state.memory?.removed ?? []) expect([key, removal.onRuleRemoved]).toEqual([key, 'keep']);
        for (const key of state.book.rules.keys()) expect(cluster.deployments.has(key)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

test('what is due is what is stored from then on', () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 1, maxLength: 12 }), (actions) => {
      const cluster = new ModelCluster();
      acted(cluster, actions, (state) => {
        expect(memoryDue(remembered(state), NOW)).toBeUndefined();
        return state;
      });
    }),
    { numRuns: 200 },
  );
});
