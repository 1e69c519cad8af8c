/**
 * Why a clone is not made or changed although a rule asks for it, or why rules are not read. The same words in log, metric label, Event, condition and
 * page. `meaning` is what docs/guardrails.md says that was refused.
 */
export const REFUSALS = [
  { reason: 'NameTaken', meaning: "a Deployment of the clone's name that is not ours; `adopt: true` takes it over" },
  { reason: 'SourceIsClone', meaning: 'a clone of any binding as a source' },
  { reason: 'SourceIsOperator', meaning: 'the operator itself as a source' },
  { reason: 'ContainerNotFound', meaning: 'a rule that names a container which the source does not have' },
  { reason: 'ImageDenied', meaning: 'an image that matches no entry of the list, or lacks its tag or digest' },
  { reason: 'ReplicasAboveMaximum', meaning: 'more replicas than allowed; an existing clone stays' },
  {
    reason: 'TooManyClones',
    meaning: 'more clones than allowed; existing clones stay ([who gets a place](#4-the-number-of-clones))',
  },
  { reason: 'HpaCountsClone', meaning: 'with `REFUSE_HPA_COUNT` only; otherwise it is a hazard' },
  { reason: 'MassDeletionHeld', meaning: 'too many deletions at once ([more](#5-mass-deletion))' },
  {
    reason: 'CrossNamespaceDenied',
    meaning:
      "rules in a namespace that is not the binding's own, and not listed: they are not even read, as the condition `RulesValid` says",
  },
] as const;

export type RefusalReason = (typeof REFUSALS)[number]['reason'];
export const REFUSAL_REASONS: readonly RefusalReason[] = REFUSALS.map(({ reason }) => reason);

export function isRefusalReason(word: string | undefined): word is RefusalReason {
  return REFUSAL_REASONS.some((reason) => reason === word);
}

/** A refusal is a value with a reason, never an exception. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** One sentence: what was found, and what to do. */
  readonly message: string;
}
