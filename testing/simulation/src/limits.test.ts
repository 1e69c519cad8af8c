import { expect, test } from 'vitest';
import { drawPlan } from './draw-plan.ts';
import { runHistory } from './history.ts';
import { type Action, CONFIG_MAPS, type Plan, type RuleDraft, type TimedAction } from './plan.ts';

const SOURCES = ['web', 'api', 'worker', 'cart', 'mail'] as const;
const RULES = SOURCES.map(
  (source): RuleDraft => ({
    namespace: 'shop',
    source,
    suffix: 'profiler',
    scale: '1',
    env: [],
    unset: [],
    until: 3_600_000,
  }),
);

function rules(at: number, stated: readonly RuleDraft[]): TimedAction {
  return { at, action: { do: 'rules', draft: { kind: 'rules', rules: stated }, configMap: CONFIG_MAPS[0] } };
}

/** Five clones, and then what is to happen. */
function planOf(then: Action, limits: Plan['limits'] = {}): Plan {
  return {
    ...drawPlan(1),
    namespaces: ['shop'],
    scope: '*',
    operators: 1,
    elected: false,
    actions: [
      rules(0, RULES),
      { at: 0, action: { do: 'bind', configMap: CONFIG_MAPS[0] } },
      ...SOURCES.map((name): TimedAction => {
        const source = { replicas: 1, image: 'app:1', env: {}, app: name, extras: [] };
        return { at: 0, action: { do: 'makeSource', key: `shop/${name}`, source } };
      }),
      { at: 2_000, action: { do: 'forgeMany', namespace: 'shop', count: 12 } },
      { at: 5_000, action: then },
    ],
    faults: [],
    revocations: [],
    webhook: undefined,
    limits,
    poisoned: undefined,
    // A clock that was set is noticed within a minute.
    stormEndsAt: 100_000,
  };
}

test.for([
  ['all rules are removed', { do: 'rules', draft: { kind: 'rules', rules: [] }, configMap: CONFIG_MAPS[0] }],
  ['the clock is a day ahead, and all rules end', { do: 'jumpDate', byMs: 24 * 3_600_000 }],
] as const)('given many forged marks, and %s, then no clone goes', { timeout: 60_000 }, async ([, then]) => {
  const { trace, violation } = await runHistory(planOf(then), 'safety');
  expect(violation).toBeUndefined();
  expect(trace.filter((line) => line.includes(': create ')).length).toBe(SOURCES.length);
  expect(trace.filter((line) => line.includes(': delete '))).toEqual([]);
});

test('given a limit of three clones, then three rules have a place', { timeout: 60_000 }, async () => {
  const { trace, violation } = await runHistory(planOf({ do: 'compact' }, { maxClones: 3 }), 'safety');
  expect(violation).toBeUndefined();
  expect(trace.filter((line) => line.includes(': create ')).length).toBe(3);
});

test('given a rule that ends, and nothing else happens, then its clone goes', { timeout: 60_000 }, async () => {
  const ending = RULES.slice(0, 2).map((rule) => ({ ...rule, until: 20_000 }));
  const plan = planOf({
    do: 'rules',
    draft: { kind: 'rules', rules: [...ending, ...RULES.slice(2)] },
    configMap: CONFIG_MAPS[0],
  });
  const { trace, violation } = await runHistory(plan, 'safety');
  expect(violation).toBeUndefined();
  expect(trace.filter((line) => line.includes(': delete ')).length).toBe(ending.length);
});
