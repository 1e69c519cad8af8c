import type { Decision, Verdict } from '../decide/decision.ts';
import { describeMassDeletion, massDeletionIn } from '../decide/guardrails/mass-deletion.ts';
import type { FailureCode } from '../events.ts';
import { type Key, splitKey } from '../kube/keys.ts';
import type { Deployment } from '../objects/deployment.ts';
import { isRefusalReason } from '../refusal.ts';
import { describeErrors } from '../rules/describe-problem.ts';
import { describeMemoryFailure } from '../rules/memory.ts';
import { isSameReading } from '../rules/rule-book.ts';
import { failureOfMemory, knownSourceOf, type State } from '../state.ts';
import { describeKept } from './binding-status.ts';

/** Something that people are told by a Kubernetes Event on the object that it is about. */
export interface Announcement {
  readonly regarding: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
  };
  readonly type: 'Normal' | 'Warning';
  /** A stable word, as in logs, metrics and conditions. */
  readonly reason: string;
  /** What the operator did, or would not do. */
  readonly action: string;
  /** One sentence. Never quotes a value of a variable. */
  readonly note: string;
}

/**
 * What a decision has to tell that the former one of its key had not.
 *
 * | news | about | type |
 * | --- | --- | --- |
 * | refused, for another reason or in other words | the source; the binding where there is none | Warning |
 * | it is `Unclaimed` | the Deployment | Warning |
 * | a hazard | the source | Warning |
 */
export function announcementsOf(state: State, former: Decision | undefined, decision: Decision): readonly Announcement[] {
  const { key, reason, message } = decision;
  const source = sourceOf(state, key);
  const announcements: Announcement[] = [];
  const isNews = former?.reason !== reason || former.message !== message;
  if (isNews && isRefusalReason(reason)) {
    // What is held is about all clones together.
    const mass = reason === 'MassDeletionHeld' ? massDeletionIn(state) : undefined;
    const note = mass === undefined ? `${key}: ${message}` : describeMassDeletion(mass, state.location);
    const regarding = mass === undefined ? (referenceTo(source) ?? bindingOf(state)) : bindingOf(state);
    if (regarding !== undefined) announcements.push({ regarding, type: 'Warning', reason, action: 'Refuse', note });
  }
  const left = state.unclaimed.get(key);
  if (isNews && reason === 'Unclaimed' && left !== undefined) {
    const regarding = { apiVersion: 'apps/v1', kind: 'Deployment', ...splitKey(key), uid: left.uid };
    announcements.push({ regarding, type: 'Warning', reason, action: 'Leave', note: `${key}: ${message}` });
  }
  const regarding = referenceTo(source);
  for (const { kind, message: what } of decision.hazards ?? []) {
    if (regarding === undefined || former?.hazards?.some((hazard) => hazard.kind === kind) === true) continue;
    announcements.push({ regarding, type: 'Warning', reason: kind, action: 'Clone', note: `${key}: ${what}` });
  }
  return announcements;
}

const DONE = {
  create: { reason: 'CloneCreated', action: 'Create' },
  adopt: { reason: 'CloneAdopted', action: 'Adopt' },
  replace: { reason: 'CloneReplaced', action: 'Replace' },
  scaleToZero: { reason: 'CloneScaledToZero', action: 'Scale' },
  delete: { reason: 'CloneDeleted', action: 'Delete' },
} as const;

/**
 * What a write that was carried out has to tell: a clone that comes, goes, or is taken over; not that it followed its source.
 * @param state with the write in it
 */
export function announcementOfWrite(state: State, { key, verdict, reason, message }: Decision): Announcement | undefined {
  if (!isTold(verdict)) return undefined;
  const regarding = referenceTo(state.deployments.get(key)) ?? referenceTo(sourceOf(state, key)) ?? bindingOf(state);
  if (regarding === undefined) return undefined;
  const { action } = DONE[verdict];
  return {
    regarding,
    type: 'Normal',
    reason: reason === 'Adopted' ? 'CloneAdopted' : DONE[verdict].reason,
    action,
    note: `${key}: ${message}`,
  };
}

/** What a change of the rules has to tell: that they cannot be read, or that some are wrong. */
export function announcementOfRules(before: State, after: State): Announcement | undefined {
  const regarding = bindingOf(after);
  const { unread, problems } = after.book;
  if (regarding === undefined || isSameReading(before.book, after.book)) return undefined;
  const base = { regarding, type: 'Warning', action: 'ReadRules' } as const;
  const errors = describeErrors(problems);
  if (unread !== undefined) {
    if (unread.reason === 'NotReadYet' || unread.message === before.book.unread?.message) return undefined;
    return { ...base, reason: unread.reason, note: [unread.message, errors].filter((part) => part !== undefined).join('; ') };
  }
  if (errors === undefined) return undefined;
  const kept = describeKept(after.book.rules.size - after.book.stated.size);
  return { ...base, reason: 'RulesInvalid', note: [errors, kept].filter(Boolean).join('; ') };
}

/** What only a person can mend. All else is over soon, or is told by more than this. */
const LASTING: ReadonlySet<FailureCode> = new Set<FailureCode>(['Unauthorized', 'Forbidden', 'Invalid']);

/** What a failed call about the memory has to tell, where the one before did not. */
export function announcementOfMemory(before: State, after: State): Announcement | undefined {
  const regarding = bindingOf(after);
  const failure = failureOfMemory(after);
  if (regarding === undefined || failure === undefined || !LASTING.has(failure.code)) return undefined;
  if (failure.code === failureOfMemory(before)?.code) return undefined;
  const note = describeMemoryFailure(after.scope.binding, failure.code);
  return { regarding, type: 'Warning', reason: 'MemoryFailed', action: 'Remember', note };
}

function isTold(verdict: Verdict): verdict is keyof typeof DONE {
  return verdict in DONE;
}

function sourceOf(state: State, key: Key): Deployment | undefined {
  return state.deployments.get(knownSourceOf(state, key) ?? key);
}

function referenceTo(deployment: Deployment | undefined): Announcement['regarding'] | undefined {
  if (deployment === undefined) return undefined;
  const { key, uid } = deployment;
  return { apiVersion: 'apps/v1', kind: 'Deployment', ...splitKey(key), uid };
}

function bindingOf({ binding, scope }: State): Announcement['regarding'] | undefined {
  if (binding === undefined) return undefined;
  const { namespace, name } = scope.binding;
  return { apiVersion: 'crds.grove/v1', kind: 'DDProfCrd', namespace, name, uid: binding.uid };
}
