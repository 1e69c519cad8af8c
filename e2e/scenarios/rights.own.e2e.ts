/**
 * What the operator asked for in all scenarios is what it is granted: nothing is missing, and nothing is spare. Runs after all other files, see
 * vitest.config.ts; charts/tests/rights.test.ts shows that the chart grants the same.
 */

import { type AuditEntry, readAuditLog } from '@ddprofiler-rc/control-plane/audit-log';
import { accessesIn, accessesOf, leaseRules, leastRules } from '@ddprofiler-rc/control-plane/rights';
import type { TestUser } from '@ddprofiler-rc/control-plane/users';
import { expect, inject, test } from 'vitest';
import { ownCluster } from '../harness/own-cluster.ts';
import { ACCOUNT } from '../harness/world.ts';

const GRANTED = accessesOf([...leastRules({ namespace: 'ops', binding: 'binding' }), ...leaseRules('binding')]);

/** Those that tests tell apart by their users: operator-user.ts gives them the same rights. */
const NAMED_OPERATORS: ReadonlySet<string> = new Set<TestUser>(['operator-a', 'operator-b']);

/** The namespace of an operator that is a world's service account. */
const homeOf = ({ user }: AuditEntry): string | undefined => {
  const [, namespace, account] = /^system:serviceaccount:(e2e-[^:]+):(.+)$/.exec(user) ?? [];
  return account === ACCOUNT ? namespace : undefined;
};

const entries = (await readAuditLog(ownCluster(inject('cluster')).auditLog)).filter(({ resource }) => resource !== '');
const own = entries.filter((entry) => homeOf(entry) !== undefined);

test('nothing is missing: no request was refused for want of a right, or went past its namespace', () => {
  const operators = new Set(own.map(({ user }) => user));
  expect(operators.size, 'operators in other scenarios: run them all').toBeGreaterThan(10);
  const told = ({ user, verb, uri, code }: AuditEntry): string => `${user}: ${verb} ${uri} → ${code}`;
  expect(own.filter((entry) => entry.code === 403 || entry.namespace !== homeOf(entry)).map(told)).toEqual([]);
  expect([...new Set(own.flatMap(accessesIn))].filter((one) => !GRANTED.has(one))).toEqual([]);
});

test('nothing is spare: every right was made use of', () => {
  const used = new Set([...own, ...entries.filter(({ user }) => NAMED_OPERATORS.has(user))].flatMap(accessesIn));
  expect([...GRANTED].filter((one) => !used.has(one))).toEqual([]);
});
