import type { Deployment } from '../deployment.ts';
import type { Key } from '../keys.ts';
import { recallRemoval, recallRule, rememberRule } from '../rules/remembered.ts';
import type { Policy, Rule } from '../rules/rule.ts';
import { cloneKeyOf, RULE_ANNOTATION, rememberedSource, sourceKeyOf } from './mark.ts';

/** What a clone of ours remembers, for when no rule tells. */
export interface Memory {
  /** The annotation that the rest is read from. */
  readonly text: string | undefined;
  /** As the rule says; where that cannot be read, as the annotation of its own does. */
  readonly source: Key | undefined;
  /** The rule that it was made from; `undefined` where the annotation is absent or not ours to read. */
  readonly rule: Rule | undefined;
  /** `keep` where the rule is that of another clone: of a manifest that somebody copied to another namespace, and made their own. */
  readonly onRuleRemoved: Policy;
}

/**
 * @param former what it remembered before: the same, where nothing of it changed
 * @param present the rule of this clone that is in force: it need not be read anew where it is what the clone remembers
 */
export function memoryOf(clone: Deployment, former?: Memory, present?: Rule): Memory {
  const text = clone.annotations[RULE_ANNOTATION];
  const named = rememberedSource(clone);
  if (former !== undefined && former.text === text && (former.rule !== undefined || former.source === named)) return former;
  const isPresent = present !== undefined && text === rememberRule(present);
  const recalled = isPresent ? present : text === undefined ? undefined : recallRule(text);
  const rule = recalled !== undefined && cloneKeyOf(recalled) === clone.key ? recalled : undefined;
  const source = rule === undefined ? named : sourceKeyOf(rule);
  const onRuleRemoved = recalled === rule ? (rule?.onRuleRemoved ?? removalOf(text)) : 'keep';
  return { text, source, rule, onRuleRemoved };
}

/** A policy that this version does not know is no reason to delete. */
function removalOf(text: string | undefined): Policy {
  return text === undefined ? 'delete' : (recallRemoval(text) ?? 'keep');
}
