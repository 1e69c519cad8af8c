import { digest } from './kube/digest.ts';
import type { BindingName } from './objects/binding.ts';

/**
 * Who of several operators with one binding may write: a pure machine for one candidate. It is told what happens, and says what to do.
 *
 * The holder of a Lease leads. It renews it every 2 s; whoever sees it unchanged for 15 s, by its own clock, may take it. Times that stand in
 * the Lease are for people: no clock is compared with another's.
 *
 * What keeps two from writing at one time:
 * 1. Lead counts from the *start* of the last renewal that was answered. The API server carried it out later than that, and others saw it
 *    later still, so that none of them takes over within 15 s of it.
 * 2. A write begins only within 10 s of that start, and its whole time-out ends within 14 s of it ({@link writeTimeMs}). The last second is
 *    for clocks that do not run at one rate.
 * 3. Who takes over writes with the resourceVersion of the Lease that it judged: of two, or of one that comes late, the API server refuses one.
 *
 * Not guaranteed: anything, where people edit the holder; or where they delete the Lease, and an operator starts within 15 s of that.
 *
 * Source of the numbers: https://pkg.go.dev/k8s.io/client-go/tools/leaderelection (LeaseDuration, RenewDeadline, RetryPeriod, JitterFactor)
 */
export const LEASE_MS = 15_000;
const RENEW_DEADLINE_MS = 10_000;
const RETRY_MS = 2_000;
/** Who waits before trying again waits for up to so much longer, times that wait: candidates must not come all at once. */
const JITTER = 1.2;
const CLOCK_MARGIN_MS = 1_000;
/** Who was too late reads what is there now, and soon: but an API server that refuses everything is not asked in a tight loop. */
const OUTDATED_RETRY_MS = 200;

/** What a Lease says. */
export interface LeaseRecord {
  /** Empty where it was released. */
  readonly holder: string;
  /** How long it is to be left alone after it was last seen to change. */
  readonly durationMs: number;
  /** How often it passed from one holder to another. */
  readonly transitions: number;
  readonly resourceVersion: string;
}

/** The Lease as it was last seen; `undefined` stands for none. `since`: when it was first seen so. */
interface Sighting {
  readonly record: LeaseRecord | undefined;
  readonly since: number;
}

export interface Candidate {
  /** Of this one life of an operator: nobody else has it, before or after. */
  readonly identity: string;
  /** `undefined` where it must be read: at first, and after another was faster. */
  readonly seen: Sighting | undefined;
  /** It was there before, so that somebody may still count on it where it is gone. */
  readonly wasThere: boolean;
  /** The start of the last own renewal that was answered; `undefined` where another holds the Lease since, or nobody. */
  readonly renewedAt: number | undefined;
  /** No call before then. */
  readonly notBefore: number;
  readonly stops: boolean;
  /** Nothing is left to do: it was released, or cannot be. */
  readonly isOver: boolean;
}

/**
 * What happens to a candidate.
 *
 * | event | says |
 * | --- | --- |
 * | told | the watch told of the Lease, or that it is gone |
 * | read | the API server was asked for the Lease, and answered |
 * | written | it carried out an own write that began at `startedAt` |
 * | outdated | it refused an own write: the Lease is another by now, or gone |
 * | failed | it gave no answer, or refused for another reason; `call` is what was asked |
 * | stop | the operator ends, and begins no more writes |
 *
 * `jitter` is uniform in [0, 1).
 */
export type LeaseEvent =
  | { readonly type: 'told'; readonly record: LeaseRecord | undefined }
  | { readonly type: 'read'; readonly record: LeaseRecord | undefined }
  | { readonly type: 'written'; readonly startedAt: number; readonly record: LeaseRecord }
  | { readonly type: 'outdated'; readonly startedAt: number; readonly jitter: number }
  | { readonly type: 'failed'; readonly call: LeaseCall['do']; readonly startedAt: number; readonly jitter: number }
  | { readonly type: 'stop' };

/** What a candidate is to do next; one call at a time. `hold` and `release` write with the resourceVersion of `record` as their condition. */
export type LeaseAction =
  | { readonly do: 'read' }
  | { readonly do: 'create' }
  | { readonly do: 'hold'; readonly record: LeaseRecord }
  | { readonly do: 'release'; readonly record: LeaseRecord }
  | { readonly do: 'wait'; readonly until: number }
  | { readonly do: 'end' };

/** An action that asks the API server. */
export type LeaseCall = Exclude<LeaseAction, { do: 'wait' | 'end' }>;

export function newCandidate(identity: string): Candidate {
  return { identity, seen: undefined, wasThere: false, renewedAt: undefined, notBefore: 0, stops: false, isOver: false };
}

/** Whether it leads: a write may begin. */
export function leads({ renewedAt, stops }: Candidate, now: number): boolean {
  return !stops && renewedAt !== undefined && now < renewedAt + RENEW_DEADLINE_MS;
}

/** How long a write that begins now may take, until nothing more is heard of it; 0 where none may begin. */
export function writeTimeMs(candidate: Candidate, now: number): number {
  const { renewedAt } = candidate;
  return renewedAt === undefined || !leads(candidate, now) ? 0 : renewedAt + LEASE_MS - CLOCK_MARGIN_MS - now;
}

/** The candidate after an event. */
export function afterLeaseEvent(candidate: Candidate, event: LeaseEvent, now: number): Candidate {
  switch (event.type) {
    case 'told':
      // Of a leader's own renewals the watch tells late: the answers to them say more.
      return leads(candidate, now) ? candidate : saw(candidate, event.record, now);
    case 'read':
      // Asked when nothing was known: what the watch told meanwhile may be newer, and is not taken back.
      return candidate.seen === undefined ? saw(candidate, event.record, now) : candidate;
    case 'written': {
      const { startedAt, record } = event;
      const isHeld = record.holder === candidate.identity;
      return {
        ...candidate,
        seen: { record, since: now },
        wasThere: true,
        renewedAt: isHeld ? startedAt : undefined,
        notBefore: startedAt + RETRY_MS,
        isOver: candidate.stops && !isHeld,
      };
    }
    case 'outdated': {
      const notBefore = event.startedAt + OUTDATED_RETRY_MS * (1 + event.jitter * JITTER);
      return { ...candidate, seen: undefined, wasThere: true, notBefore };
    }
    case 'failed': {
      // A leader has no time to lose.
      const notBefore = event.startedAt + RETRY_MS * (leads(candidate, now) ? 1 : 1 + event.jitter * JITTER);
      // A renewal may have been under way when it began to stop: it is yet to try to release.
      const isLast = event.call === 'release' || event.call === 'read';
      return { ...candidate, notBefore, isOver: candidate.stops && isLast };
    }
    case 'stop':
      return { ...candidate, stops: true };
  }
}

function saw(candidate: Candidate, record: LeaseRecord | undefined, now: number): Candidate {
  const { seen, identity, renewedAt, wasThere } = candidate;
  const isSame = seen !== undefined && seen.record?.resourceVersion === record?.resourceVersion;
  const isOthers = record !== undefined && record.holder !== identity;
  return {
    ...candidate,
    seen: isSame ? seen : { record, since: now },
    wasThere: wasThere || record !== undefined,
    renewedAt: isOthers ? undefined : renewedAt,
  };
}

/**
 * What to do next; the first row that fits wins.
 *
 * | Lease | | then |
 * | --- | --- | --- |
 * | any | it stops, and tried to release | end |
 * | own | it stops | release |
 * | unknown | it stops, and may hold it | read |
 * | else | it stops | end |
 * | any | its last call was not long ago (2 s, with jitter where it failed) | wait |
 * | unknown | | read |
 * | none | it leads, or there never was one | create |
 * | none | it was there until 15 s ago | wait: its holder may not know yet |
 * | released, or own | | hold |
 * | another's | unchanged for as long as it says, and for 15 s | hold |
 * | another's | else | wait |
 */
export function nextLeaseAction(candidate: Candidate, now: number): LeaseAction {
  const { seen, stops, isOver, notBefore, identity } = candidate;
  if (stops) {
    if (isOver) return { do: 'end' };
    if (seen?.record?.holder === identity) return { do: 'release', record: seen.record };
    return seen === undefined && candidate.renewedAt !== undefined ? { do: 'read' } : { do: 'end' };
  }
  if (now < notBefore) return { do: 'wait', until: notBefore };
  if (seen === undefined) return { do: 'read' };
  const until = freeAt(candidate, seen, now);
  if (now < until) return { do: 'wait', until };
  return seen.record === undefined ? { do: 'create' } : { do: 'hold', record: seen.record };
}

function freeAt(candidate: Candidate, { record, since }: Sighting, now: number): number {
  if (record === undefined) return leads(candidate, now) || !candidate.wasThere ? now : since + LEASE_MS;
  const isFree = record.holder === '' || record.holder === candidate.identity;
  return isFree ? now : since + Math.max(LEASE_MS, record.durationMs);
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
const MAX_NAME = 253;
const NAME_HASH_DIGITS = 10;

/** The Lease of a binding, which lies beside it: operators with the same binding have the same one, whatever else they are told. */
export function leaseOf({ namespace, name }: BindingName): { readonly namespace: string; readonly name: string } {
  const whole = `ddprofiler-rc-${name}`;
  if (whole.length <= MAX_NAME) return { namespace, name: whole };
  return { namespace, name: `${whole.slice(0, MAX_NAME - NAME_HASH_DIGITS - 1)}-${digest(name, NAME_HASH_DIGITS)}` };
}
