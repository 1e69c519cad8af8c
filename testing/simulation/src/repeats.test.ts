import { expect, test } from 'vitest';
import { drawPlan } from './draw-plan.ts';
import { runHistory } from './history.ts';
import { CONFIG_MAPS, type Plan, type RuleDraft } from './plan.ts';

const RULE: RuleDraft = { namespace: 'shop', source: 'web', suffix: 'profiler', scale: '1', env: [], unset: [], adopt: true };

/** A policy takes the mark off whatever the operator writes, and its rule says to adopt what bears none. */
const PLAN: Plan = {
  ...drawPlan(1),
  namespaces: ['shop'],
  scope: '*',
  operators: 1,
  elected: false,
  actions: [
    { at: 0, action: { do: 'rules', draft: { kind: 'rules', rules: [RULE] }, configMap: CONFIG_MAPS[0] } },
    { at: 0, action: { do: 'bind', configMap: CONFIG_MAPS[0] } },
    {
      at: 0,
      action: { do: 'makeSource', key: 'shop/web', source: { replicas: 1, image: 'app:1', env: {}, app: 'web', extras: [] } },
    },
  ],
  faults: [],
  revocations: [],
  webhook: 'strip',
  limits: {},
  poisoned: undefined,
  stormEndsAt: 60_000,
};

test('given a policy that undoes each write, then the write is repeated ever more rarely', { timeout: 60_000 }, async () => {
  const { trace } = await runHistory(PLAN, 'safety');
  const writes = trace.filter((line) => /: (create|apply|delete) shop\/web-profiler/.test(line));
  expect(writes.length).toBeGreaterThan(5);
  // Doubled from 5 ms on: 15 of them take 80 s.
  expect(writes.length).toBeLessThan(40);
});
