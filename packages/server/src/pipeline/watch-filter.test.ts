import {
  BINDING_LABEL,
  bindingHash,
  DEFAULT_LIMITS,
  type Event,
  evolve,
  initialState,
  type Json,
  MANAGED_BY_LABEL,
  type Scope,
} from '@ddprofiler-rc/core';
import { namespacedTarget } from '@ddprofiler-rc/k8s-adapter';
import { expect, test } from 'vitest';
import { watchFilterOf } from './watch-filter.ts';

const SCOPE: Scope = { binding: { namespace: 'ops', name: 'rc' }, namespaces: '*', limits: DEFAULT_LIMITS };
const DEPLOYMENTS = namespacedTarget('deployments/*');
const RULES = 'shop: {deployments: {web: {scale_factor: 1, name_suffix: p}}}';

const object = (namespace: string, name: string, resourceVersion = '1'): { readonly [key: string]: Json } => ({
  metadata: { namespace, name, uid: name, resourceVersion },
});

const BINDING = { ...object('ops', 'rc'), ruleType: 'configmap', cmName: 'rules', cmConfigTag: 'r' };

function rules(text: string, resourceVersion: string): Event {
  const objects = [{ ...object('ops', 'rules', resourceVersion), data: { r: text } }];
  return { type: 'listed', stream: 'configmap/ops/rules', resourceVersion, objects };
}

test('given rules, then Deployments that they name are kept, by one and the same filter until rules or clones change', () => {
  let state = initialState(SCOPE);
  const filter = watchFilterOf(() => state);
  const kept = (name: string) => filter(DEPLOYMENTS).keep(object('shop', name));
  expect([kept('web'), kept('web-p')]).toEqual([false, false]);

  const before = filter(DEPLOYMENTS);
  state = evolve(state, { type: 'listed', stream: 'binding', resourceVersion: '1', objects: [BINDING] });
  expect(filter(DEPLOYMENTS)).toBe(before);

  state = evolve(state, rules(RULES, '2'));
  expect(filter(DEPLOYMENTS)).not.toBe(before);
  expect([kept('web'), kept('web-p'), kept('other')]).toEqual([true, true, false]);

  const present = filter(DEPLOYMENTS);
  state = evolve(state, { type: 'listed', stream: 'deployments/*', resourceVersion: '3', objects: [object('shop', 'web')] });
  expect(filter(DEPLOYMENTS)).toBe(present);
});

test('given a Deployment that is unclaimed, then that it lost our mark is heard; of no other one without it', () => {
  const labels = {
    [MANAGED_BY_LABEL]: 'ddprofiler-rc',
    [BINDING_LABEL]: bindingHash(SCOPE.binding),
    'ddprofiler-rc.grove/clone': 'left',
  };
  const marked = { metadata: { namespace: 'shop', name: 'left', uid: 'left', resourceVersion: '2', labels } };
  let state = initialState(SCOPE);
  const filter = watchFilterOf(() => state);
  expect([filter(DEPLOYMENTS).keep(marked), filter(DEPLOYMENTS).keep(object('shop', 'left'))]).toEqual([true, false]);
  state = evolve(state, { type: 'listed', stream: 'deployments/*', resourceVersion: '3', objects: [marked] });
  expect(filter(DEPLOYMENTS).keep(object('shop', 'left', '4'))).toBe(true);
});

test('given any other stream, then all of it is kept, and always the same filter', () => {
  let state = initialState(SCOPE);
  const filter = watchFilterOf(() => state);
  const target = namespacedTarget('budgets/*');
  const before = filter(target);
  expect(before.keep(object('shop', 'any'))).toBe(true);
  state = evolve(state, rules(RULES, '2'));
  expect(filter(target)).toBe(before);
});
