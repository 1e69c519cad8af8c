import type { AuditEntry } from '@ddprofiler-rc/control-plane/audit-log';
import { expect, test } from 'vitest';
import { paceOf, trespasses } from './record.ts';

const entry = (of: Partial<AuditEntry>): AuditEntry => ({
  user: 'op',
  userAgent: '',
  verb: 'patch',
  group: 'apps',
  resource: 'deployments',
  subresource: '',
  namespace: 'one',
  name: 'app-x',
  uri: '/uri',
  code: 200,
  receivedAt: '2026-11-26T00:00:00.000000Z',
  answeredAt: '2026-11-26T00:00:00.001000Z',
  ...of,
});

const found = (...entries: readonly AuditEntry[]): number =>
  trespasses(entries, {
    operators: new Set(['op']),
    isCloneName: (name) => name.endsWith('-x'),
    namespaces: new Set(['one']),
    memory: { namespace: 'system', name: 'memory' },
  }).length;

test.each<[string, Partial<AuditEntry>]>([
  ['a clone', {}],
  ['the status of the binding', { group: 'crds.grove', resource: 'ddprofcrds', subresource: 'status' }],
  ['the memory', { group: '', resource: 'configmaps', namespace: 'system', name: 'memory' }],
  ['an Event', { group: 'events.k8s.io', resource: 'events', verb: 'create' }],
  ['a Lease', { group: 'coordination.k8s.io', resource: 'leases', verb: 'update' }],
  ['a source, by people', { name: 'app', user: 'people' }],
])('given a write to %s, then it is none', (_, of) => {
  expect(found(entry(of))).toBe(0);
});

test.each<[string, Partial<AuditEntry>]>([
  ['a source', { name: 'app' }],
  ['a source, in vain', { name: 'app', code: 403 }],
  ['a clone’s status', { subresource: 'status' }],
  ['a namespace that is not watched', { namespace: 'two' }],
  ['the binding itself', { group: 'crds.grove', resource: 'ddprofcrds' }],
  ['the rules', { group: '', resource: 'configmaps', namespace: 'system', name: 'rules' }],
  ['a ConfigMap elsewhere', { group: '', resource: 'configmaps', namespace: 'one', name: 'memory' }],
  ['all Deployments', { name: '', verb: 'deletecollection' }],
])('given a write to %s, then it is a trespass', (_, of) => {
  expect(found(entry(of))).toBe(1);
});

test('given requests of several seconds, then the pace is that of the busiest', () => {
  const at = (second: string): AuditEntry => entry({ verb: 'get', receivedAt: `2026-11-26T00:00:0${second}Z` });
  const entries = [at('1.1'), at('1.9'), at('2.0'), { ...at('2.1'), user: 'people' }, { ...at('2.2'), user: 'people' }];
  expect(paceOf(entries, new Set(['op']))).toEqual({ all: 3, most: 2 });
});
