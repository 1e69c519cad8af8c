/** The rights that the chart grants are those with which every end-to-end scenario is run: e2e/scenarios/rights.own.e2e.ts has the other half. */

import { leaseRules, leastRules, type PolicyRule } from '@ddprofiler-rc/control-plane/rights';
import { expect, test } from 'vitest';
import { listAt, NAMESPACE, nameOf, ofKind, render, the } from './render.ts';

/** One line per verb, resource and name of an object, `*` for all. */
const linesOf = (rules: readonly PolicyRule[]): readonly string[] => {
  const lines = rules.flatMap(({ verbs, apiGroups, resources, resourceNames = ['*'] }) =>
    verbs.flatMap((verb) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => resourceNames.map((name) => `${verb} ${group}/${resource} ${name}`)),
      ),
    ),
  );
  return [...new Set(lines)].toSorted();
};

test('rules for the release’s own namespace: one Role has them all', async () => {
  const objects = await render({ targetNameSpaces: [NAMESPACE] });
  const binding = nameOf(ofKind(objects, 'DDProfCrd')[0]);
  const configMap = nameOf(the(objects, 'ConfigMap'));
  const granted = ofKind(objects, 'Role').flatMap((role) => listAt(role, 'rules')) as unknown as readonly PolicyRule[];

  expect(linesOf(granted)).toEqual(
    linesOf([...leastRules({ namespace: NAMESPACE, binding, configMap }), ...leaseRules(binding)]),
  );
});
