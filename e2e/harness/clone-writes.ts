/** What an operator wrote to Deployments, by the API server's own record. */

import { type AuditEntry, readAuditLog, WRITE_VERBS } from '@ddprofiler-rc/control-plane/audit-log';
import type { TestUser } from '@ddprofiler-rc/control-plane/users';
import { inject } from 'vitest';
import { ownCluster } from './own-cluster.ts';
import { ACCOUNT, type World } from './world.ts';

/**
 * In order; those that were refused too.
 * @param user of the operator; by default it is the first world's service account
 */
export async function cloneWrites(worlds: World | readonly World[], user?: TestUser): Promise<readonly AuditEntry[]> {
  const namespaces = [worlds].flat().map(({ namespace }) => namespace);
  const asker = user ?? `system:serviceaccount:${namespaces[0] ?? ''}:${ACCOUNT}`;
  const entries = await readAuditLog(ownCluster(inject('cluster')).auditLog);
  const isMeant = (entry: AuditEntry) => entry.user === asker && namespaces.includes(entry.namespace);
  return entries.filter((entry) => isMeant(entry) && entry.resource === 'deployments' && WRITE_VERBS.has(entry.verb));
}

/** `verb name code` of each. */
export function asLines(writes: readonly AuditEntry[]): readonly string[] {
  return writes.map(({ verb, name, code }) => `${verb} ${name} ${code}`);
}
