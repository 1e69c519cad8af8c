/** What a user asked of the API server since a moment, by its audit log: the one count that no client can embellish. */
import { open, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type AuditEntry, parseAuditLog, WRITE_VERBS } from '@ddprofiler-rc/control-plane/audit-log';
import type { TestUser } from '@ddprofiler-rc/control-plane/users';

/** Longer than any line of the log, which has no bodies. */
const LINE_BYTES = 65_536;

/** A place in the log: the end of its last whole line, since the next one may be half written. */
export async function mark(auditLog: string): Promise<number> {
  const { size } = await stat(auditLog);
  const from = Math.max(0, size - LINE_BYTES);
  return from + (await bytesOf(auditLog, from, size)).lastIndexOf('\n') + 1;
}

export async function requestsSince(auditLog: string, from: number, user: TestUser): Promise<readonly AuditEntry[]> {
  const { size } = await stat(auditLog);
  const bytes = await bytesOf(auditLog, from, size);
  return parseAuditLog(bytes.toString('utf8')).filter((entry) => entry.user === user);
}

async function bytesOf(path: string, from: number, to: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(to - from);
    await file.read(bytes, 0, bytes.length, from);
    return bytes;
  } finally {
    await file.close();
  }
}

export const writesIn = (entries: readonly AuditEntry[]): readonly AuditEntry[] =>
  entries.filter(({ verb }) => WRITE_VERBS.has(verb));

export const deploymentWritesIn = (entries: readonly AuditEntry[]): readonly AuditEntry[] =>
  writesIn(entries).filter(({ resource }) => resource === 'deployments');

/** So long without a request is quiet. */
const QUIET_MS = 2_000;
const POLL_MS = 250;

/** Resolves when the user has asked for nothing for a while: nothing at all, or nothing that `counts`. */
export async function quiet(
  auditLog: string,
  user: TestUser,
  counts: (entries: readonly AuditEntry[]) => readonly AuditEntry[] = (entries) => entries,
): Promise<void> {
  let from = await mark(auditLog);
  for (let since = performance.now(); performance.now() - since < QUIET_MS; ) {
    await delay(POLL_MS);
    const to = await mark(auditLog);
    if (counts(await requestsSince(auditLog, from, user)).length > 0) since = performance.now();
    from = to;
  }
}
