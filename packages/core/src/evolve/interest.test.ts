import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BINDING_LISTED,
  fold,
  KEY,
  memoryOf,
  NOW,
  nothingListed,
  remembered,
  rulesListed,
  rulesSeen,
  ruleText,
  specOf,
} from '../../test/given.ts';
import { action, begin, perform } from '../../test/histories.ts';
import { answersTo, lookedFor, ModelCluster } from '../../test/model-cluster.ts';
import { decide } from '../decide.ts';
import type { Look } from '../effects.ts';
import type { Event } from '../events.ts';
import { evolve } from '../evolve.ts';
import { objectAt } from '../kube/json.ts';
import type { Key } from '../kube/keys.ts';
import { reportClone } from '../report/clone-report.ts';
import type { State } from '../state.ts';
import { touched } from '../touched.ts';
import { allKeys } from './concerned.ts';
import { isOfInterest, matters } from './interest.ts';

const SOURCE: Key = 'shop/web';
const HALF = ruleText('0.5');

function lookIn(state: State, key: Key = KEY): Look {
  const { effect } = decide(state, key, NOW);
  if (effect?.kind !== 'look') throw new Error(`expected a look, found ${effect?.kind}`);
  return effect;
}

function answerOf(cluster: ModelCluster, look: Look): Event {
  const [answer] = cluster.carryOut(look);
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

/** The name of the clone is free: the source is what is left to look for. */
function nameLookedFor(cluster: ModelCluster, state: State): State {
  const look = lookIn(state);
  expect(look.target).toBe(KEY);
  return fold([answerOf(cluster, look)], state);
}

/** A running operator that knows of no rule, beside a Deployment that comes to be a source. */
function ruleAdded(rules = HALF): { readonly cluster: ModelCluster; readonly state: State } {
  const cluster = new ModelCluster();
  const source = cluster.put('shop', 'web', specOf({}));
  return { cluster, state: fold([BINDING_LISTED, rulesListed('{}'), nothingListed(), source, rulesSeen(rules)]) };
}

function converged(rules = HALF): { readonly cluster: ModelCluster; readonly state: State } {
  const { cluster, state } = ruleAdded(rules);
  const known = lookedFor(cluster, state);
  const { effect } = decide(known, KEY, NOW);
  if (effect?.kind !== 'create') throw new Error('expected a create');
  return { cluster, state: fold(cluster.carryOut(effect), known) };
}

describe('what is kept', () => {
  test('given Deployments that nothing names, then nothing of them', () => {
    const cluster = new ModelCluster();
    const others = ['one', 'two'].map((name) => cluster.put('shop', name, specOf({ app: name })));
    const start = fold([BINDING_LISTED, rulesListed(HALF), cluster.list()]);
    expect(fold(others, start).deployments.size).toBe(0);
    expect(fold([cluster.put('shop', 'three', specOf({})), cluster.list()], start).deployments.size).toBe(0);
  });

  test('given a pair, when its rule goes and then its clone, then nothing is left', () => {
    const { cluster, state } = converged(ruleText('0.5', ['on_rule_removed: delete']));
    const without = fold([rulesSeen('{}')], state);
    expect([...without.deployments.keys()]).toEqual([KEY]);
    const { effect } = decide(without, KEY, NOW);
    const gone = fold(effect === undefined ? [] : cluster.carryOut(effect), without);
    expect([gone.deployments.size, gone.unseen.size, gone.deleting.size, gone.ours.size, gone.memory?.removed.size]).toEqual([
      0, 0, 0, 0, 0,
    ]);
  });

  test('given Deployments with our mark that no rule made, then their names alone', () => {
    const { cluster, state } = converged();
    const { labels } = state.deployments.get(KEY) ?? { labels: {} };
    const copy = (name: string) => cluster.put('shop', name, specOf({}), { ...labels, 'ddprofiler-rc.grove/clone': name });
    const marked = fold([copy('one'), copy('two')], state);
    expect([marked.deployments.size, [...marked.unclaimed.keys()]]).toEqual([2, ['shop/one', 'shop/two']]);
    const listed = fold([BINDING_LISTED, rulesListed('{}'), cluster.list()]);
    expect([listed.deployments.size, [...listed.unclaimed.keys()].sort()]).toEqual([0, ['shop/one', 'shop/two', KEY]]);
    const event = cluster.remove('shop/one');
    expect([...fold(event === undefined ? [] : [event], marked).unclaimed.keys()]).toEqual(['shop/two']);
    cluster.remove('shop/two');
    expect(fold([cluster.list()], marked).unclaimed.size).toBe(0);
    const { type: _, ...list } = { ...cluster.list(), stream: 'deployments/*' as const };
    expect('objects' in list && fold([{ type: 'audited', ...list }], marked).unclaimed.size).toBe(0);
  });

  test('given one of them whose mark is taken off, or that a rule comes to make, then it is unclaimed no more', () => {
    const { cluster, state } = converged();
    const restarted = fold([BINDING_LISTED, rulesListed('{}'), cluster.list()]);
    expect(restarted.unclaimed.has(KEY)).toBe(true);
    const claimed = lookedFor(cluster, fold([rulesSeen(HALF)], restarted));
    expect([claimed.unclaimed.size, decide(claimed, KEY, NOW).verdict]).toEqual([0, 'inSync']);
    const metadata = { ...objectAt(cluster.deployments.get(KEY), 'metadata'), labels: {} };
    expect(fold([cluster.edit(KEY, { metadata })], restarted).unclaimed.size).toBe(0);
    expect(state.unclaimed.size).toBe(0);
  });

  test('given a fresh start without rules, then what the memory names is known', () => {
    const { cluster, state } = converged();
    const restarted = fold([memoryOf(state), BINDING_LISTED, rulesListed(''), cluster.list()]);
    expect([...restarted.deployments.keys()].sort()).toEqual([SOURCE, KEY]);
    expect(decide(restarted, KEY, NOW).verdict).toBe('inSync');
  });

  test('given a memory that comes after the list, then what it names is unseen, and known once it is looked for', () => {
    const { cluster, state } = converged();
    const listed = fold([BINDING_LISTED, rulesListed(''), cluster.list()]);
    const told = fold([memoryOf(state)], listed);
    expect([...told.unseen.keys()].sort()).toEqual([SOURCE, KEY]);
    expect(decide(lookedFor(cluster, told), KEY, NOW).verdict).toBe('inSync');
  });
});

describe('what is unseen', () => {
  test('given a rule for a Deployment that was there all along, then it is looked for, and cloned', () => {
    const { cluster, state } = ruleAdded();
    const asked = nameLookedFor(cluster, state);
    expect(decide(asked, KEY, NOW)).toMatchObject({ verdict: 'waiting', reason: 'NotSeen' });
    const look = lookIn(asked);
    expect(look.target).toBe(SOURCE);
    const answer = answerOf(cluster, look);
    const known = evolve(asked, answer);
    expect(touched(asked, known, answer)).toContain(KEY);
    expect(decide(known, KEY, NOW)).toMatchObject({ verdict: 'create', replicas: 3 });
  });

  test('given a source that is not there, then it is missing only once that was told', () => {
    const { cluster, state } = ruleAdded();
    cluster.remove(SOURCE);
    expect(decide(state, KEY, NOW).reason).toBe('NotSeen');
    expect(decide(lookedFor(cluster, state), KEY, NOW).reason).toBe('SourceMissing');
  });

  test('given a clone whose rule names an unseen source, then it is not taken for one whose source is gone', () => {
    const rules = ruleText('0.5', ['on_source_deleted: delete']);
    const { cluster, state } = converged(rules);
    const list = cluster.list();
    const marked = list.type === 'listed' ? list.objects.filter((object) => isOfInterest(begin(), object)) : [];
    const partial = { ...list, objects: marked, isPartial: true } as Event;
    const start = fold([BINDING_LISTED, rulesListed(rules), partial]);
    expect(decide(start, KEY, NOW)).toMatchObject({ verdict: 'waiting', reason: 'NotSeen' });
    // A complete list, in which it lacks, is another thing.
    expect(decide(fold([{ ...list, objects: marked } as Event], state), KEY, NOW).verdict).toBe('delete');
  });

  test('given a partial list that lacks a known source, then it is looked for before it counts as gone', () => {
    const { cluster, state } = converged();
    cluster.remove(SOURCE);
    const list = cluster.list();
    const partial = fold([{ ...list, isPartial: true } as Event], state);
    expect(touched(state, partial, list)).toContain(KEY);
    expect(lookIn(partial)).toMatchObject({ target: SOURCE });
    expect(decide(lookedFor(cluster, partial), KEY, NOW).verdict).toBe('scaleToZero');
  });

  test('given a partial list that lacks a clone whose deletion we asked for, then it is looked for, and made anew', () => {
    const { cluster, state } = converged();
    const uid = state.deployments.get(KEY)?.uid ?? '';
    const deleting = fold([{ type: 'deleteAccepted', key: KEY, uid }], state);
    expect(decide(deleting, KEY, NOW).reason).toBe('CloneTerminating');
    cluster.remove(KEY);
    const partial = fold([{ ...cluster.list(), isPartial: true } as Event], deleting);
    expect(lookIn(partial)).toMatchObject({ target: KEY });
    expect(decide(lookedFor(cluster, partial), KEY, NOW).verdict).toBe('create');
  });

  test('given a clone that somebody else made of a source whose coming was missed, then the source is looked for', () => {
    const rules = ruleText('0.5', ['on_source_deleted: delete']);
    const { cluster } = converged(rules);
    const start = fold([BINDING_LISTED, rulesListed(rules), nothingListed()]);
    expect(decide(start, KEY, NOW).reason).toBe('SourceMissing');
    const told = fold([cluster.edit(KEY, {})], start);
    expect(lookIn(told)).toMatchObject({ target: SOURCE });
    expect(decide(lookedFor(cluster, told), KEY, NOW).reason).not.toBe('SourceDeleted');
    cluster.remove(SOURCE);
    expect(decide(lookedFor(cluster, told), KEY, NOW).verdict).toBe('delete');
  });

  test('given a look that failed, then the clone is failing until one succeeds', () => {
    const { cluster, state } = ruleAdded();
    const failure = { code: 'Forbidden', message: 'give it get' } as const;
    const { key, target } = lookIn(state);
    const failed = fold([{ type: 'lookFailed', key, target, failure }], state);
    expect(reportClone(failed, decide(failed, KEY, NOW))).toMatchObject({ state: 'failing', message: 'give it get' });
    const looked = nameLookedFor(cluster, failed);
    expect(reportClone(looked, decide(looked, KEY, NOW))).toMatchObject({ state: 'waiting' });
  });

  test('given an answer older than what the watch told, then the watch is right', () => {
    const { cluster, state } = ruleAdded();
    const asked = nameLookedFor(cluster, state);
    const late = answerOf(cluster, lookIn(asked));
    const gone = fold(
      [cluster.remove(SOURCE)].filter((event) => event !== undefined),
      asked,
    );
    expect(decide(gone, KEY, NOW).reason).toBe('SourceMissing');
    expect(decide(fold([late], gone), KEY, NOW).reason).toBe('SourceMissing');
  });

  test('given an answer to a question from before the source ceased to matter, then it counts for nothing', () => {
    const { cluster, state } = ruleAdded();
    const asked = nameLookedFor(cluster, state);
    const late = answerOf(cluster, lookIn(asked));
    cluster.remove(SOURCE);
    const again = nameLookedFor(cluster, fold([rulesSeen('{}'), rulesSeen(HALF)], asked));
    expect(decide(fold([late], again), KEY, NOW).reason).toBe('NotSeen');
    expect(decide(lookedFor(cluster, fold([late], again)), KEY, NOW).reason).toBe('SourceMissing');
  });
});

function verdicts(state: State): Readonly<Record<Key, string>> {
  return Object.fromEntries([...allKeys(state)].sort().map((key) => [key, JSON.stringify(decide(state, key, NOW))]));
}

/** What an adapter lets through, and what it says of a list, while `state` comes about. */
class Stream {
  state: State = begin();
  #list: Extract<Event, { type: 'listed' }> | undefined;
  #interest: readonly unknown[] = [];

  tell(event: Event | undefined): void {
    if (event === undefined) return;
    const isOfDeployments = 'stream' in event && event.stream === 'deployments/*';
    if ((event.type === 'seen' || event.type === 'vanished') && isOfDeployments && !isOfInterest(this.state, event.object))
      return;
    this.state = remembered(evolve(this.state, event));
  }

  beginList(list: Event): void {
    if (list.type !== 'listed') return;
    this.#interest = [this.state.book.rules, this.state.book.removals];
    this.#list = { ...list, objects: list.objects.filter((object) => isOfInterest(this.state, object)) };
  }

  endList(): void {
    const { book } = this.state;
    const isSame = this.#interest[0] === book.rules && this.#interest[1] === book.removals;
    if (this.#list !== undefined) this.tell(isSame ? this.#list : { ...this.#list, isPartial: true });
  }
}

const ACTIONS = fc.array(action, { minLength: 1, maxLength: 8 });

describe('laws', () => {
  test('what matters is known, unseen or absent, and nothing else is kept', () => {
    fc.assert(
      fc.property(ACTIONS, fc.boolean(), (actions, carriesOut) => {
        const cluster = new ModelCluster();
        const stream = new Stream();
        for (const act of actions) {
          stream.tell(perform(cluster, act));
          for (const key of carriesOut ? allKeys(stream.state) : []) {
            const { effect } = decide(stream.state, key, NOW);
            if (effect !== undefined) for (const event of answersTo(cluster, stream.state, effect)) stream.tell(event);
          }
          const { state } = stream;
          for (const key of [...state.deployments.keys(), ...state.unseen.keys()]) expect(matters(state, key)).toBe(true);
          for (const key of new Set([...cluster.deployments.keys(), ...allKeys(state), ...state.book.clonesOf.keys()])) {
            if (!matters(state, key) || state.unseen.has(key)) continue;
            expect([key, state.deployments.has(key)]).toEqual([key, cluster.deployments.has(key)]);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('what an answer says that comes late, whatever happened since, changes no decision in the end', () => {
    fc.assert(
      fc.property(ACTIONS, ACTIONS, fc.nat(), (before, after, which) => {
        const cluster = new ModelCluster();
        const stream = new Stream();
        for (const act of before) stream.tell(perform(cluster, act));
        const questions = [...stream.state.unseen];
        const [target, question] = questions[which % Math.max(1, questions.length)] ?? [];
        if (target === undefined || question === undefined) return;
        const late = answerOf(cluster, { kind: 'look', key: target, target, question });
        for (const act of after) stream.tell(perform(cluster, act));
        const inOrder = verdicts(remembered(lookedFor(cluster, stream.state)));
        expect(verdicts(remembered(lookedFor(cluster, fold([late], stream.state))))).toEqual(inOrder);
      }),
      { numRuns: 500 },
    );
  });

  test('a list that was made while what matters changed loses nothing, and brings nothing back', () => {
    fc.assert(
      fc.property(ACTIONS, ACTIONS, ACTIONS, fc.boolean(), (before, away, during, looks) => {
        const cluster = new ModelCluster();
        const stream = new Stream();
        for (const act of before) stream.tell(perform(cluster, act));
        if (looks) stream.state = lookedFor(cluster, stream.state);
        // The watch is gone: rules are told, Deployments are not.
        const tellRules = (event: Event | undefined) => {
          const isOfRules = event !== undefined && 'stream' in event && event.stream.startsWith('configmap');
          if (isOfRules) stream.tell(event);
          return isOfRules ? [] : [event];
        };
        for (const act of away) tellRules(perform(cluster, act));
        stream.beginList(cluster.list());
        const since = during.flatMap((act) => tellRules(perform(cluster, act)));
        if (looks) stream.state = lookedFor(cluster, stream.state);
        stream.endList();
        for (const event of [...since, ...cluster.companions()]) stream.tell(event);
        const { state } = stream;
        const known = lookedFor(cluster, state);
        const wanted = [...allKeys(known), ...known.book.clonesOf.keys()];
        for (const key of wanted) expect([key, known.deployments.has(key)]).toEqual([key, cluster.deployments.has(key)]);
      }),
      { numRuns: 500 },
    );
  });
});
