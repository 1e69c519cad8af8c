import { describe, expect, test } from 'vitest';
import {
  BINDING_LISTED,
  fold,
  KEY,
  NO_AUTOSCALERS,
  NOW,
  nothingListed,
  remembered,
  rulesGone,
  rulesListed,
  rulesSeen,
  ruleText,
  SCOPE,
  specOf,
} from '../../test/given.ts';
import { ModelCluster } from '../../test/model-cluster.ts';
import type { Decision } from '../decide/decision.ts';
import type { Limits } from '../decide/guardrails/limits.ts';
import { decide } from '../decide.ts';
import { allKeys } from '../evolve/concerned.ts';
import { evolve } from '../evolve.ts';
import { type JsonObject, listAt, objectAt } from '../kube/json.ts';
import type { Key } from '../kube/keys.ts';
import { bindingHash } from '../objects/binding.ts';
import { initialState, type State } from '../state.ts';
import { bindingStatusOf } from './binding-status.ts';
import { type CloneReport, reportClone } from './clone-report.ts';

function statusOf(state: State, now = NOW): JsonObject | undefined {
  const decisions = new Map<Key, Decision>();
  for (const key of allKeys(state)) {
    const decision = decide(state, key, now);
    if (decision.verdict !== 'nothing') decisions.set(key, decision);
  }
  const reports = [...decisions.values()]
    .map((decision) => reportClone(state, decision))
    .filter((one): one is CloneReport => one !== undefined);
  return bindingStatusOf({ state, decisions, reports }, now);
}

function conditionsOf(state: State, now = NOW): Readonly<Record<string, string>> {
  const conditions = listAt(statusOf(state, now), 'conditions').map((one) => objectAt(one));
  return Object.fromEntries(conditions.map(({ type, status, reason }) => [String(type), `${String(status)} ${String(reason)}`]));
}

function given(rules: string, limits: Partial<Limits> = {}): { readonly cluster: ModelCluster; readonly state: State } {
  const cluster = new ModelCluster();
  const state = fold([BINDING_LISTED, rulesListed(rules), nothingListed(), cluster.put('shop', 'web', specOf({}))]);
  return { cluster, state: { ...state, scope: { ...SCOPE, limits: { ...SCOPE.limits, ...limits } } } };
}

const GOOD = { RulesValid: 'True Valid', Ready: 'True AllReady', Degraded: 'False AsExpected' };

describe('the status of the binding', () => {
  test('a memory that cannot be read, and no status before all else is known', () => {
    const failure = { code: 'Forbidden', message: 'no' } as const;
    const unread = evolve(evolve(initialState(SCOPE), NO_AUTOSCALERS), { type: 'streamFailed', stream: 'memory', failure });
    const unlisted = fold([BINDING_LISTED, rulesListed(ruleText('0.5'))], unread);
    expect(statusOf(unlisted)).toBeUndefined();
    const state = fold([nothingListed(), new ModelCluster().put('shop', 'web', specOf({}))], unlisted);
    expect(conditionsOf(state)).toMatchObject({ Ready: 'False ClonesNotReady', Degraded: 'True MemoryFailed' });
  });

  test('a memory that cannot be written, with the right that is missing, until it can', () => {
    const { state } = given(ruleText('0.5'));
    const failed = evolve(evolve(state, rulesSeen(ruleText('1'))), {
      type: 'rememberFailed',
      failure: { code: 'Forbidden', message: 'no' },
    });
    expect(conditionsOf(failed)).toMatchObject({ Ready: 'False ClonesNotReady', Degraded: 'True MemoryFailed' });
    expect(JSON.stringify(statusOf(failed))).toMatch(
      /create and patch on configmap ddprofiler-rc-last-good-[0-9a-f]{16} in namespace ops/,
    );
    expect(conditionsOf(remembered(failed)).Degraded).toBe('False AsExpected');
    const outdated = evolve(state, { type: 'rememberFailed', failure: { code: 'Conflict', message: 'no' } });
    expect(conditionsOf(outdated).Degraded).toBe('False AsExpected');
  });

  test('a Deployment that bears the mark though no rule made it', () => {
    const { cluster, state } = given(ruleText('0.5', ['suspend: true']));
    const labels = {
      'app.kubernetes.io/managed-by': 'ddprofiler-rc',
      'ddprofiler-rc.grove/binding': bindingHash(SCOPE.binding),
      'ddprofiler-rc.grove/clone': 'forged',
    };
    const forged = fold([cluster.put('shop', 'forged', specOf({}), labels)], state);
    expect(conditionsOf(forged)).toEqual({ ...GOOD, Degraded: 'True Unclaimed' });
    expect(JSON.stringify(statusOf(forged))).toContain('shop/forged');
  });

  test('how many rules a text with errors leaves in force', () => {
    const { state } = given(ruleText('0.5'));
    const wrong = fold([rulesSeen('shop: {deployments: {api: {scale_factor: x, name_suffix: p}}}')], state);
    expect(conditionsOf(wrong).RulesValid).toBe('False RulesInvalid');
    expect(JSON.stringify(statusOf(wrong))).toContain(
      '1 rule that is missing from it stays in force until the errors are corrected',
    );
  });

  test('a clone that is not there yet is not ready; one that is, is', () => {
    const { cluster, state } = given(ruleText('0.5'));
    expect(conditionsOf(state)).toEqual({ ...GOOD, Ready: 'False ClonesNotReady' });
    const { effect } = decide(state, KEY, NOW);
    if (effect === undefined) throw new Error('expected a create');
    const made = fold(cluster.carryOut(effect), state);
    const status = { observedGeneration: 1_000_000, replicas: 3, updatedReplicas: 3, readyReplicas: 3 };
    const ready = fold([cluster.edit(KEY, { status })], made);
    expect(conditionsOf(ready)).toEqual(GOOD);
    expect(statusOf(ready)).toMatchObject({ clones: { desired: 1, inSync: 1, ready: 1, blocked: 0 }, problems: [] });
  });

  test.each([
    ['errors in the rules', () => rulesSeen(ruleText('x')), 'False RulesInvalid'],
    ['a text that cannot be read', () => rulesSeen('a: ['), 'False Unreadable'],
    ['a blank text', () => rulesSeen(' '), 'False Blank'],
    ['no key', () => rulesSeen(undefined), 'False NoKey'],
    ['no ConfigMap', () => rulesGone(), 'False NoConfigMap'],
  ])('%s', (_, event, condition) => {
    const { state } = given('{}');
    expect(conditionsOf(fold([event()], state)).RulesValid).toBe(condition);
  });

  test('problems are told with their place, errors first, and never quote a value', () => {
    const text = ruleText('x', ['env: {PASSWORD: hunter2, 1BAD: s3cret}', 'imag: y']);
    const { state } = given('{}');
    const { problems } = statusOf(fold([rulesSeen(text)], state)) ?? {};
    expect(JSON.stringify(problems)).toMatch(/scale_factor.*imag/s);
    expect(JSON.stringify(problems)).not.toMatch(/hunter2|s3cret/);
  });

  test('what the API server says of a write is not repeated, for it may quote what was written', () => {
    const { state } = given(ruleText('0.5'));
    const failure = { code: 'Invalid', message: 'env value hunter2 is no good' } as const;
    const failing = fold([{ type: 'writeFailed', key: KEY, effect: 'create', failure }], state);
    expect(conditionsOf(failing).Degraded).toBe('True WriteFailed');
    expect(JSON.stringify(statusOf(failing))).not.toContain('hunter2');
  });

  test('a guardrail and a hazard show by their own names', () => {
    expect(conditionsOf(given(ruleText('0.5'), { maxReplicas: 1 }).state).Degraded).toBe('True ReplicasAboveMaximum');
    const { cluster, state } = given(ruleText('0.5'));
    const counted = fold(
      [cluster.companion('autoscalers', 'hpa', { scaleTargetRef: { kind: 'Deployment', name: 'web' } })],
      state,
    );
    expect(conditionsOf(counted).Degraded).toBe('True HpaCountsClone');
  });

  test('a condition keeps its time until its status changes', () => {
    const times = (state: State, now: number) =>
      listAt(statusOf(state, now), 'conditions').map((one) => objectAt(one).lastTransitionTime);
    const { state } = given('{}');
    const first = statusOf(state, NOW);
    if (state.binding === undefined || first === undefined) throw new Error('there is a status');
    expect(times(state, NOW)).toEqual(Array(3).fill('2026-01-01T00:00:00Z'));
    const told: State = { ...state, binding: { ...state.binding, status: first } };
    expect(statusOf(told, NOW + 60_000)).toEqual(first);
    const broken = fold([rulesSeen('a: [')], told);
    expect(times(broken, NOW + 60_000)).toEqual(['2026-01-01T00:01:00Z', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z']);
  });

  test('a rule that has ended and left no clone is no reason to wait with it', () => {
    const { state } = given(ruleText('0.5', ['active_until: "2020-01-01T00:00:00Z"']));
    expect(statusOf(state)).toMatchObject({ clones: { desired: 1, inSync: 0 } });
  });

  test('until everything was decided on, and without a binding, there is none', () => {
    const { state } = given(ruleText('0.5'));
    expect(bindingStatusOf({ state, decisions: new Map(), reports: [] }, NOW)).toBeUndefined();
    expect(statusOf(fold([rulesListed('{}')]))).toBeUndefined();
  });
});
