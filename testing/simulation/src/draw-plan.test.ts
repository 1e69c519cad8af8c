import { expect, test } from 'vitest';
import { drawPlan } from './draw-plan.ts';
import { CLONE_EDITS, EXTRAS, FAULTS, WEBHOOKS } from './plan.ts';

const PLANS = Array.from({ length: 2_000 }, (_, index) => drawPlan(index + 1));

test('the same seed gives the same plan', () => {
  expect(JSON.stringify(drawPlan(5))).toBe(JSON.stringify(drawPlan(5)));
});

test('the drawn plans know every fault, action, edit, extra and webhook of the vocabulary', () => {
  const faults = new Set(PLANS.flatMap((plan) => plan.faults.map(({ fault }) => fault)));
  expect([...faults].toSorted()).toEqual(Object.values(FAULTS).flat().toSorted());
  const actions = PLANS.flatMap((plan) => plan.actions.map(({ action }) => action));
  expect(new Set(actions.flatMap((action) => (action.do === 'editClone' ? [action.what] : [])))).toEqual(new Set(CLONE_EDITS));
  expect(new Set(actions.flatMap((action) => (action.do === 'makeSource' ? action.source.extras : [])))).toEqual(new Set(EXTRAS));
  expect(new Set(PLANS.flatMap(({ webhook }) => webhook ?? []))).toEqual(new Set(WEBHOOKS));
  expect(new Set(actions.map((action) => action.do)).size).toBe(31);
});

test('the drawn rules say all that rules can', () => {
  const rules = PLANS.flatMap(({ actions }) =>
    actions.flatMap(({ action }) => (action.do === 'rules' && action.draft.kind === 'rules' ? action.draft.rules : [])),
  );
  const said = new Set(rules.flatMap((rule) => Object.keys(rule)));
  for (const term of ['traffic', 'proxy', 'ignoresRestarts', 'adopt', 'suspend', 'until', 'min', 'max', 'isBroken'])
    expect(said).toContain(term);
});

test('everything happens within the storm, in the order of time', () => {
  for (const { actions, faults, revocations, stormEndsAt } of PLANS) {
    const times = actions.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    for (const { to } of [...faults, ...revocations]) expect(to).toBeLessThanOrEqual(stormEndsAt);
  }
});

test('a namespace that is deleted comes back', () => {
  const deleting = PLANS.filter(({ actions }) => actions.some(({ action }) => action.do === 'deleteNamespace'));
  expect(deleting.length).toBeGreaterThan(10);
  for (const { actions } of deleting) expect(actions.some(({ action }) => action.do === 'makeNamespace')).toBe(true);
});
