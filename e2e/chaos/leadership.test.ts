import type { AuditEntry } from '@ddprofiler-rc/control-plane/audit-log';
import { expect, test } from 'vitest';
import { deposedWrites, type Holding } from './leadership.ts';

/** A time, in milliseconds of one minute. */
const time = (ms: number): string => new Date(Date.UTC(2026, 10, 26) + ms).toISOString();

const entry = (user: string, resource: string, from: number, to: number, code = 200): AuditEntry => ({
  user,
  userAgent: '',
  verb: 'patch',
  group: resource === 'leases' ? 'coordination.k8s.io' : 'apps',
  resource,
  subresource: '',
  namespace: 'one',
  name: 'n',
  uri: `/${resource}/n`,
  code,
  receivedAt: time(from),
  answeredAt: time(to),
});
const lease = (user: string, from: number, to = from + 2): AuditEntry => entry(user, 'leases', from, to);
const write = (user: string, at: number, code = 200): AuditEntry => entry(user, 'deployments', at, at + 5, code);
const held = (holder: string, ms: number): Holding => ({ seenAt: time(ms), holder });

const OPERATORS = new Set(['a', 'b']);
/** A leads from 100 on, B from 500 on. */
const LEASES = [lease('a', 100), lease('a', 200), lease('a', 300), lease('b', 500), lease('b', 600)];
const HOLDINGS = [held('pod-a', 103), held('pod-b', 503)];

const accused = (entries: readonly AuditEntry[], holdings = HOLDINGS): readonly string[] =>
  deposedWrites([...LEASES, ...entries], OPERATORS, holdings).map((text) => text.split(': ')[1]?.split(',')[0] ?? '');

test('given writes by whoever leads, then nobody is accused', () => {
  expect(accused([write('a', 150), write('a', 450), write('b', 510), write('b', 900)])).toEqual([]);
});

test('given a write after somebody else took the Lease, or before one’s own, then it is a deposed leader’s', () => {
  expect(accused([write('a', 510)])).toEqual(['a sent patch /deployments/n']);
  expect(accused([write('b', 150)])).toEqual(['b sent patch /deployments/n']);
});

test('given a write while the other takes the Lease, then nobody is accused', () => {
  expect(accused([write('a', 501)])).toEqual([]);
});

test('given that the watch did not see the change, then nobody is accused', () => {
  expect(accused([write('a', 510)], [held('pod-a', 103)])).toEqual([]);
});

test('given a write after one’s own release, then it is a deposed leader’s', () => {
  const released = [held('pod-a', 103), held('', 302), held('pod-b', 503)];
  expect(accused([write('a', 400)], released)).toEqual(['a sent patch /deployments/n']);
  expect(accused([write('a', 250)], released)).toEqual([]);
});

test('given that one takes the Lease back, then its writes are a leader’s again', () => {
  expect(accused([lease('a', 700), write('a', 710)], [...HOLDINGS, held('pod-a', 703)])).toEqual([]);
});

test('given a write that was refused, or somebody who is no operator, then nobody is accused', () => {
  expect(accused([write('a', 510, 403), write('people', 510)])).toEqual([]);
});
