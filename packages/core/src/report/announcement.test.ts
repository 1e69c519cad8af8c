import { describe, expect, test } from 'vitest';
import {
  BINDING_LISTED,
  fold,
  KEY,
  NOW,
  nothingListed,
  rulesListed,
  rulesSeen,
  ruleText,
  SCOPE,
  specOf,
} from '../../test/given.ts';
import { ModelCluster } from '../../test/model-cluster.ts';
import { decide } from '../decide.ts';
import type { FailureCode } from '../events.ts';
import { evolve } from '../evolve.ts';
import { bindingHash } from '../objects/binding.ts';
import type { State } from '../state.ts';
import { announcementOfMemory, announcementOfRules, announcementOfWrite, announcementsOf } from './announcement.ts';

function given(rules: string): { readonly cluster: ModelCluster; readonly state: State } {
  const cluster = new ModelCluster();
  return { cluster, state: fold([BINDING_LISTED, rulesListed(rules), nothingListed(), cluster.put('shop', 'web', specOf({}))]) };
}

describe('what people are told of a decision', () => {
  const denied = { ...SCOPE, limits: { ...SCOPE.limits, images: ['ghcr.io/**'] } };

  test('a refusal, once, on the source', () => {
    const { state } = given(ruleText('0.5', ['image: evil/miner']));
    const guarded = { ...state, scope: denied };
    const decision = decide(guarded, KEY, NOW);
    const [told, ...more] = announcementsOf(guarded, undefined, decision);
    expect(told).toMatchObject({ type: 'Warning', reason: 'ImageDenied', regarding: { kind: 'Deployment', name: 'web' } });
    expect(told?.note).toContain(decision.message);
    expect(more).toEqual([]);
    expect(announcementsOf(guarded, decision, decision)).toEqual([]);
  });

  test('a refusal of a source that is not there, on the binding', () => {
    const { cluster, state } = given(ruleText('0.5', ['image: evil/miner']));
    const removal = cluster.remove('shop/web');
    const gone = { ...fold(removal === undefined ? [] : [removal], state), scope: denied };
    expect(announcementsOf(gone, undefined, decide(gone, KEY, NOW))).toMatchObject([{ regarding: { kind: 'DDProfCrd' } }]);
  });

  test('a hazard, when it appears', () => {
    const { cluster, state } = given(ruleText('0.5'));
    const before = decide(state, KEY, NOW);
    const paused = fold([cluster.put('shop', 'web', { ...specOf({}), paused: true })], state);
    const after = decide(paused, KEY, NOW);
    expect(announcementsOf(paused, before, after)).toMatchObject([{ reason: 'SourcePaused', regarding: { name: 'web' } }]);
    expect(announcementsOf(paused, after, after)).toEqual([]);
  });
});

describe('what people are told of a write', () => {
  test('a clone that comes, on the clone; that it follows, nowhere', () => {
    const { cluster, state } = given(ruleText('0.5'));
    const decision = decide(state, KEY, NOW);
    if (decision.effect === undefined) throw new Error('expected a create');
    const made = fold(cluster.carryOut(decision.effect), state);
    expect(announcementOfWrite(made, decision)).toMatchObject({
      type: 'Normal',
      reason: 'CloneCreated',
      regarding: { kind: 'Deployment', name: 'web-profiler', uid: made.deployments.get(KEY)?.uid },
    });
    const changed = fold([cluster.put('shop', 'web', specOf({ image: 'web:2' }))], made);
    expect(announcementOfWrite(changed, decide(changed, KEY, NOW))).toBeUndefined();
  });

  test('a clone that goes', () => {
    const { cluster, state } = given(ruleText('0.5'));
    const { effect } = decide(state, KEY, NOW);
    if (effect === undefined) throw new Error('expected a create');
    const made = fold([...cluster.carryOut(effect), rulesSeen('{}')], state);
    const decision = decide(made, KEY, NOW);
    if (decision.effect === undefined) throw new Error('expected a deletion');
    const gone = fold(cluster.carryOut(decision.effect), made);
    expect(announcementOfWrite(gone, decision)).toMatchObject({ reason: 'CloneDeleted', regarding: { kind: 'DDProfCrd' } });
  });
});

describe('what people are told of the memory', () => {
  const { state } = given(ruleText('0.5'));
  const failing = (code: FailureCode) => evolve(state, { type: 'rememberFailed', failure: { code, message: 'no' } });

  test('what only they can mend, once', () => {
    const refused = failing('Forbidden');
    expect(announcementOfMemory(state, refused)).toMatchObject({
      reason: 'MemoryFailed',
      type: 'Warning',
      regarding: { kind: 'DDProfCrd' },
    });
    expect(announcementOfMemory(refused, refused)).toBeUndefined();
  });

  test.each<FailureCode>(['Conflict', 'ServerError', 'Unreachable'])('nothing of what passes: %s', (code) => {
    expect(announcementOfMemory(state, failing(code))).toBeUndefined();
  });
});

test('what people are told of a Deployment that bears our mark though no rule made it: on that Deployment, once', () => {
  const { cluster, state } = given(ruleText('0.5'));
  const labels = {
    'app.kubernetes.io/managed-by': 'ddprofiler-rc',
    'ddprofiler-rc.grove/binding': bindingHash(state.scope.binding),
    'ddprofiler-rc.grove/clone': 'forged',
  };
  const forged = fold([cluster.put('shop', 'forged', specOf({}), labels)], state);
  const decision = decide(forged, 'shop/forged', NOW);
  expect(announcementsOf(forged, undefined, decision)).toMatchObject([
    {
      type: 'Warning',
      reason: 'Unclaimed',
      regarding: { kind: 'Deployment', namespace: 'shop', name: 'forged', uid: expect.any(String) },
    },
  ]);
  expect(announcementsOf(forged, decision, decision)).toEqual([]);
});

describe('what people are told of rules', () => {
  const good = given(ruleText('0.5')).state;

  test.each([
    ['cannot be read', 'a: [', 'Unreadable'],
    ['are blank', ' ', 'Blank'],
    ['are wrong', ruleText('x'), 'RulesInvalid'],
  ])('that they %s', (_, text, reason) => {
    const after = fold([rulesSeen(text)], good);
    expect(announcementOfRules(good, after)).toMatchObject({
      type: 'Warning',
      reason,
      regarding: { kind: 'DDProfCrd', uid: 'b' },
    });
    expect(announcementOfRules(after, after)).toBeUndefined();
  });

  test('nothing while they are good', () => {
    expect(announcementOfRules(good, fold([rulesSeen(ruleText('0.7'))], good))).toBeUndefined();
  });
});
