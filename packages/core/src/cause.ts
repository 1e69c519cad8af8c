import type { Key } from './keys.ts';
import type { Rule } from './rules/rule.ts';
import { knownSourceOf, type State } from './state.ts';

/**
 * What makes a write of a key a new one: its rule, and its source as it is. A write for the same cause as the one before it means that somebody
 * undid that one, or that it did not come to what it asked for.
 */
export interface Cause {
  readonly rule: Rule | undefined;
  readonly source: string;
  readonly labels: unknown;
  readonly annotations: unknown;
}

export function causeOf(state: State, key: Key): Cause {
  const sourceKey = knownSourceOf(state, key);
  const source = sourceKey === undefined ? undefined : state.deployments.get(sourceKey);
  return {
    rule: state.book.rules.get(key),
    source: source === undefined ? '' : `${source.uid}/${source.generation}/${source.terminating}`,
    labels: source?.labels,
    annotations: source?.annotations,
  };
}

/** Versions of a Deployment share what is equal in them (deployment.ts), and so do readings of a rule. */
export function isSameCause(one: Cause, other: Cause): boolean {
  return (
    one.rule === other.rule && one.source === other.source && one.labels === other.labels && one.annotations === other.annotations
  );
}
