import { expect, test } from 'vitest';
import { builtIn } from '../kinds/built-in.ts';
import type { ResourceInfo } from '../kinds/index.ts';
import { fieldMatcher } from './field-selector.ts';

function info(name: string): ResourceInfo {
  const found = builtIn.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} is not built in`);
  return found;
}

test.each([
  ['pods', 'spec.nodeName=n,status.phase!=Failed', { spec: { nodeName: 'n' }, status: { phase: 'Running' } }, true],
  ['pods', 'status.phase==Failed', { status: { phase: 'Running' } }, false],
  ['pods', 'spec.nodeName=', { spec: {} }, true],
  ['pods', 'spec.hostNetwork=false', { spec: {} }, true],
  ['pods', 'spec.hostNetwork=true', { spec: { hostNetwork: true } }, true],
  [
    'events',
    'involvedObject.name=a,reason=Because,type=Normal',
    { involvedObject: { name: 'a' }, reason: 'Because', type: 'Normal' },
    true,
  ],
  ['events', 'source=me', { source: { component: 'me' } }, true],
  ['events', 'source=me', { source: {}, reportingComponent: 'me' }, true],
  ['namespaces', 'status.phase=Active', { status: { phase: 'Active' } }, true],
  ['services', 'spec.type=ClusterIP', { spec: { type: 'NodePort' } }, false],
  ['deployments.apps', 'metadata.name=a', { metadata: { name: 'a' } }, true],
  ['deployments.apps', String.raw`metadata.name=a\,b`, { metadata: { name: 'a,b' } }, true],
  ['deployments.apps', '', {}, true],
])('%s: %s', (resource, selector, object, fits) => {
  expect(fieldMatcher(selector, info(resource))(object)).toBe(fits);
});

test.each([
  ['pods', 'spec.foo=bar', 'field label not supported: spec.foo'],
  ['namespaces', 'name=bar', 'field label not supported: name'],
  [
    'replicasets.apps',
    'status.replicas=0',
    '"status.replicas" is not a known field selector: only "metadata.name", "metadata.namespace"',
  ],
  ['pods', 'a', "invalid selector: 'a'; can't understand 'a'"],
])('%s cannot be selected by %s', (resource, selector, message) => {
  expect(() => fieldMatcher(selector, info(resource))).toThrow(message);
});
