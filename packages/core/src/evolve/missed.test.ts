import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BINDING_LISTED,
  bindingSeen,
  fold,
  NOW,
  nothingListed,
  rulesGone,
  rulesListed,
  rulesSeen,
  ruleText,
  SCOPE,
  specOf,
} from '../../test/given.ts';
import { type Action, action, begin, perform } from '../../test/histories.ts';
import { ModelCluster } from '../../test/model-cluster.ts';
import { decide } from '../decide.ts';
import type { Event } from '../events.ts';
import { evolve } from '../evolve.ts';
import { objectAt, stringAt } from '../kube/json.ts';
import { initialState, type State } from '../state.ts';
import { touched } from '../touched.ts';
import { allKeys } from './concerned.ts';
import { missedBy } from './missed.ts';

/** What a list or a line tells, as an audit would that was asked for at its resourceVersion. */
function asAudit(event: Event): Event {
  switch (event.type) {
    case 'listed':
      return { ...event, type: 'audited' };
    case 'seen':
    case 'vanished': {
      const { stream, object } = event;
      const resourceVersion = stringAt(objectAt(object, 'metadata'), 'resourceVersion') ?? '';
      return { type: 'audited', stream, resourceVersion, objects: event.type === 'seen' ? [object] : [] };
    }
    default:
      throw new TypeError(`${event.type} is no news of a stream`);
  }
}

function audits(cluster: ModelCluster): readonly Event[] {
  return [cluster.list(), ...cluster.companions()].map(asAudit);
}

/** How many were missed by each of these audits, and what they lead to. */
function audited(state: State, ...events: readonly Event[]): { readonly state: State; readonly missed: number } {
  let missed = 0;
  let next = state;
  for (const event of events) {
    const before = next;
    next = evolve(before, event);
    missed += missedBy(before, next, event);
  }
  return { state: next, missed };
}

function contentOf({ deployments, autoscalers, budgets }: State): unknown {
  return [deployments.toJS(), autoscalers.toJS(), budgets.toJS()];
}

const ofCluster: fc.Arbitrary<Action> = action.filter(({ type }) => type !== 'rules');
const RULES = JSON.stringify({ shop: { deployments: { a: { name_suffix: 'p', scale_factor: '0.5' } } } });

/** Everything that the rules name was looked for. */
function withRules(): State {
  return fold([rulesSeen(RULES), nothingListed()], begin());
}

describe('laws', () => {
  test('where nothing was missed, an audit of now or of some time ago gives the very same state', () => {
    fc.assert(
      fc.property(fc.array(ofCluster, { maxLength: 15 }), fc.nat(), (actions, moment) => {
        const cluster = new ModelCluster();
        let state = fold(cluster.companions(), withRules());
        let then: readonly Event[] = audits(cluster);
        const told = new Set<string>();
        for (const [index, act] of actions.entries()) {
          if (index === moment % actions.length) {
            then = audits(cluster);
            told.clear();
          }
          const event = perform(cluster, act);
          if (event === undefined) continue;
          state = evolve(state, event);
          if ('object' in event) told.add(`${'stream' in event ? event.stream : ''} ${nameOf(event.object)}`);
        }
        for (const audit of [...then, ...audits(cluster)]) {
          if (audit.type !== 'audited') continue;
          // As the adapter does: what the watch told of meanwhile is left out.
          const isOld = then.includes(audit);
          const objects = audit.objects.filter((object) => !isOld || !told.has(`${audit.stream} ${nameOf(object)}`));
          const event: Event = { ...audit, objects };
          expect(evolve(state, event)).toBe(state);
          expect(missedBy(state, evolve(state, event), event)).toBe(0);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('whatever was missed, an audit puts it right, and touches whatever is decided otherwise', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(ofCluster, fc.boolean()), { minLength: 1, maxLength: 15 }), (actions) => {
        const cluster = new ModelCluster();
        let all = fold(cluster.companions(), withRules());
        let some = all;
        for (const [act, isLost] of actions) {
          const event = perform(cluster, act);
          if (event === undefined) continue;
          all = evolve(all, event);
          if (!isLost) some = evolve(some, event);
        }
        const keys = new Set<string>();
        const position = some.streams;
        for (const event of audits(cluster)) {
          const next = evolve(some, event);
          for (const key of touched(some, next, event)) keys.add(key);
          expect(missedBy(some, next, event) > 0).toBe(next !== some);
          for (const key of allKeys(some, next))
            if (!keys.has(key)) expect(decide(next, key, NOW)).toEqual(decide(some, key, NOW));
          some = next;
        }
        expect(contentOf(some)).toEqual(contentOf(all));
        expect(some.streams).toBe(position);
      }),
      { numRuns: 300 },
    );
  });
});

function nameOf(raw: Parameters<typeof objectAt>[0]): string {
  return JSON.stringify(objectAt(raw, 'metadata').name);
}

describe('an audit', () => {
  const cluster = new ModelCluster();
  const [web, api] = [cluster.put('shop', 'web', specOf({})), cluster.put('shop', 'api', specOf({}))];
  const known = fold([BINDING_LISTED, rulesListed(ruleText('0.5')), nothingListed(), web, api]);

  test('given a change, a deletion and a creation that were missed, then each counts, and what does not matter does not', () => {
    const rule = { name_suffix: 'p', scale_factor: '0.5' };
    const rules = JSON.stringify({ shop: { deployments: { web: rule, api: rule, new: rule } } });
    const all = fold([BINDING_LISTED, rulesListed(rules), nothingListed(), web, api]);
    cluster.put('shop', 'web', specOf({ replicas: 9 }));
    cluster.remove('shop/api');
    cluster.put('shop', 'new', specOf({}));
    cluster.put('shop', 'unrelated', specOf({}));
    const { state, missed } = audited(all, asAudit(cluster.list()));
    expect(missed).toBe(3);
    expect([...state.deployments.keys()].sort()).toEqual(['shop/new', 'shop/web']);
    expect(state.deployments.get('shop/web')?.spec.replicas).toBe(9);
  });

  test('given an object made after it, by the watch or by a write of ours, then it stays', () => {
    const before: Event = { type: 'audited', stream: 'deployments/*', resourceVersion: '100', objects: [] };
    expect(audited(known, before)).toEqual({ state: known, missed: 0 });
  });

  test('given a stream that was not listed, then it is no news', () => {
    const fresh = initialState(SCOPE);
    expect(audited(fresh, asAudit(cluster.list()))).toEqual({ state: fresh, missed: 0 });
  });

  test('given rules that were missed, then they are read, and touch every key', () => {
    const event = asAudit(rulesSeen(ruleText('1')));
    const { state, missed } = audited(known, event);
    expect(missed).toBe(1);
    expect(decide(state, 'shop/web-profiler', NOW).message).toBe(
      decide(evolve(known, rulesSeen(ruleText('1'))), 'shop/web-profiler', NOW).message,
    );
    expect(touched(known, state, event)).toEqual(new Set(['shop/web-profiler']));
  });

  test('given that the ConfigMap is gone, and that was missed, then rules are unknown', () => {
    const { state, missed } = audited(known, asAudit(rulesGone()));
    expect([missed, state.book.unread?.reason]).toEqual([1, 'NoConfigMap']);
    expect(audited(state, asAudit(rulesGone()))).toEqual({ state, missed: 0 });
  });

  test('given rules that were seen after it, then they stay', () => {
    const old = asAudit(rulesSeen(ruleText('0.1')));
    const state = evolve(known, rulesSeen(ruleText('1')));
    expect(audited(state, old)).toEqual({ state, missed: 0 });
  });

  test('given a binding that points elsewhere, or is gone, and that was missed, then it counts', () => {
    const moved = audited(known, asAudit(bindingSeen('other')));
    expect([moved.missed, moved.state.location?.name]).toEqual([1, 'other']);
    const gone = audited(known, { type: 'audited', stream: 'binding', resourceVersion: '12', objects: [] });
    expect([gone.missed, gone.state.binding]).toEqual([1, undefined]);
  });

  test('given a binding as it is known, then it is no news', () => {
    expect(audited(known, asAudit(BINDING_LISTED))).toEqual({ state: known, missed: 0 });
  });
});
