import fc from 'fast-check';
import { expect, test } from 'vitest';
import { acted, action } from '../../test/histories.ts';
import { lookedFor, ModelCluster } from '../../test/model-cluster.ts';
import { isRefusalReason, REFUSAL_REASONS } from '../refusal.ts';
import { CHAIN, follow } from './follow.ts';
import { Subject } from './subject.ts';

test('the checks come in the order of the decision table', () => {
  expect(CHAIN.map(({ name }) => name)).toEqual([
    'suspended',
    'images',
    'places',
    'remembered',
    'looked for',
    'source gone',
    'source is no clone',
    'source is not the operator',
    'clone is not the operator',
    'containers',
    'replicas',
    'autoscaler of the source',
    'name',
    'followed',
  ]);
});

test('what is left as it is by the rule alone is remembered all the same', () => {
  expect(CHAIN.filter(({ remembers }) => remembers).map(({ name }) => name)).toEqual(['suspended', 'images']);
});

test('each word of a refusal is one of the chain, or of a guardrail that is not about one rule', () => {
  const words = CHAIN.flatMap(({ reasons }) => reasons).filter(isRefusalReason);
  expect(new Set([...words, 'MassDeletionHeld', 'CrossNamespaceDenied'])).toEqual(new Set(REFUSAL_REASONS));
});

test('a check decides for no reason but those that it names', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 12 }), fc.boolean(), (actions, isLookedFor) => {
      const cluster = new ModelCluster();
      let state = acted(cluster, actions);
      if (isLookedFor) state = lookedFor(cluster, state);
      for (const [key, rule] of state.book.rules) {
        const subject = new Subject(state, key, rule, state.deployments.get(key));
        for (const { check, reasons } of CHAIN) expect([...reasons, undefined]).toContain(check(subject)?.reason);
        expect([...CHAIN.flatMap(({ reasons }) => reasons), 'SourceMissing']).toContain(
          follow(state, key, rule, state.deployments.get(key)).reason,
        );
      }
    }),
    { numRuns: 200 },
  );
});
