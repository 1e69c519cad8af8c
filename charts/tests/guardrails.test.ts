/** Each guardrail of the chart is a setting of the operator, and the other way round. */

import { readSettings, rowsOf, TABLE } from '@ddprofiler-rc/server/settings';
import { expect, test } from 'vitest';
import { guardrails, valuesOf } from './guardrails.ts';
import { environmentOf, render } from './render.ts';

const GUARDRAILS = await guardrails();

/** The chart knows it by itself. */
const NO_VALUE = TABLE.limits.operatorDeployment.name;

test('values.yaml has a guardrail for each limit of the operator, and no other', () => {
  const limits = rowsOf(TABLE.limits).map(({ name }) => name);
  expect(GUARDRAILS.map(({ setting }) => setting).toSorted()).toEqual(limits.filter((name) => name !== NO_VALUE).toSorted());
});

test('each guardrail reaches the operator as it is given', async () => {
  const environment = environmentOf(await render(valuesOf(GUARDRAILS)));
  expect(environment).toMatchObject(Object.fromEntries(GUARDRAILS.map(({ setting, text }) => [setting, text])));
  expect(readSettings(textsIn(environment), [])).toMatchObject({
    kind: 'settings',
    settings: { limits: { maxClones: 5_000_000, massDeletion: { share: 0.25, floor: 5_000_000 }, images: ['one', 'two'] } },
  });
});

test.for([
  ['a whole share', { massDeletion: { share: 1 } }, { MASS_DELETION_SHARE: '1' }],
  ['none at all', { maxReplicas: 0, massDeletion: { floor: 0 } }, { MAX_REPLICAS: '0', MASS_DELETION_FLOOR: '0' }],
  ['a pattern of images', { allowedImages: ['ghcr.io/team/**'] }, { ALLOWED_IMAGES: 'ghcr.io/team/**' }],
] as const)('%s stays as it is', async ([, values, expected]) => {
  expect(environmentOf(await render({ guardrails: values }))).toMatchObject(expected);
});

test('what is not set is left to the operator', async () => {
  const environment = environmentOf(await render());
  for (const name of ['MAX_CLONES', 'MAX_REPLICAS', 'ALLOWED_IMAGES', 'RULES_NAMESPACES'])
    expect(environment).not.toHaveProperty(name);
});

function textsIn(environment: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)]));
}
