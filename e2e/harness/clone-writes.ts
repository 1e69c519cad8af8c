/** What an operator that is a world's service account wrote to Deployments, by the API server's own record. */
import { inject } from 'vitest';
import { type AuditEntry, readAuditLog, WRITE_VERBS } from '../controlplane/audit-log.ts';
import { ownCluster } from './own-cluster.ts';
import { ACCOUNT, type World } from './world.ts';

/** In order; those that were refused too. */
export async function cloneWrites({ namespace }: World): Promise<readonly AuditEntry[]> {
  const entries = await readAuditLog(ownCluster(inject('cluster')).auditLog);
  const user = `system:serviceaccount:${namespace}:${ACCOUNT}`;
  return entries.filter((entry) => entry.user === user && entry.resource === 'deployments' && WRITE_VERBS.has(entry.verb));
}

/** `verb name code` of each. */
export function asLines(writes: readonly AuditEntry[]): readonly string[] {
  return writes.map(({ verb, name, code }) => `${verb} ${name} ${code}`);
}
