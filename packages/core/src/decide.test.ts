import { describe, expect, test } from 'vitest';
import {
  BINDING_LISTED,
  bindingSeen,
  fold,
  KEY,
  memoryOf,
  NO_AUTOSCALERS,
  NO_MEMORY,
  NOW,
  nothingKnown,
  nothingListed,
  remembered,
  rulesGone,
  rulesListed,
  rulesSeen,
  ruleText,
  SCOPE,
  specOf,
} from '../test/given.ts';
import { ModelCluster } from '../test/model-cluster.ts';
import { driftOf } from './clone/drift.ts';
import { decide } from './decide.ts';
import type { Event } from './events.ts';
import { unsyncedReasons } from './evolve/sync.ts';
import { evolve } from './evolve.ts';
import { type Json, type JsonObject, objectAt } from './kube/json.ts';
import { readKubeObject } from './kube/kube-object.ts';
import { readDeployment } from './objects/deployment.ts';
import type { Intent } from './objects/intent.ts';
import { reportClone } from './report/clone-report.ts';
import { initialState, type State } from './state.ts';
import { touched } from './touched.ts';

const HALF = ruleText('0.5');
const OTHERS = '{}';

/** A cluster with the source and its clone in sync. */
function converged(rules = HALF): { cluster: ModelCluster; state: State } {
  const cluster = new ModelCluster();
  const start = fold([BINDING_LISTED, rulesListed(rules), nothingListed(), cluster.put('shop', 'web', specOf({}))]);
  const { effect } = decide(start, KEY, NOW);
  if (effect === undefined) throw new Error('expected a create');
  return { cluster, state: fold(cluster.carryOut(effect), start) };
}

function after(state: State, ...events: readonly (Event | undefined)[]): State {
  return fold(
    events.filter((event) => event !== undefined),
    state,
  );
}

describe('decide, row by row of its table', () => {
  test('before the first complete sync: waiting', () => {
    const cluster = new ModelCluster();
    const state = fold([BINDING_LISTED, rulesListed(HALF), cluster.put('shop', 'web', specOf({}))]);
    expect(decide(state, KEY, NOW)).toMatchObject({ verdict: 'waiting', reason: 'NotSynced' });
  });

  test('rules that cannot be read at first do not hold up the sync, Deployments that cannot be listed do', () => {
    const failure = { code: 'Forbidden', message: 'no' } as const;
    const rulesFailed = fold([BINDING_LISTED, { type: 'streamFailed', stream: 'configmap/ops/rules', failure }, nothingListed()]);
    expect(decide(rulesFailed, KEY, NOW).reason).not.toBe('NotSynced');
    const deploymentsFailed = fold([
      BINDING_LISTED,
      rulesListed(HALF),
      { type: 'streamFailed', stream: 'deployments/*', failure },
    ]);
    expect(decide(deploymentsFailed, KEY, NOW).reason).toBe('NotSynced');
  });

  test('autoscalers and budgets that cannot be listed do not hold up the sync; autoscalers that were not asked for do', () => {
    const failure = { code: 'Forbidden', message: 'no' } as const;
    const nothing = evolve(initialState(SCOPE), NO_MEMORY);
    const others = [BINDING_LISTED, rulesListed(HALF), nothingListed()];
    expect(decide(fold(others, nothing), KEY, NOW).reason).toBe('NotSynced');
    const failed: Event = { type: 'streamFailed', stream: 'autoscalers/*', failure };
    expect(unsyncedReasons(fold([...others, failed], nothing))).toEqual([]);
  });

  test('clone terminating: waits for it to be gone, whatever else holds', () => {
    const { state, cluster } = converged();
    const object = cluster.deployments.get(KEY) ?? {};
    const metadata = { ...objectAt(object, 'metadata'), deletionTimestamp: '2026-01-01T00:00:00Z', resourceVersion: '900' };
    const terminating = after(state, { type: 'seen', stream: 'deployments/*', object: { ...object, metadata } });
    expect(decide(terminating, KEY, NOW)).toMatchObject({ verdict: 'waiting', reason: 'CloneTerminating' });
  });

  test('our own deletion was accepted, but not seen yet: counts as terminating', () => {
    const { state } = converged();
    const { effect } = decide(after(state, rulesSeen(OTHERS)), KEY, NOW);
    expect(effect?.kind).toBe('delete');
    if (effect?.kind !== 'delete') return;
    const deleting = after(state, rulesSeen(OTHERS), { type: 'deleteAccepted', key: KEY, uid: effect.uid });
    expect(decide(deleting, KEY, NOW)).toMatchObject({ verdict: 'waiting', reason: 'CloneTerminating' });
  });

  test.each([
    ['none', rulesListed(OTHERS)],
    ['unknown', rulesListed('')],
  ])('rule %s, a foreign Deployment: nothing', (_, rules) => {
    const cluster = new ModelCluster();
    const state = fold([BINDING_LISTED, rules, nothingListed(), cluster.put('shop', 'web-profiler', specOf({}))]);
    expect(decide(state, KEY, NOW)).toMatchObject({ verdict: 'nothing', reason: 'NotOurs' });
  });

  test.each([
    ['blank', () => rulesSeen('  \n')],
    ['unreadable', () => rulesSeen('a: [')],
    ['without the key', () => rulesSeen(undefined)],
    ['gone', () => rulesGone()],
    ['invalid for this source', () => rulesSeen(ruleText('-1'))],
    ['invalid for its namespace', () => rulesSeen('shop: [web]')],
  ])('rules %s: the last good rule stays in force, and the clone follows its source', (_, happen) => {
    const { state, cluster } = converged();
    // Made now, not with the table: an event that is older than the rules in force changes nothing.
    const broken = after(state, happen());
    expect(broken.book).not.toBe(state.book);
    expect(decide(broken, KEY, NOW)).toMatchObject({ verdict: 'inSync' });
    const scaled = after(broken, cluster.put('shop', 'web', specOf({ replicas: 20 })));
    expect(decide(scaled, KEY, NOW)).toMatchObject({ verdict: 'apply', replicas: 10 });
    const deletedByHand = after(broken, cluster.remove(KEY));
    expect(decide(deletedByHand, KEY, NOW)).toMatchObject({ verdict: 'create' });
  });

  test.each([
    ['blank', rulesListed(' ')],
    ['unreadable', rulesListed('a: [')],
    ['gone', rulesListed(undefined)],
    ['invalid for this source', rulesListed(ruleText('-1'))],
    ['invalid for its namespace', rulesListed('shop: [web]')],
  ])('rules %s after a restart: the clone follows the rule that the memory has', (_, event) => {
    const { cluster, state } = converged();
    const restarted = fold([memoryOf(state), BINDING_LISTED, event, cluster.list()]);
    expect(decide(restarted, KEY, NOW)).toMatchObject({ verdict: 'inSync' });
    const seen = cluster.put('shop', 'web', specOf({ replicas: 20 }));
    const scaled = after(restarted, seen);
    expect([...touched(restarted, scaled, seen)]).toEqual([KEY]);
    expect(decide(scaled, KEY, NOW)).toMatchObject({ verdict: 'apply', replicas: 10 });
  });

  test.each([
    ['delete', [], 'delete'],
    ['scale_to_zero', ['on_rule_removed: scale_to_zero'], 'scaleToZero'],
    ['keep', ['on_rule_removed: keep'], 'kept'],
  ])('rule removed while the operator is down, its policy is %s: the memory has it', (_, fields, verdict) => {
    const { cluster, state } = converged(ruleText('0.5', fields));
    const restarted = fold([memoryOf(state), BINDING_LISTED, rulesListed(OTHERS), cluster.list()]);
    expect(decide(restarted, KEY, NOW)).toMatchObject({ verdict, reason: 'RuleRemoved' });
  });

  test('our mark on a Deployment of which the memory may know, which cannot be read: unknown, until it is', () => {
    const { cluster } = converged();
    const failure = { code: 'Forbidden', message: 'no' } as const;
    const unread = evolve(evolve(initialState(SCOPE), NO_AUTOSCALERS), { type: 'streamFailed', stream: 'memory', failure });
    const state = [BINDING_LISTED, rulesListed(OTHERS), cluster.list()].reduce((before, event) => evolve(before, event), unread);
    expect(decide(state, KEY, NOW)).toMatchObject({ verdict: 'kept', reason: 'RuleUnknown' });
    const read = evolve(state, NO_MEMORY);
    expect([...touched(state, read, NO_MEMORY)]).toContain(KEY);
    expect(decide(read, KEY, NOW).reason).toBe('Unclaimed');
  });

  test('our mark on a Deployment that no rule made: left as it is, whatever its annotations say, and told', () => {
    const { cluster } = converged();
    const restarted = fold([BINDING_LISTED, rulesListed(OTHERS), cluster.list()]);
    expect(decide(restarted, KEY, NOW)).toMatchObject({ verdict: 'kept', reason: 'Unclaimed' });
    expect(restarted.deployments.has(KEY)).toBe(false);
    expect(reportClone(restarted, decide(restarted, KEY, NOW))?.state).toBe('unclaimed');
    const unread = fold([BINDING_LISTED, rulesListed('a: ['), cluster.list()]);
    expect(decide(unread, KEY, NOW)).toMatchObject({ verdict: 'kept', reason: 'RuleUnknown' });
  });

  test.each([
    ['another rule is wrong', 'shop: {deployments: {other: {scale_factor: x, name_suffix: p}}}'],
    ['a level is missing', 'shop: {web: {scale_factor: 1, name_suffix: profiler}}'],
    ['a manifest was pasted in', 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1}'],
    ['nothing stands where the rules were', 'shop:\n  deployments:'],
    ['a namespace is not watched', 'elsewhere: {deployments: {web: {scale_factor: 1, name_suffix: profiler}}}', ['shop']],
  ])('a text with an error removes nothing: %s', (_, text, namespaces?: readonly string[]) => {
    const { state } = converged();
    const watching = namespaces === undefined ? state : { ...state, scope: { ...SCOPE, namespaces } };
    expect(decide(after(watching, rulesSeen(text)), KEY, NOW)).toMatchObject({ verdict: 'inSync' });
  });

  test('a text that aliases blow up beyond what the memory holds is not read: the last good rule stays in force', () => {
    const { state } = converged();
    const large = `&env {A: "${'x'.repeat(300_000)}"}`;
    const rules = Array.from(
      { length: 60 },
      (_, index) => `w${index}: {scale_factor: 1, name_suffix: p, env: ${index === 0 ? large : '*env'}}`,
    );
    const blown = after(state, rulesSeen(`shop: {deployments: {${rules.join(', ')}}}`));
    expect(blown.book.unread).toMatchObject({ reason: 'Unreadable', message: expect.stringContaining('aliases') });
    expect(decide(blown, KEY, NOW).verdict).toBe('inSync');
  });

  describe('the memory comes first', () => {
    const failure = { code: 'Forbidden', message: 'no' } as const;
    const waiting = { verdict: 'waiting', reason: 'NotRemembered', effect: { kind: 'remember' } };

    test('given a rule that it does not have yet: waiting, and failing where it cannot be written', () => {
      const cluster = new ModelCluster();
      const events = [BINDING_LISTED, rulesListed(HALF), nothingListed(), cluster.put('shop', 'web', specOf({}))];
      const state = events.reduce((before, event) => evolve(before, event), nothingKnown());
      expect(decide(state, KEY, NOW)).toMatchObject(waiting);
      const refused = evolve(state, { type: 'rememberFailed', failure });
      expect(reportClone(refused, decide(refused, KEY, NOW))).toMatchObject({ state: 'failing', reason: 'Forbidden' });
      expect(decide(remembered(state), KEY, NOW).verdict).toBe('create');
    });

    test('given a rule that changed: the clone is left until the memory has it as it is now', () => {
      const { state } = converged();
      const changed = evolve(state, rulesSeen(ruleText('1')));
      expect(decide(changed, KEY, NOW)).toMatchObject(waiting);
      expect(decide(remembered(changed), KEY, NOW)).toMatchObject({ verdict: 'apply', replicas: 6 });
    });

    test('given a rule that is gone: the clone is left until the memory knows that it is to go', () => {
      const { state } = converged();
      const without = evolve(state, rulesSeen(OTHERS));
      expect(decide(without, KEY, NOW)).toMatchObject(waiting);
      expect(decide(remembered(without), KEY, NOW)).toMatchObject({ verdict: 'delete', reason: 'RuleRemoved' });
    });

    test('given a clone that is gone with its rule: the memory forgets it, and no Deployment of its name is ours then', () => {
      const { cluster, state } = converged();
      const made = cluster.deployments.get(KEY) ?? {};
      const without = after(state, rulesSeen(OTHERS));
      const gone = [cluster.remove(KEY)]
        .flatMap((event) => event ?? [])
        .reduce((before, event) => evolve(before, event), without);
      expect(decide(gone, KEY, NOW)).toMatchObject({ verdict: 'nothing', effect: { kind: 'remember' } });
      const forgotten = remembered(gone);
      expect(forgotten.memory?.removed.size).toBe(0);
      const { uid: _, ...metadata } = objectAt(made, 'metadata');
      expect(decide(after(forgotten, cluster.edit(KEY, { ...made, metadata })), KEY, NOW).reason).toBe('Unclaimed');
    });

    test('given a clone that lost its mark with its rule: its removal is not forgotten, and goes on when the mark is back', () => {
      const { cluster, state } = converged();
      const metadata = objectAt(cluster.deployments.get(KEY), 'metadata');
      const stripped = after(state, rulesSeen(OTHERS), cluster.edit(KEY, { metadata: { ...metadata, labels: {} } }));
      expect(decide(stripped, KEY, NOW)).toMatchObject({ verdict: 'nothing' });
      expect(decide(after(stripped, cluster.edit(KEY, { metadata })), KEY, NOW)).toMatchObject({ verdict: 'delete' });
    });
  });

  test('a foreign Deployment has the name: blocked, and no effect', () => {
    const cluster = new ModelCluster();
    const foreign = cluster.put('shop', 'web-profiler', specOf({}), { 'app.kubernetes.io/managed-by': 'ddprofiler-rc' });
    const source = cluster.put('shop', 'web', specOf({}));
    const state = fold([BINDING_LISTED, rulesListed(HALF), nothingListed(), foreign, source]);
    const decision = decide(state, KEY, NOW);
    expect(decision).toMatchObject({ verdict: 'blocked', reason: 'NameTaken' });
    expect(decision.effect).toBeUndefined();
  });

  test('a clone of another binding has the name: blocked, and not ours to settle without a rule', () => {
    const { cluster } = converged();
    const scope = { ...SCOPE, binding: { namespace: 'ops', name: 'other' } };
    const empty = { ...fold([]), scope };
    const otherBinding = JSON.parse(JSON.stringify(BINDING_LISTED));
    const withRule = fold([otherBinding, rulesListed(HALF), cluster.list()], empty);
    expect(decide(withRule, KEY, NOW)).toMatchObject({ verdict: 'blocked', reason: 'NameTaken' });
    const withoutRule = fold([otherBinding, rulesListed(OTHERS), cluster.list()], empty);
    expect(decide(withoutRule, KEY, NOW)).toMatchObject({ verdict: 'nothing' });
  });

  test('source missing, no clone: waiting', () => {
    const state = fold([BINDING_LISTED, rulesListed(HALF), nothingListed()]);
    expect(decide(state, KEY, NOW)).toMatchObject({ verdict: 'waiting', reason: 'SourceMissing' });
  });

  test.each([
    ['scale_to_zero', [], 'scaleToZero'],
    ['delete', ['on_source_deleted: delete'], 'delete'],
    ['keep', ['on_source_deleted: keep'], 'kept'],
  ])('source gone, its policy is %s', (_, fields, verdict) => {
    const { state, cluster } = converged(ruleText('0.5', fields));
    expect(decide(after(state, cluster.remove('shop/web')), KEY, NOW)).toMatchObject({ verdict, reason: 'SourceDeleted' });
  });

  test('source gone and clone at zero: nothing more to do; source back: the clone follows', () => {
    const { state, cluster } = converged();
    const gone = after(state, cluster.remove('shop/web'));
    const { effect } = decide(gone, KEY, NOW);
    if (effect === undefined) throw new Error('expected an effect');
    const atZero = fold(cluster.carryOut(effect), gone);
    expect(decide(atZero, KEY, NOW)).toMatchObject({ verdict: 'inSync', reason: 'SourceDeleted' });
    expect(decide(after(atZero, cluster.put('shop', 'web', specOf({}))), KEY, NOW)).toMatchObject({
      verdict: 'apply',
      replicas: 3,
    });
  });

  test('the source is itself a clone: blocked', () => {
    const { cluster } = converged();
    const text = ['shop:', '  deployments:', '    web-profiler:', '      scale_factor: 1', '      name_suffix: again'].join('\n');
    const state = fold([BINDING_LISTED, rulesListed(text), cluster.list()]);
    expect(decide(state, 'shop/web-profiler-again', NOW)).toMatchObject({ verdict: 'blocked', reason: 'SourceIsClone' });
  });

  test('the rule names a container that the source lacks: blocked, an existing clone is left', () => {
    const { state } = converged();
    const decision = decide(after(state, rulesSeen(ruleText('0.5', ['container: sidecar']))), KEY, NOW);
    expect(decision).toMatchObject({ verdict: 'blocked', reason: 'ContainerNotFound' });
    expect(decision.effect).toBeUndefined();
  });

  test('no clone: create, without uid', () => {
    const cluster = new ModelCluster();
    const state = fold([BINDING_LISTED, rulesListed(HALF), nothingListed(), cluster.put('shop', 'web', specOf({}))]);
    expect(decide(state, KEY, NOW)).toMatchObject({ verdict: 'create', replicas: 3, effect: { kind: 'create' } });
  });

  test('clone equal: in sync; differs: apply with its uid', () => {
    const { state, cluster } = converged();
    expect(decide(state, KEY, NOW)).toMatchObject({ verdict: 'inSync', replicas: 3 });
    const decision = decide(after(state, cluster.put('shop', 'web', specOf({ image: 'web:2' }))), KEY, NOW);
    expect(decision).toMatchObject({ verdict: 'apply', effect: { kind: 'apply', uid: 'uid-2' } });
    expect(decision.message).toContain('containers[name=web].image');
  });

  test('selector differs: replace by deletion with uid', () => {
    const { state, cluster } = converged();
    const recreated = after(state, cluster.remove('shop/web'), cluster.put('shop', 'web', specOf({ app: 'web2' })));
    expect(decide(recreated, KEY, NOW)).toMatchObject({ verdict: 'replace', effect: { kind: 'delete', uid: 'uid-2' } });
  });

  test('what admission made of our last apply is not fought; another value at that place is', () => {
    const { state, cluster } = converged();
    const object = cluster.deployments.get(KEY) ?? {};
    const withGrace = (seconds: number, resourceVersion: string): JsonObject => {
      const spec = objectAt(object, 'spec');
      const template = objectAt(spec, 'template');
      const podSpec = { ...objectAt(template, 'spec'), terminationGracePeriodSeconds: seconds };
      const metadata = { ...objectAt(object, 'metadata'), resourceVersion };
      return { ...object, metadata, spec: { ...spec, template: { ...template, spec: podSpec } } };
    };
    const edited = after(state, { type: 'seen', stream: 'deployments/*', object: withGrace(5, '900') });
    const { effect } = decide(edited, KEY, NOW);
    expect(effect?.kind).toBe('apply');
    if (effect?.kind !== 'apply') return;
    const [written] = cluster.carryOut(effect);
    if (written?.type !== 'written') throw new Error('expected an answer');
    // The answer differs from what was applied: a webhook set the grace period.
    const mutated: Event = { ...written, object: withGrace(5, '901'), unmet: unmetBy(edited, withGrace(5, '901')) };
    expect(decide(after(edited, mutated), KEY, NOW).verdict).toBe('inSync');
    const editedAgain = after(edited, mutated, { type: 'seen', stream: 'deployments/*', object: withGrace(7, '902') });
    expect(decide(editedAgain, KEY, NOW).verdict).toBe('apply');
  });

  test('what admission made of one intent does not hide that another is wanted now', () => {
    const { state, cluster } = converged();
    const capped = (resourceVersion: string): JsonObject => {
      const object = cluster.deployments.get(KEY) ?? {};
      const metadata = { ...objectAt(object, 'metadata'), resourceVersion };
      return { ...object, metadata, spec: { ...objectAt(object, 'spec'), replicas: 5 } };
    };
    const wantsEight = after(state, cluster.put('shop', 'web', specOf({ replicas: 16 })));
    const answer: Event = {
      type: 'written',
      key: KEY,
      effect: 'apply',
      object: capped('900'),
      unmet: unmetBy(wantsEight, capped('900')),
    };
    const atFive = after(wantsEight, answer);
    expect(decide(atFive, KEY, NOW).verdict).toBe('inSync');
    const source = cluster.put('shop', 'web', specOf({ replicas: 18 }));
    const later = source.type === 'seen' ? { ...source, object: withVersion(source.object, '901') } : source;
    expect(decide(after(atFive, later), KEY, NOW)).toMatchObject({ verdict: 'apply', replicas: 9 });
  });

  test('the binding moves to a ConfigMap that was not read yet: the last good rules stay in force meanwhile', () => {
    const { state, cluster } = converged();
    const moved = after(state, bindingSeen('elsewhere'));
    expect(decide(moved, KEY, NOW).verdict).toBe('inSync');
    const scaled = after(moved, cluster.put('shop', 'web', specOf({ replicas: 20 })));
    expect(decide(scaled, KEY, NOW)).toMatchObject({ verdict: 'apply', replicas: 10 });
    expect(unsyncedReasons(scaled)).toEqual([]);
  });

  test('a failed write stops counting once the decision asks for none', () => {
    const { state, cluster } = converged();
    const changed = after(state, cluster.put('shop', 'web', specOf({ image: 'bad' })));
    const failure = { code: 'Invalid', message: 'no' } as const;
    const failed = after(changed, { type: 'writeFailed', key: KEY, effect: 'apply', failure });
    expect(reportClone(failed, decide(failed, KEY, NOW))?.state).toBe('failing');
    const reverted = after(failed, cluster.put('shop', 'web', specOf({})));
    expect(reportClone(reverted, decide(reverted, KEY, NOW))?.state).not.toBe('failing');
  });

  test('a status-only update touches no key, one of the spec does; what was seen before does not come back', () => {
    const { state, cluster } = converged();
    const source = cluster.deployments.get('shop/web') ?? {};
    const status: Event = {
      type: 'seen',
      stream: 'deployments/*',
      object: { ...withVersion(source, '900'), status: { readyReplicas: 2 } },
    };
    const afterStatus = after(state, status);
    expect(afterStatus.deployments.get('shop/web')?.status.readyReplicas).toBe(2);
    expect([...touched(state, afterStatus, status)]).toEqual([]);
    const spec = cluster.put('shop', 'web', specOf({ replicas: 8 }));
    expect([...touched(state, after(state, spec), spec)]).toEqual([KEY]);
    const gone = cluster.remove('shop/web');
    const zombie = after(state, spec, gone, spec);
    expect(zombie.deployments.has('shop/web')).toBe(false);
  });
});

function withVersion(object: Json, resourceVersion: string): JsonObject {
  return { ...objectAt(object), metadata: { ...objectAt(object, 'metadata'), resourceVersion } };
}

function unmetBy(state: State, object: JsonObject): Intent {
  const { effect } = decide(state, KEY, NOW);
  const kube = readKubeObject(object);
  if (effect?.kind !== 'apply' || kube === undefined) throw new Error('expected an apply');
  expect(driftOf(effect.intent, readDeployment(kube))).not.toEqual([]);
  return effect.intent;
}
