import { expect, test } from 'vitest';
import { drawPlan } from './draw-plan.ts';
import { runHistory } from './history.ts';
import { CONFIG_MAPS, type Plan, type RuleDraft } from './plan.ts';

const RULE: RuleDraft = { namespace: 'shop', source: 'web', suffix: 'profiler', scale: '1', env: [], unset: [] };
const SOURCE = { replicas: 1, image: 'app:1', env: {}, app: 'web', extras: [] };

/** For a time no ConfigMap can be read: which of them comes first after that is a matter of chance. */
function planOf(seed: number): Plan {
  return {
    ...drawPlan(seed),
    namespaces: ['shop'],
    scope: '*',
    operators: 1,
    elected: false,
    actions: [
      { at: 0, action: { do: 'rules', draft: { kind: 'rules', rules: [RULE] }, configMap: CONFIG_MAPS[0] } },
      { at: 0, action: { do: 'bind', configMap: CONFIG_MAPS[0] } },
      { at: 0, action: { do: 'makeSource', key: 'shop/web', source: SOURCE } },
    ],
    faults: [],
    revocations: [{ verb: 'list', resource: 'configmaps', from: 0, to: 20_000 }],
    webhook: undefined,
    limits: {},
    poisoned: undefined,
    stormEndsAt: 20_000,
  };
}

test('given no memory yet, and its list comes before or after all others, then the clone is made', {
  timeout: 120_000,
}, async () => {
  const orders = new Set<boolean>();
  for (let seed = 1; seed <= 8; seed += 1) {
    const { trace, violation } = await runHistory(planOf(seed), 'liveness');
    expect(violation).toBeUndefined();
    const timeOf = (what: string) =>
      trace.findIndex((line) => line.includes(`list the ConfigMap ops/${what}`) && line.endsWith('200'));
    orders.add(timeOf('rules') < timeOf('ddprofiler-rc-last-good'));
  }
  expect(orders.size).toBe(2);
});
