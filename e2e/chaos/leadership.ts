/**
 * Was each write sent by the one that led? Two independent records say who held the Lease: the API server's audit log (who wrote it, when
 * that write arrived and when it was answered), and a watch of the Lease by somebody else (who its holder was, and when that was seen).
 *
 * A write by U that arrived at t is a deposed leader's where at t the Lease named somebody else, or nobody (watch), and one of these holds:
 *
 * | what is known | from |
 * | --- | --- |
 * | no write of the Lease by U had arrived before t | audit log |
 * | somebody else wrote it since U's last write of it was answered, and that was answered before t | audit log |
 * | U's last write of it released it, and was answered before t | both |
 *
 * What cannot be known counts for U: a write of the Lease that was under way at t, what a killed API server did not live to record, and
 * what the watch did not see yet. So this never accuses wrongly, and misses writes only within moments of a change.
 */
import type { AuditEntry } from '@ddprofiler-rc/control-plane/audit-log';
import { isLease, isWrite } from './record.ts';

/** The Lease as the watch told of it. */
export type Holding = {
  /** ISO 8601. */
  readonly seenAt: string;
  /** Empty: it was released. */
  readonly holder: string;
};

/** Writes of deposed leaders, one sentence each. */
export const deposedWrites = (
  entries: readonly AuditEntry[],
  operators: ReadonlySet<string>,
  holdings: readonly Holding[],
): readonly string[] => {
  const ofOperators = entries.filter((entry) => operators.has(entry.user) && isWrite(entry));
  const leases = ofOperators
    .filter((entry) => isLease(entry) && isGood(entry))
    .toSorted((a, b) => compare(a.answeredAt, b.answeredAt));
  const userOf = usersByHolder(leases, holdings);
  return ofOperators
    .filter((entry) => !isLease(entry) && isGood(entry))
    .filter(({ user, receivedAt }) => {
      const holding = holdings.filter(({ seenAt }) => seenAt <= receivedAt).at(-1);
      return userOf.get(holding?.holder ?? '') !== user && isDeposed(user, receivedAt, leases, holding);
    })
    .map(({ user, verb, uri, receivedAt }) => `${receivedAt}: ${user} sent ${verb} ${uri}, and did not lead`);
};

const isGood = ({ code }: AuditEntry): boolean => code >= 200 && code < 300;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const isDeposed = (user: string, at: string, leases: readonly AuditEntry[], holding: Holding | undefined): boolean => {
  const own = leases.filter((lease) => lease.user === user && lease.receivedAt <= at).at(-1);
  if (own === undefined) return true;
  if (holding?.holder === '' && holding.seenAt >= own.receivedAt && own.answeredAt < at) return true;
  return leases.some((lease) => lease.user !== user && lease.receivedAt > own.answeredAt && lease.answeredAt < at);
};

/** Which user is which holder: the one that wrote the Lease most often while it named that holder. */
const usersByHolder = (leases: readonly AuditEntry[], holdings: readonly Holding[]): ReadonlyMap<string, string> => {
  const votes = new Map<string, Map<string, number>>();
  for (const [index, { seenAt, holder }] of holdings.entries()) {
    if (holder === '') continue;
    const end = holdings[index + 1]?.seenAt;
    const ofHolder = votes.get(holder) ?? new Map<string, number>();
    votes.set(holder, ofHolder);
    for (const { user, answeredAt } of leases) {
      if (answeredAt >= seenAt && (end === undefined || answeredAt < end)) ofHolder.set(user, (ofHolder.get(user) ?? 0) + 1);
    }
  }
  return new Map(
    [...votes].flatMap(([holder, ofHolder]) => {
      const [most] = [...ofHolder].toSorted(([, a], [, b]) => b - a);
      return most === undefined ? [] : [[holder, most[0]] as const];
    }),
  );
};
