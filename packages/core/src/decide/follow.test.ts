import { describe, expect, test } from 'vitest';
import {
  BINDING_LISTED,
  fold,
  KEY,
  memoryOf,
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
import { lookedFor, ModelCluster } from '../../test/model-cluster.ts';
import { decide } from '../decide.ts';
import type { Event } from '../events.ts';
import { evolve } from '../evolve.ts';
import { type JsonObject, objectAt } from '../kube/json.ts';
import type { Key } from '../kube/keys.ts';
import { bindingHash } from '../objects/binding.ts';
import type { State } from '../state.ts';
import { touched } from '../touched.ts';
import type { Limits } from './guardrails/limits.ts';

interface Given {
  readonly cluster: ModelCluster;
  readonly state: State;
}

function given(rules: string, limits: Partial<Limits> = {}): Given {
  const cluster = new ModelCluster();
  const start = nothingKnown({ ...SCOPE, limits: { ...SCOPE.limits, ...limits } });
  return {
    cluster,
    state: fold([BINDING_LISTED, rulesListed(rules), nothingListed(), cluster.put('shop', 'web', specOf({}))], start),
  };
}

/** Carries out what is decided for the key until nothing is. */
function settled({ cluster, state }: Given, key: Key = KEY, now = NOW): State {
  let next = state;
  for (let round = 0; round < 5; round += 1) {
    const { effect } = decide(next, key, now);
    if (effect === undefined) return next;
    next = fold(cluster.carryOut(effect), next);
  }
  throw new Error('does not settle');
}

function after(state: State, ...events: readonly (Event | undefined)[]): State {
  return fold(
    events.filter((event) => event !== undefined),
    state,
  );
}

/** As markLabels makes them, but for the name. */
const LABELS_OF_A_CLONE = ({ scope }: State): JsonObject => ({
  'app.kubernetes.io/managed-by': 'ddprofiler-rc',
  'ddprofiler-rc.grove/binding': bindingHash(scope.binding),
});

const RULE = (...fields: string[]): string => ruleText('0.5', fields);

describe('suspend', () => {
  test('leaves the clone as it is, source changed, deleted or not', () => {
    const { cluster, state } = given(RULE());
    const made = settled({ cluster, state });
    const suspended = after(made, rulesSeen(RULE('suspend: true', 'on_source_deleted: delete')));
    for (const event of [undefined, cluster.put('shop', 'web', specOf({ image: 'web:2' })), cluster.remove('shop/web')]) {
      expect(decide(after(suspended, event), KEY, NOW)).toMatchObject({ verdict: 'held', reason: 'Suspended' });
    }
  });

  test('makes no clone', () => {
    expect(decide(given(RULE('suspend: true')).state, KEY, NOW)).toMatchObject({ verdict: 'held', reason: 'Suspended' });
  });
});

describe('active_until', () => {
  const UNTIL = NOW + 60_000;
  const ENDS = `active_until: ${new Date(UNTIL).toISOString()}`;

  test('before it the rule holds, and the decision says when to look again', () => {
    const { state } = given(RULE(ENDS));
    expect(decide(state, KEY, UNTIL - 1)).toMatchObject({ verdict: 'create', again: UNTIL });
  });

  test('from then on the clone goes as its on_rule_removed says, once the memory knows', () => {
    const made = settled(given(RULE(ENDS)));
    expect(decide(made, KEY, UNTIL)).toMatchObject({ verdict: 'waiting', reason: 'NotRemembered', again: UNTIL });
    expect(decide(remembered(made, UNTIL), KEY, UNTIL)).toMatchObject({ verdict: 'delete', reason: 'RuleExpired' });
    const kept = remembered(settled(given(RULE(ENDS, 'on_rule_removed: keep'))), UNTIL);
    expect(decide(kept, KEY, UNTIL)).toMatchObject({ verdict: 'kept', reason: 'RuleExpired' });
  });

  test('from then on no clone is made, and none of others is touched', () => {
    const { cluster, state } = given(RULE(ENDS, 'adopt: true'));
    expect(decide(state, KEY, UNTIL)).toMatchObject({ verdict: 'nothing' });
    expect(decide(after(state, cluster.put('shop', 'web-profiler', specOf({}))), KEY, UNTIL)).toMatchObject({
      verdict: 'nothing',
    });
  });

  test('from then on it is still looked at: where the clock is set back, the rule holds again', () => {
    const ended = remembered(settled(given(RULE(ENDS))), UNTIL);
    expect(decide(ended, KEY, UNTIL)).toMatchObject({ verdict: 'delete', again: UNTIL });
    expect(decide(ended, KEY, UNTIL - 1)).toMatchObject({ verdict: 'waiting', reason: 'NotRemembered' });
    expect(decide(remembered(ended, UNTIL - 1), KEY, UNTIL - 1)).toMatchObject({ verdict: 'inSync' });
    expect(decide(given(RULE(ENDS)).state, KEY, UNTIL)).toMatchObject({ verdict: 'nothing', again: UNTIL });
    expect(decide(given(RULE(ENDS)).state, KEY, UNTIL - 1)).toMatchObject({ verdict: 'create' });
  });

  test('a rule that only the memory has does not end: the text that cannot be read may have put it off', () => {
    const { cluster, state } = given(RULE(ENDS));
    const made = settled({ cluster, state });
    const restarted = fold([memoryOf(made), BINDING_LISTED, rulesListed('a: ['), cluster.list()]);
    expect(decide(restarted, KEY, UNTIL - 1)).toMatchObject({ verdict: 'inSync', again: UNTIL });
    expect(decide(remembered(restarted, UNTIL), KEY, UNTIL)).toMatchObject({ verdict: 'kept', reason: 'RuleUnknown' });
  });
});

describe('adopt', () => {
  test('takes over what carries a label of ours, but not that we manage it', () => {
    const { cluster, state } = given(RULE('adopt: true'));
    const label = { 'ddprofiler-rc.grove/clone': 'web-profiler' };
    const managed = { ...label, 'app.kubernetes.io/managed-by': 'ddprofiler-rc' };
    const beside = (labels: JsonObject) =>
      decide(after(state, cluster.put('shop', 'web-profiler', specOf({}), labels)), KEY, NOW);
    expect(beside(label)).toMatchObject({ reason: 'Adopted' });
    expect(beside(managed)).toMatchObject({ verdict: 'blocked', reason: 'NameTaken' });
  });

  test('without it a Deployment of the clone’s name is never written', () => {
    const { cluster, state } = given(RULE());
    const taken = after(state, cluster.put('shop', 'web-profiler', specOf({})));
    expect(decide(taken, KEY, NOW)).toMatchObject({ verdict: 'blocked', reason: 'NameTaken' });
  });

  test('where the selector is another it is replaced, and the decision says what was there', () => {
    const { cluster, state } = given(RULE('adopt: true'));
    const taken = after(state, cluster.put('shop', 'web-profiler', specOf({ replicas: 2, image: 'old:1' })));
    const decision = decide(taken, KEY, NOW);
    expect(decision).toMatchObject({ verdict: 'replace', reason: 'Adopted', effect: { kind: 'delete' } });
    expect(decision.message).toContain('2 replicas of old:1');
    const adopted = settled({ cluster, state: taken });
    expect(decide(adopted, KEY, NOW)).toMatchObject({ verdict: 'inSync', replicas: 3 });
  });

  test('where the selector fits it is taken over as it is', () => {
    const { cluster, state } = given(RULE('adopt: true', 'traffic: isolated'));
    const selector = { matchLabels: { 'ddprofiler-rc.grove/clone': 'web-profiler' } };
    const taken = after(state, cluster.put('shop', 'web-profiler', { ...specOf({}), selector }));
    expect(decide(taken, KEY, NOW)).toMatchObject({ verdict: 'adopt', reason: 'Adopted', effect: { kind: 'apply' } });
    expect(decide(settled({ cluster, state: taken }), KEY, NOW).verdict).toBe('inSync');
  });

  test('never the operator itself', () => {
    const { cluster, state } = given(RULE('adopt: true'), { operatorDeployment: KEY });
    const taken = after(state, cluster.put('shop', 'web-profiler', specOf({})));
    expect(decide(taken, KEY, NOW)).toMatchObject({ verdict: 'blocked', reason: 'NameTaken' });
  });

  test('never the clone of another binding', () => {
    const { cluster, state } = given(RULE('adopt: true'));
    const other = { 'app.kubernetes.io/managed-by': 'ddprofiler-rc', 'ddprofiler-rc.grove/clone': 'web-profiler' };
    const taken = after(state, cluster.put('shop', 'web-profiler', specOf({}), { ...other, 'ddprofiler-rc.grove/binding': 'x' }));
    expect(decide(taken, KEY, NOW)).toMatchObject({ verdict: 'blocked', reason: 'NameTaken' });
  });
});

describe('a selector', () => {
  test('that admission changes in each answer is not replaced without end', () => {
    const { cluster, state } = given(RULE());
    const { effect } = decide(state, KEY, NOW);
    if (effect?.kind !== 'create') throw new Error('expected a create');
    cluster.carryOut(effect);
    const spec = objectAt(cluster.deployments.get(KEY), 'spec');
    const matchLabels = { ...objectAt(spec, 'selector', 'matchLabels'), team: 'a' };
    const seen = cluster.edit(KEY, { spec: { ...spec, selector: { matchLabels } } });
    const object = cluster.deployments.get(KEY) ?? null;
    const made = after(state, { type: 'written', key: KEY, effect: 'create', object, unmet: effect.intent }, seen);
    expect(decide(made, KEY, NOW).verdict).toBe('inSync');
    const isolated = after(made, rulesSeen(RULE('traffic: isolated')));
    expect(decide(isolated, KEY, NOW)).toMatchObject({ verdict: 'replace', reason: 'SelectorDiffers' });
  });
});

describe('an autoscaler of the clone', () => {
  const TARGET = { scaleTargetRef: { kind: 'Deployment', name: 'web-profiler' } };

  test('takes the replicas over, which never change on the way', () => {
    const { cluster, state } = given(RULE());
    const made = settled({ cluster, state });
    const scaled = after(made, cluster.companion('autoscalers', 'hpa', TARGET));
    const handing = decide(scaled, KEY, NOW);
    expect(handing).toMatchObject({ verdict: 'handOver', reason: 'HpaOnClone', effect: { kind: 'handOver', replicas: 3 } });
    if (handing.effect === undefined) return;
    const handed = after(scaled, ...cluster.carryOut(handing.effect));
    const dropping = decide(handed, KEY, NOW);
    expect(dropping).toMatchObject({ verdict: 'apply' });
    expect(dropping.effect?.kind === 'apply' && dropping.effect.intent.spec).not.toHaveProperty('replicas');
    const done = settled({ cluster, state: handed });
    expect(objectAt(cluster.deployments.get(KEY), 'spec').replicas).toBe(3);
    const grown = after(done, cluster.autoscale(KEY, 8), cluster.put('shop', 'web', specOf({ replicas: 20, image: 'web:2' })));
    settled({ cluster, state: grown });
    expect(objectAt(cluster.deployments.get(KEY), 'spec').replicas).toBe(8);
  });

  test.each([
    [8, undefined],
    [0, 3],
  ])('keeps them in a Deployment that is taken over at %i', (replicas, wanted) => {
    const { cluster, state } = given(RULE('adopt: true', 'traffic: isolated'));
    const selector = { matchLabels: { 'ddprofiler-rc.grove/clone': 'web-profiler' } };
    const taken = after(
      state,
      cluster.put('shop', 'web-profiler', { ...specOf({}), selector }),
      cluster.companion('autoscalers', 'hpa', TARGET),
      cluster.autoscale(KEY, replicas),
    );
    const { verdict, effect } = decide(taken, KEY, NOW);
    expect(verdict).toBe('adopt');
    expect(effect?.kind === 'apply' && effect.intent.spec.replicas).toBe(wanted);
  });

  test('gives them back when it goes', () => {
    const { cluster, state } = given(RULE());
    const scaled = settled({
      cluster,
      state: after(settled({ cluster, state }), cluster.companion('autoscalers', 'hpa', TARGET)),
    });
    const grown = after(scaled, cluster.autoscale(KEY, 8));
    expect(decide(grown, KEY, NOW).verdict).toBe('inSync');
    expect(decide(after(grown, cluster.companion('autoscalers', 'hpa', undefined)), KEY, NOW)).toMatchObject({
      verdict: 'apply',
      replicas: 3,
    });
  });

  test('is woken when the source comes back from 0', () => {
    const rules = RULE('on_source_deleted: scale_to_zero');
    const { cluster, state } = given(rules);
    const scaled = settled({
      cluster,
      state: after(settled({ cluster, state }), cluster.companion('autoscalers', 'hpa', TARGET)),
    });
    const gone = settled({ cluster, state: after(scaled, cluster.remove('shop/web')) });
    expect(objectAt(cluster.deployments.get(KEY), 'spec').replicas).toBe(0);
    settled({ cluster, state: after(gone, cluster.put('shop', 'web', specOf({}))) });
    expect(objectAt(cluster.deployments.get(KEY), 'spec').replicas).toBe(3);
  });

  test('while nobody knows whether there is one, what others hold is left', () => {
    const { cluster, state } = given(RULE());
    const made = settled({ cluster, state });
    const unknown: State = { ...after(made, cluster.autoscale(KEY, 8)), streams: made.streams.delete('autoscalers/*') };
    expect(decide(unknown, KEY, NOW).verdict).toBe('inSync');
    expect(objectAt(cluster.deployments.get(KEY), 'spec').replicas).toBe(8);
  });
});

describe('guardrails', () => {
  test.each<[string, string, Partial<Limits>, string, string]>([
    [
      'an image that is not allowed',
      RULE('image: evil/miner'),
      { images: ['ghcr.io/**'] },
      'ImageDenied',
      'docker.io/evil/miner',
    ],
    [
      'an image of another container that is not allowed',
      RULE('containers: {web: {image: evil/miner}}'),
      { images: ['ghcr.io/**'] },
      'ImageDenied',
      'docker.io/evil/miner',
    ],
    ['an image without a tag', RULE('image: busybox'), { imageReference: 'tag' }, 'ImageDenied', 'has no tag'],
    ['an image without a digest', RULE('image: busybox:1'), { imageReference: 'digest' }, 'ImageDenied', 'has no digest'],
    ['too many replicas', RULE(), { maxReplicas: 2 }, 'ReplicasAboveMaximum', 'would have 3 replicas'],
    ['no room for another clone', RULE(), { maxClones: 0 }, 'TooManyClones', 'MAX_CLONES is 0'],
    ['the operator itself', RULE(), { operatorDeployment: 'shop/web' }, 'SourceIsOperator', 'this operator itself'],
  ])('%s: blocked, and an existing clone is left as it is', (_, rules, limits, reason, words) => {
    const { cluster, state } = given(rules, limits);
    const decision = decide(state, KEY, NOW);
    expect(decision).toMatchObject({ verdict: 'blocked', reason });
    expect(decision.message).toContain(words);
    expect(decision.effect).toBeUndefined();
    if (reason === 'TooManyClones') return;
    const before = settled(given(RULE()));
    const limited = { ...before, scope: state.scope };
    const changed = after(limited, rulesSeen(rules), cluster.put('shop', 'web', specOf({ image: 'web:2' })));
    expect(decide(changed, KEY, NOW)).toMatchObject({ verdict: 'blocked', reason });
  });

  test('the images of the source are nobody’s business', () => {
    const { state } = given(RULE(), { images: ['ghcr.io/**'], imageReference: 'digest' });
    expect(decide(state, KEY, NOW).verdict).toBe('create');
  });

  describe('places for clones', () => {
    const text = (...suffixes: string[]): string =>
      `shop: {deployments: {web: [${suffixes.map((suffix) => `{scale_factor: 1, name_suffix: ${suffix}}`).join(', ')}]}}`;
    const verdictsIn = (state: State): Readonly<Record<string, string>> =>
      Object.fromEntries(['a', 'b', 'c'].map((suffix) => [suffix, decide(state, `shop/web-${suffix}`, NOW).verdict]));

    test('go to new rules in the order of their clones’ names, and a rule that has one keeps it', () => {
      const { cluster, state } = given(text('b', 'c'), { maxClones: 2 });
      const more = lookedFor(cluster, after(state, rulesSeen(text('a', 'b', 'c'))));
      expect(verdictsIn(more)).toEqual({ a: 'blocked', b: 'create', c: 'create' });
      expect(verdictsIn(given(text('a', 'b', 'c'), { maxClones: 2 }).state)).toEqual({ a: 'create', b: 'create', c: 'blocked' });
    });

    test('are those of rules: neither a source that is missing nor marks on other objects change them', () => {
      const { cluster, state } = given(text('a', 'b', 'c'), { maxClones: 2 });
      const labels = (name: string): JsonObject => ({ ...LABELS_OF_A_CLONE(state), 'ddprofiler-rc.grove/clone': name });
      const marked = ['x', 'y', 'z'].map((name) => cluster.put('elsewhere', name, specOf({}), labels(name)));
      const forged = after(state, ...marked);
      expect(forged.unclaimed.size).toBe(3);
      expect(verdictsIn(forged)).toEqual(verdictsIn(state));
      expect(decide(after(forged, cluster.remove('shop/web')), 'shop/web-c', NOW).reason).toBe('TooManyClones');
    });

    test('are not taken by a mark that somebody forges on a Deployment of a waiting clone’s name', () => {
      const { cluster, state } = given(text('a', 'b', 'c'), { maxClones: 2 });
      const labels: JsonObject = { ...LABELS_OF_A_CLONE(state), 'ddprofiler-rc.grove/clone': 'web-c' };
      const forged = after(state, cluster.put('shop', 'web-c', specOf({}), labels));
      expect(forged.ours.has('shop/web-c')).toBe(true);
      expect([...(remembered(forged).memory?.rules.keys() ?? [])]).toEqual(['shop/web-a', 'shop/web-b']);
      expect(decide(remembered(forged), 'shop/web-c', NOW).reason).toBe('TooManyClones');
    });

    test('are free once the clone of a removed rule is gone', () => {
      const { cluster, state } = given(text('a'), { maxClones: 1 });
      const made = settled({ cluster, state }, 'shop/web-a');
      const swapped = lookedFor(cluster, after(made, rulesSeen(text('b'))));
      expect(decide(swapped, 'shop/web-a', NOW).verdict).toBe('delete');
      expect(decide(swapped, 'shop/web-b', NOW).reason).toBe('TooManyClones');
      const event = cluster.remove('shop/web-a');
      if (event === undefined) throw new Error('there is no clone');
      const gone = evolve(swapped, event);
      const free = remembered(gone);
      expect([...touched(gone, free, { type: 'remembered', object: null })]).toContain('shop/web-b');
      expect(decide(free, 'shop/web-b', NOW).verdict).toBe('create');
    });
  });

  test('an autoscaler of the source that counts the clone: told, and refused where the administrator wants it', () => {
    const target = { scaleTargetRef: { kind: 'Deployment', name: 'web' } };
    for (const refusesHpaCount of [false, true]) {
      const { cluster, state } = given(RULE(), { refusesHpaCount });
      const counted = after(state, cluster.companion('autoscalers', 'hpa', target));
      const decision = decide(counted, KEY, NOW);
      if (refusesHpaCount) expect(decision).toMatchObject({ verdict: 'blocked', reason: 'HpaCountsClone' });
      else expect(decision).toMatchObject({ verdict: 'create', hazards: [{ kind: 'HpaCountsClone' }] });
      const isolated = after(counted, rulesSeen(RULE('traffic: isolated')));
      expect(decide(isolated, KEY, NOW)).toMatchObject({ verdict: 'create' });
      expect(decide(isolated, KEY, NOW).hazards).toBeUndefined();
    }
  });
});
