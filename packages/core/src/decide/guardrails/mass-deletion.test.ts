import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BINDING_LISTED,
  fold,
  memoryOf,
  NO_AUTOSCALERS,
  NOW,
  nothingListed,
  rulesListed,
  rulesSeen,
  specOf,
} from '../../../test/given.ts';
import { answersTo, lookedFor, ModelCluster } from '../../../test/model-cluster.ts';
import { decide } from '../../decide.ts';
import { allKeys } from '../../evolve/concerned.ts';
import { evolve } from '../../evolve.ts';
import { isJsonObject, type Json, type JsonObject, objectAt } from '../../kube/json.ts';
import type { Key } from '../../kube/keys.ts';
import { initialState, type State } from '../../state.ts';
import { touched } from '../../touched.ts';
import { CONFIRM_ANNOTATION, countClones, describeMassDeletion, massDeletionIn } from './mass-deletion.ts';

const NAMES = Array.from({ length: 20 }, (_, index) => `app-${String(index).padStart(2, '0')}`);

function rulesFor(names: readonly string[], fields: JsonObject = {}, suffix = 'p'): string {
  const rules = names.map((name): [string, Json] => [name, { scale_factor: 1, name_suffix: suffix, ...fields }]);
  return JSON.stringify(rules.length === 0 ? {} : { shop: { deployments: Object.fromEntries(rules) } });
}

/** Twenty clones, all in sync. */
function converged(fields: JsonObject = {}): { readonly cluster: ModelCluster; readonly state: State } {
  const cluster = new ModelCluster();
  const sources = NAMES.map((name) => cluster.put('shop', name, specOf({ app: name })));
  const start = fold([BINDING_LISTED, rulesListed(rulesFor(NAMES, fields)), nothingListed(), ...sources]);
  return { cluster, state: carriedOut(cluster, start) };
}

function carriedOut(cluster: ModelCluster, start: State, now = NOW): State {
  let state = start;
  for (const key of allKeys(start)) {
    for (let { effect } = decide(state, key, now); effect !== undefined; { effect } = decide(state, key, now))
      state = answersTo(cluster, state, effect, now).reduce((before, event) => evolve(before, event), state);
  }
  return state;
}

function clonesIn(cluster: ModelCluster): number {
  return [...cluster.deployments.keys()].filter((key) => /-[pq]$/.test(key)).length;
}

function confirmed(text: string, hash: string): ReturnType<typeof rulesSeen> {
  const event = rulesSeen(text);
  if (event.type !== 'seen' || !isJsonObject(event.object)) throw new Error('rules are seen');
  const metadata = { ...objectAt(event.object, 'metadata'), annotations: { [CONFIRM_ANNOTATION]: hash } };
  return { ...event, object: { ...event.object, metadata } };
}

const DOOMED: Key = 'shop/app-19-p';

/** What people are told of what is held. */
function messageOf(state: State): string {
  const mass = massDeletionIn(state);
  return mass === undefined ? '' : describeMassDeletion(mass, state.location);
}

function hashIn(state: State): string {
  return /confirm-deletion=(\S+)/.exec(messageOf(state))?.[1] ?? '';
}

describe('rules that would delete most clones at once', () => {
  test('20 → 2: held, held after a restart, and done once it is confirmed', () => {
    const { cluster, state } = converged();
    const few = rulesFor(NAMES.slice(0, 2));
    const held = carriedOut(cluster, fold([rulesSeen(few)], state));
    const decision = decide(held, DOOMED, NOW);
    expect(decision).toMatchObject({ verdict: 'held', reason: 'MassDeletionHeld' });
    expect(messageOf(held)).toContain('18 of 20 clones');
    expect(clonesIn(cluster)).toBe(20);
    const restarted = carriedOut(
      cluster,
      fold([memoryOf(held), BINDING_LISTED, rulesListed(few), cluster.list(), ...cluster.companions()]),
    );
    expect(decide(restarted, DOOMED, NOW)).toEqual(decision);
    const hash = hashIn(held);
    const wrong = fold([confirmed(few, 'another')], restarted);
    expect(decide(wrong, DOOMED, NOW).verdict).toBe('held');
    const event = confirmed(few, hash);
    const right = evolve(wrong, event);
    expect([...touched(wrong, right, event)]).toContain(DOOMED);
    carriedOut(cluster, right);
    expect(clonesIn(cluster)).toBe(2);
  });

  test('{} is held too, and a blank text is no rule set', () => {
    const { state } = converged();
    expect(decide(fold([rulesSeen('{}')], state), DOOMED, NOW).verdict).toBe('held');
    expect(decide(fold([rulesSeen(' ')], state), DOOMED, NOW).verdict).toBe('inSync');
  });

  test('what confirms one rule set confirms no other', () => {
    const { state } = converged();
    const hash = hashIn(fold([rulesSeen(rulesFor(NAMES.slice(0, 2)))], state));
    expect(decide(fold([confirmed(rulesFor(NAMES.slice(0, 3)), hash)], state), DOOMED, NOW).verdict).toBe('held');
  });

  test('a confirmation that stands confirms again when the rules come back to the same clones', () => {
    const { cluster, state } = converged();
    const few = rulesFor(NAMES.slice(0, 2));
    const hash = hashIn(fold([rulesSeen(few)], state));
    const done = carriedOut(cluster, fold([confirmed(few, hash)], state));
    expect(clonesIn(cluster)).toBe(2);
    const again = carriedOut(cluster, fold([confirmed(rulesFor(NAMES), hash)], done));
    expect(clonesIn(cluster)).toBe(20);
    expect(decide(fold([confirmed(few, hash)], again), DOOMED, NOW).verdict).toBe('delete');
    expect(decide(fold([rulesSeen(few)], again), DOOMED, NOW).verdict).toBe('held');
  });

  test.each([
    ['half of them', rulesFor(NAMES.slice(0, 10))],
    ['all suffixes renamed', rulesFor(NAMES, {}, 'q')],
  ])('%s: not held', (_, text) => {
    const { state } = converged();
    expect(decide(fold([rulesSeen(text)], state), DOOMED, NOW).verdict).toBe('delete');
  });

  test('clones that would not be deleted do not count', () => {
    const { state } = converged({ on_rule_removed: 'scale_to_zero' });
    expect(decide(fold([rulesSeen('{}')], state), DOOMED, NOW).verdict).toBe('scaleToZero');
    const kept = JSON.parse(rulesFor(NAMES.slice(0, 16), { on_rule_removed: 'keep' })).shop.deployments;
    const deleted = JSON.parse(rulesFor(NAMES.slice(16))).shop.deployments;
    const cluster = new ModelCluster();
    const sources = NAMES.map((name) => cluster.put('shop', name, specOf({ app: name })));
    const rules = JSON.stringify({ shop: { deployments: { ...kept, ...deleted } } });
    const mixed = carriedOut(cluster, fold([BINDING_LISTED, rulesListed(rules), nothingListed(), ...sources]));
    expect(decide(fold([rulesSeen('{}')], mixed), DOOMED, NOW).verdict).toBe('delete');
  });

  test('what is held stays so when the text gets an error: then nothing goes at all', () => {
    const { cluster, state } = converged();
    const few = rulesFor(NAMES.slice(0, 2));
    const held = carriedOut(cluster, fold([rulesSeen(few)], state));
    const wrong = carriedOut(cluster, fold([confirmed(`${few.slice(0, -1)}, "Bad": {}}`, hashIn(held))], held));
    expect(decide(wrong, DOOMED, NOW)).toMatchObject({ verdict: 'kept', reason: 'RuleUnknown' });
    expect(clonesIn(cluster)).toBe(20);
  });

  test('rules that end at once are held as rules that are taken out, and clones stay when the clock is put right', () => {
    const until = NOW + 1_000;
    const { cluster, state } = converged({ active_until: new Date(until).toISOString() });
    const aDayAhead = until + 24 * 3_600_000;
    const ended = carriedOut(cluster, state, aDayAhead);
    expect(decide(ended, DOOMED, aDayAhead)).toMatchObject({ verdict: 'held', reason: 'MassDeletionHeld', again: until });
    expect(messageOf(ended)).toContain('20 of 20 clones');
    const right = carriedOut(cluster, ended, NOW);
    expect(decide(right, DOOMED, NOW).verdict).toBe('inSync');
    expect(clonesIn(cluster)).toBe(20);
    const wanted = carriedOut(
      cluster,
      fold([confirmed(rulesFor(NAMES, { active_until: new Date(until).toISOString() }), hashIn(ended))], ended),
      aDayAhead,
    );
    expect([clonesIn(cluster), wanted.counts]).toEqual([0, { claimed: 0, doomed: 0, leaving: 0 }]);
  });

  test('rules that made nothing, as their clones’ names were taken, do not count when they go', () => {
    const { cluster, state } = converged();
    const taken = Array.from({ length: 18 }, (_, index) => `taken-${index}`);
    const foreign = taken.flatMap((name) => [
      cluster.put('shop', name, specOf({ app: name })),
      cluster.put('shop', `${name}-p`, specOf({ app: 'foreign' })),
    ]);
    const many = carriedOut(cluster, lookedFor(cluster, fold([...foreign, rulesSeen(rulesFor([...NAMES, ...taken]))], state)));
    expect(decide(many, 'shop/taken-0-p', NOW).reason).toBe('NameTaken');
    const few = fold([rulesSeen(rulesFor(NAMES.slice(0, 19)))], many);
    expect(decide(few, DOOMED, NOW).verdict).toBe('delete');
    expect(decide(few, 'shop/taken-0-p', NOW)).toMatchObject({ verdict: 'nothing' });
  });

  test('a memory that is heard late does not lift what is held: what was not looked for yet counts as there', () => {
    const { cluster, state } = converged();
    const few = rulesFor(NAMES.slice(0, 2));
    const removed = fold([rulesSeen(few)], state);
    const failure = { code: 'ServerError', message: 'no' } as const;
    const unread = fold([NO_AUTOSCALERS, { type: 'streamFailed', stream: 'memory', failure }], initialState(state.scope));
    const late = fold([BINDING_LISTED, rulesListed(few), cluster.list(), memoryOf(removed)], unread);
    expect(late.unseen.size).toBe(18);
    carriedOut(cluster, late);
    expect(clonesIn(cluster)).toBe(20);
  });

  test('one confirmation is enough, though places for clones come free meanwhile', () => {
    const { cluster, state } = converged();
    const limited = { ...state, scope: { ...state.scope, limits: { ...state.scope.limits, maxClones: 20 } } };
    const others = Array.from({ length: 10 }, (_, index) => `more-${index}`);
    const more = others.map((name) => cluster.put('shop', name, specOf({ app: name })));
    const text = rulesFor([...NAMES.slice(0, 2), ...others]);
    const held = lookedFor(cluster, fold([...more, rulesSeen(text)], limited));
    let last = fold([confirmed(text, hashIn(held))], held);
    for (let round = 0; round < 5; round += 1) last = carriedOut(cluster, last);
    expect(clonesIn(cluster)).toBe(12);
  });

  test('objects that no rule made neither dilute nor bring about what is held', () => {
    const { cluster, state } = converged();
    const { labels } = state.deployments.get(DOOMED) ?? { labels: {} };
    const forged = Array.from({ length: 60 }, (_, index) => {
      const name = `forged-${index}`;
      return cluster.put('elsewhere', name, specOf({}), { ...labels, 'ddprofiler-rc.grove/clone': name });
    });
    const diluted = fold([rulesSeen(rulesFor(NAMES.slice(0, 2))), ...forged], state);
    expect(messageOf(diluted)).toContain('18 of 20 clones');
    expect(decide(diluted, DOOMED, NOW).verdict).toBe('held');
    const one = fold([rulesSeen(rulesFor(NAMES.slice(0, 19))), ...forged], state);
    expect(decide(one, DOOMED, NOW).verdict).toBe('delete');
    expect(decide(one, 'elsewhere/forged-7', NOW)).toMatchObject({ verdict: 'kept', reason: 'Unclaimed' });
  });

  test('what is held is looked at again when there are more clones', () => {
    const { cluster, state } = converged();
    const few = rulesFor(NAMES.slice(0, 9));
    const held = fold([rulesSeen(few)], state);
    expect(decide(held, DOOMED, NOW).verdict).toBe('held');
    const others = Array.from({ length: 3 }, (_, index) => `more-${index}`);
    const told = fold(
      [
        ...others.map((name) => cluster.put('shop', name, specOf({ app: name }))),
        rulesSeen(rulesFor([...NAMES.slice(0, 9), ...others])),
      ],
      held,
    );
    let last = lookedFor(cluster, told);
    let touchedLast = false;
    for (const name of others) {
      const { effect } = decide(last, `shop/${name}-p`, NOW);
      if (effect === undefined) throw new Error('expected a create');
      for (const event of cluster.carryOut(effect)) {
        const next = evolve(last, event);
        touchedLast = touched(last, next, event).has(DOOMED) || touchedLast;
        last = next;
      }
    }
    expect(touchedLast).toBe(true);
    expect(decide(last, DOOMED, NOW).verdict).toBe('delete');
  });

  test('three may always go', () => {
    const cluster = new ModelCluster();
    const names = NAMES.slice(0, 3);
    const sources = names.map((name) => cluster.put('shop', name, specOf({ app: name })));
    const start = fold([BINDING_LISTED, rulesListed(rulesFor(names)), nothingListed(), ...sources]);
    const state = carriedOut(cluster, start);
    expect(decide(fold([rulesSeen('{}')], state), 'shop/app-00-p', NOW).verdict).toBe('delete');
  });

  test('what is carried over from one state to the next is what looking at all clones would find', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 40 }), (names) => {
        const { cluster, state } = converged();
        const kept = new Map(cluster.deployments);
        let last = fold([rulesSeen(rulesFor(NAMES.slice(0, 2)))], state);
        for (const name of names) {
          const key: Key = `shop/${name}-p`;
          // Gone, or back as it was.
          const event = cluster.remove(key) ?? cluster.edit(key, kept.get(key) ?? {});
          const next = evolve(last, event);
          expect(next.counts).toEqual(countClones(next));
          last = next;
        }
      }),
      { numRuns: 50 },
    );
  });
});
