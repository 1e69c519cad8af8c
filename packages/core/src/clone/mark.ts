import { digest } from '../kube/digest.ts';
import { canonicalJson } from '../kube/json.ts';
import { type BindingName, bindingHash } from '../objects/binding.ts';
import type { Deployment } from '../objects/deployment.ts';
import type { Rule } from '../rules/rule.ts';
import { POLICIES, type Policy } from '../rules/rule-fields.ts';

/**
 * The mark: how a clone is known as ours.
 *
 * | where | name | value |
 * | --- | --- | --- |
 * | label | `app.kubernetes.io/managed-by` | `ddprofiler-rc` |
 * | label | `ddprofiler-rc.grove/binding` | hash of the binding's namespace and name |
 * | label | `ddprofiler-rc.grove/clone` | the clone's own name, shortened where it is no label value |
 * | annotation | `ddprofiler-rc.grove/source`, `…/source-uid` | the source's name and UID |
 * | annotation | `ddprofiler-rc.grove/on-rule-removed` | what becomes of the clone when its rule is gone |
 * | annotation | `ddprofiler-rc.grove/rule` | the same, as version 0.1.0 reads it; absent where the clone is deleted then |
 *
 * Ours means that all three labels fit this binding and this object. A manifest copied under another name is not ours.
 *
 * Marks limit, rules empower: whoever may write Deployments can forge all of it. Without the mark nothing is written or deleted, but the mark
 * alone is never a reason to, and annotations are for people: none is ever obeyed.
 */
export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';
export const BINDING_LABEL = 'ddprofiler-rc.grove/binding';
export const CLONE_LABEL = 'ddprofiler-rc.grove/clone';
const SOURCE_ANNOTATION = 'ddprofiler-rc.grove/source';
const SOURCE_UID_ANNOTATION = 'ddprofiler-rc.grove/source-uid';
const ON_RULE_REMOVED_ANNOTATION = 'ddprofiler-rc.grove/on-rule-removed';
const RULE_ANNOTATION = 'ddprofiler-rc.grove/rule';

const MANAGER = 'ddprofiler-rc';

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const MAX_LABEL_VALUE = 63;
const NAME_HASH_DIGITS = 10;

export function markLabels(binding: BindingName, cloneName: string): Readonly<Record<string, string>> {
  return {
    [MANAGED_BY_LABEL]: MANAGER,
    [BINDING_LABEL]: bindingHash(binding),
    [CLONE_LABEL]: cloneLabelValue(cloneName),
  };
}

export function markAnnotations(rule: Rule, sourceUid: string): Readonly<Record<string, string>> {
  return {
    [SOURCE_ANNOTATION]: rule.source,
    [SOURCE_UID_ANNOTATION]: sourceUid,
    [ON_RULE_REMOVED_ANNOTATION]: rule.onRuleRemoved,
    ...forFormerVersion(rule),
  };
}

/**
 * Version 0.1.0 deletes a clone without a rule, unless this annotation says otherwise: somebody may go back to it. There it is the rule itself,
 * of which it needs no more than this.
 */
function forFormerVersion({ namespace, source, onRuleRemoved }: Rule): Readonly<Record<string, string>> {
  return onRuleRemoved === 'delete' ? {} : { [RULE_ANNOTATION]: policyAlone(namespace, source, onRuleRemoved) };
}

function policyAlone(namespace: string, source: string, policy: Policy): string {
  return canonicalJson({ [namespace]: { deployments: { [source]: { on_rule_removed: policy } } } });
}

/** True for an annotation whose value this version writes on a clone: it is made of names alone, and may be shown. */
export function isOwnAnnotation(name: string, value: string): boolean {
  if (name === SOURCE_ANNOTATION || name === SOURCE_UID_ANNOTATION) return true;
  if (name === ON_RULE_REMOVED_ANNOTATION) return POLICIES.some((policy) => policy === value);
  return name === RULE_ANNOTATION && POLICY_ALONE.test(value);
}

const POLICY_ALONE = new RegExp(
  `^\\{"[-a-z0-9]+":\\{"deployments":\\{"[-.a-z0-9]+":\\{"on_rule_removed":"(?:${POLICIES.join('|')})"\\}{4}$`,
);

export function isOurs({ name, labels }: Deployment, binding: BindingName): boolean {
  return isMarked(name, labels, binding);
}

/** True where a Deployment of this name with these labels is a clone of this binding. */
export function isMarked(name: string, labels: Readonly<Record<string, string>>, binding: BindingName): boolean {
  return (
    labels[MANAGED_BY_LABEL] === MANAGER &&
    labels[CLONE_LABEL] === cloneLabelValue(name) &&
    labels[BINDING_LABEL] === bindingHash(binding)
  );
}

/** True for a clone of this or any other binding: such a Deployment is never a source. */
export function isAnyonesClone(deployment: Deployment): boolean {
  return deployment.labels[MANAGED_BY_LABEL] === MANAGER && deployment.labels[CLONE_LABEL] === cloneLabelValue(deployment.name);
}

/** A clone's name as a label value: itself up to 63 characters, else its beginning and a hash of the whole. */
export function cloneLabelValue(cloneName: string): string {
  if (cloneName.length <= MAX_LABEL_VALUE) return cloneName;
  // A label value must end in a letter or digit; the hash does.
  return `${cloneName.slice(0, MAX_LABEL_VALUE - NAME_HASH_DIGITS - 1)}-${digest(cloneName, NAME_HASH_DIGITS)}`;
}
