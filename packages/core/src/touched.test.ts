import { describe, expect, test } from 'vitest';
import {
  BINDING_LISTED,
  fold,
  KEY,
  NO_AUTOSCALERS,
  NO_MEMORY,
  nothingListed,
  rulesListed,
  rulesSeen,
  ruleText,
  SCOPE,
  specOf,
} from '../test/given.ts';
import { ModelCluster } from '../test/model-cluster.ts';
import { markLabels } from './clone/mark.ts';
import { decide } from './decide.ts';
import type { Event } from './events.ts';
import { evolve } from './evolve.ts';
import { objectAt } from './kube/json.ts';
import type { Key } from './kube/keys.ts';
import { initialState, type State } from './state.ts';
import { touched } from './touched.ts';

const SOURCE: Key = 'shop/web';

function given(start?: State): { readonly cluster: ModelCluster; readonly state: State } {
  const cluster = new ModelCluster();
  const source = cluster.put('shop', 'web', specOf({}));
  return { cluster, state: fold([BINDING_LISTED, rulesListed(ruleText('0.5')), nothingListed(), source], start) };
}

function touchedBy(state: State, event: Event): readonly Key[] {
  return [...touched(state, evolve(state, event), event)];
}

describe('the keys that an event concerns', () => {
  test('all, when autoscalers are listed for the first time: none of them was there to be missed', () => {
    const failure = { code: 'Forbidden', message: 'give it list' } as const;
    const unlisted = evolve(evolve(initialState(SCOPE), NO_MEMORY), { type: 'streamFailed', stream: 'autoscalers/*', failure });
    const { state } = given(unlisted);
    expect(touchedBy(state, NO_AUTOSCALERS)).toEqual([KEY]);
    expect(touchedBy(evolve(state, NO_AUTOSCALERS), { ...NO_AUTOSCALERS, resourceVersion: '11' } as Event)).toEqual([]);
  });

  test('the clone of a source of which nothing is new but that it is going', () => {
    const { cluster, state } = given();
    const object = objectAt(cluster.deployments.get(SOURCE));
    const metadata = { ...objectAt(object, 'metadata'), resourceVersion: '99999' };
    const event = (change: object): Event => ({
      type: 'seen',
      stream: 'deployments/*',
      object: { ...object, metadata: { ...metadata, ...change } },
    });
    expect(touchedBy(state, event({ deletionTimestamp: '2026-01-01T00:00:00Z' }))).toEqual([KEY]);
    expect(touchedBy(state, event({}))).toEqual([]);
  });
});

test('a source that bears our mark, when its rule goes and when it comes back: from then on it is unclaimed, or not any more', () => {
  const { cluster, state } = given();
  const marked = fold([cluster.put('shop', 'web', specOf({}), markLabels(SCOPE.binding, 'web'))], state);
  const gone = rulesSeen('{}');
  expect(touchedBy(marked, gone)).toContain(SOURCE);
  const unclaimed = evolve(marked, gone);
  expect(decide(unclaimed, SOURCE, 0).reason).toBe('Unclaimed');
  expect(touchedBy(unclaimed, rulesSeen(ruleText('0.5')))).toContain(SOURCE);
});

test('a failure is forgotten with the rule, where there is no clone', () => {
  const { state } = given();
  const failed = evolve(state, {
    type: 'writeFailed',
    key: KEY,
    effect: 'create',
    failure: { code: 'Forbidden', message: 'no' },
  });
  expect(failed.writeFailures.has(KEY)).toBe(true);
  expect(evolve(failed, rulesSeen(ruleText('0.75'))).writeFailures.has(KEY)).toBe(true);
  expect(evolve(failed, rulesSeen('{}')).writeFailures.has(KEY)).toBe(false);
});

test('what admission made of a clone is not held against the one that is made anew under its name', () => {
  const { cluster, state } = given();
  const { effect } = decide(state, KEY, 0);
  if (effect?.kind !== 'create') throw new Error(`expected a create, found ${effect?.kind}`);
  const made = fold(cluster.carryOut(effect), state);
  const clone = made.deployments.get(KEY);
  if (clone === undefined) throw new Error('there is no clone');
  const overruled = { ...clone, accepted: { intent: effect.intent, answer: clone } };
  const known = { ...made, deployments: made.deployments.set(KEY, overruled) };
  const object = objectAt(cluster.deployments.get(KEY));
  const seen = (uid: string): Event => ({
    type: 'seen',
    stream: 'deployments/*',
    object: { ...object, metadata: { ...objectAt(object, 'metadata'), uid, resourceVersion: '99999' } },
  });
  expect(evolve(known, seen(clone.uid)).deployments.get(KEY)?.accepted).toBeDefined();
  expect(evolve(known, seen('another')).deployments.get(KEY)?.accepted).toBeUndefined();
});
