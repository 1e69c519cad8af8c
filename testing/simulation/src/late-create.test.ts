import { expect, test } from 'vitest';
import { drawPlan } from './draw-plan.ts';
import { runHistory } from './history.ts';
import { CONFIG_MAPS, type FaultWindow, type Plan, type RuleDraft } from './plan.ts';

const RULE: RuleDraft = { namespace: 'shop', source: 'web', suffix: 'profiler', scale: '1', env: [], unset: [] };
const OTHER: RuleDraft = { ...RULE, source: 'api' };

/** The source of `RULE` comes at 3 s, and its clone is on its way from then on; `RULE` is removed after that. */
function planOf(removedAt: number, fault: FaultWindow['fault'], until: number): Plan {
  const rules = (at: number, ...stated: readonly RuleDraft[]) =>
    ({ at, action: { do: 'rules', draft: { kind: 'rules', rules: stated }, configMap: CONFIG_MAPS[0] } }) as const;
  const source = { replicas: 1, image: 'app:1', env: {}, app: 'web', extras: [] };
  return {
    ...drawPlan(1),
    namespaces: ['shop'],
    scope: '*',
    operators: 1,
    elected: false,
    actions: [
      rules(0, RULE, OTHER),
      { at: 0, action: { do: 'bind', configMap: CONFIG_MAPS[0] } },
      { at: 3_000, action: { do: 'makeSource', key: 'shop/web', source } },
      rules(removedAt, OTHER),
    ],
    faults: [{ fault, on: 'write', from: 2_999, to: until, rate: 1 }],
    revocations: [],
    webhook: undefined,
    limits: {},
    poisoned: undefined,
    stormEndsAt: 60_000,
  };
}

test.for([
  ['is on its way when its rule is removed', planOf(5_000, 'slow', 3_060)],
  ['was given up, and arrives when its rule is removed and another was deleted', planOf(11_500, 'slow', 3_060)],
  ['is made, and its answer lost, when its rule is removed', planOf(3_100, 'lostAnswer', 3_400)],
  ['is made by an operator that dies when its rule is removed', planOf(3_015, 'crashAfter', 3_060)],
] as const)('given a clone that %s, then it goes', { timeout: 120_000 }, async ([, plan]) => {
  const { trace, violation } = await runHistory(plan, 'liveness');
  expect(trace.some((line) => /create shop\/web-profiler → 201/.test(line))).toBe(true);
  expect(violation).toBeUndefined();
});
