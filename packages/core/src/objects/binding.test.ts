import { expect, test } from 'vitest';
import type { JsonObject } from '../kube/json.ts';
import { readKubeObject } from '../kube/kube-object.ts';
import { readBinding } from './binding.ts';

function reading(fields: JsonObject, alsoAllowed: readonly string[] = []) {
  const metadata = { namespace: 'ops', name: 'rc', uid: 'b', resourceVersion: '1' };
  const object = readKubeObject({ ruleType: 'configmap', cmName: 'rules', cmConfigTag: 'text', ...fields, metadata });
  if (object === undefined) throw new Error('it is an object');
  return readBinding(object, alsoAllowed);
}

test('rules are in the binding’s own namespace, said or not', () => {
  const location = { namespace: 'ops', name: 'rules', tag: 'text' };
  for (const fields of [{}, { cmNamespace: '' }, { cmNamespace: 'ops' }])
    expect(reading(fields)).toEqual({ kind: 'location', location });
});

test('in another namespace only where the administrator says so', () => {
  const denied = reading({ cmNamespace: 'team' }, ['others']);
  expect(denied).toMatchObject({ kind: 'invalid', reason: 'CrossNamespaceDenied' });
  expect(denied.kind === 'invalid' && denied.message).toMatch(/"team".*ops, others.*RULES_NAMESPACES/);
  expect(reading({ cmNamespace: 'team' }, ['team'])).toMatchObject({ kind: 'location', location: { namespace: 'team' } });
});

test.each([
  ['ruleType', { ruleType: 'secret' }],
  ['cmName', { cmName: '' }],
  ['cmConfigTag', { cmConfigTag: '' }],
])('a bad %s is named', (field, fields) => {
  const invalid = reading(fields);
  expect(invalid).toMatchObject({ kind: 'invalid', reason: 'BindingInvalid' });
  expect(invalid.kind === 'invalid' && invalid.message).toContain(`binding ops/rc: ${field} is`);
});
