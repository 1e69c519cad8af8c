import { copiedAnnotations, copiedLabels } from '../clone/metadata.ts';
import { canonicalJson } from '../kube/json.ts';
import type { Key } from '../kube/keys.ts';
import { rememberRule } from '../rules/remembered.ts';
import { knownSourceOf, type State } from '../state.ts';

/**
 * What makes a write of a key a new one, as text: its rule, and its source as far as clones follow it. A write for the same cause as the one before
 * it means that somebody undid that one, or that it did not come to what it asked for.
 */
export function causeOf(state: State, key: Key): string {
  const rule = state.book.rules.get(key);
  const sourceKey = knownSourceOf(state, key);
  const source = sourceKey === undefined ? undefined : state.deployments.get(sourceKey);
  const followed =
    source === undefined
      ? []
      : [source.uid, source.generation, source.terminating, copiedLabels(source.labels), copiedAnnotations(source.annotations)];
  return canonicalJson([rule === undefined ? '' : rememberRule(rule), followed]);
}
