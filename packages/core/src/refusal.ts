/** Why a clone is not made or changed although a rule asks for it, or why rules are not read. The same words in log, metric label, Event, condition and page. */
export const REFUSAL_REASONS = [
  'NameTaken',
  'SourceIsClone',
  'SourceIsOperator',
  'ContainerNotFound',
  'ImageDenied',
  'ReplicasAboveMaximum',
  'TooManyClones',
  'HpaCountsClone',
  'MassDeletionHeld',
  'CrossNamespaceDenied',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** @param reason of a decision, a report or an unread rules text */
export function isRefusalReason(reason: string): reason is RefusalReason {
  return REFUSAL_REASONS.some((refusal) => refusal === reason);
}

/** A refusal is a value with a reason, never an exception. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** One sentence: what was found, and what to do. */
  readonly message: string;
}
