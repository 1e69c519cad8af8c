import { type Drift, driftOf, driftSignature } from './clone/drift.ts';
import { intentOf } from './clone/intent.ts';
import { isAnyonesClone, isOurs, rememberedRule, rememberedSource, sourceKeyOf } from './clone/mark.ts';
import type { Decision, Reason } from './decision.ts';
import { type Deployment, replicasOf } from './deployment.ts';
import { canonicalJson, type Json } from './json.ts';
import type { Key } from './keys.ts';
import { isUnknown, wasHeard } from './rule-book.ts';
import type { Policy, Rule } from './rules/rule.ts';
import { isSynced, type State } from './state.ts';

/**
 * Decides for one key, from the present state alone. The first row that fits wins.
 *
 * | rule | source | clone | decision |
 * | --- | --- | --- | --- |
 * | any | any | any, before the first complete sync | waiting `NotSynced` |
 * | any | any | terminating | waiting `CloneTerminating` |
 * | none, unknown | any | none, or not ours | nothing |
 * | unknown, and the last ones that were read had none | any | ours | kept, as they left it |
 * | unknown, and none were ever read | any | ours | as the rule remembered on the clone says; without one: kept |
 * | none | any | ours | its remembered `on_rule_removed` |
 * | yes | any | not ours | blocked `NameTaken` |
 * | yes | none or terminating | none | waiting `SourceMissing` |
 * | yes | none or terminating | ours | `on_source_deleted` |
 * | yes | a clone itself | any | blocked `SourceIsClone` |
 * | yes | without the container that the rule names | any | blocked `ContainerNotFound` |
 * | yes | yes | none | create |
 * | yes | yes | ours, equal | in sync |
 * | yes | yes | ours, selector differs | replace (delete; the next decision creates) |
 * | yes | yes | ours, differs | apply |
 *
 * *none*: a rule set was read, and it has no rule for this clone. *unknown*: none could be read, or the rule of this source is
 * invalid, and no last good rule is in force (rule-book.ts).
 *
 * Law: deciding again after the effect was carried out gives no effect.
 */
export function decide(state: State, key: Key): Decision {
  const clone = state.deployments.get(key);
  if (!isSynced(state)) return { key, verdict: 'waiting', reason: 'NotSynced', message: 'the first complete list is not in yet' };
  if (clone !== undefined && (clone.terminating || state.deleting.get(key) === clone.uid)) {
    return { key, verdict: 'waiting', reason: 'CloneTerminating', message: 'the clone is being deleted' };
  }
  const rule = state.book.rules.get(key);
  if (rule !== undefined) return follow(state, key, rule, clone);
  if (clone === undefined || !isOurs(clone, state.scope.binding)) {
    return {
      key,
      verdict: 'nothing',
      reason: 'NotOurs',
      message: 'no rule makes this clone, and no Deployment of ours has its name',
    };
  }
  const remembered = rememberedRule(clone);
  const source = remembered === undefined ? rememberedSource(clone) : sourceKeyOf(remembered);
  if (!isUnknown(state.book, source)) {
    return settle(clone, remembered?.onRuleRemoved ?? 'delete', 'RuleRemoved', 'no rule makes this clone any more');
  }
  if (wasHeard(state.book, source)) {
    const message = 'the last rules that could be read have none for this clone, and the present ones cannot be read';
    return { key, verdict: 'kept', reason: 'RuleUnknown', message };
  }
  if (remembered !== undefined) return follow(state, key, remembered, clone);
  return {
    key,
    verdict: 'kept',
    reason: 'RuleUnknown',
    message: 'the rules are unknown, and the clone remembers none that can be read',
  };
}

function follow(state: State, key: Key, rule: Rule, clone: Deployment | undefined): Decision {
  if (clone !== undefined && !isOurs(clone, state.scope.binding)) {
    return blocked(key, 'NameTaken', `${key} exists and is not a clone of this binding; rename it, or set another name_suffix`);
  }
  const source = state.deployments.get(sourceKeyOf(rule));
  if (source === undefined || source.terminating) {
    if (clone !== undefined)
      return settle(clone, rule.onSourceDeleted, 'SourceDeleted', `the source ${sourceKeyOf(rule)} is gone`);
    return { key, verdict: 'waiting', reason: 'SourceMissing', message: `the source ${sourceKeyOf(rule)} does not exist` };
  }
  if (isAnyonesClone(source)) {
    return blocked(key, 'SourceIsClone', `the source ${source.key} is itself a clone; name the Deployment that it was made from`);
  }
  const result = intentOf(source, rule, state.scope.binding);
  if (result.kind === 'refused') return blocked(key, result.refusal.reason, result.refusal.message);
  const { intent, replicas } = result;
  const from = `${source.key} at generation ${source.generation}`;
  if (clone === undefined) {
    const message = `there is no clone of ${from}`;
    return { key, verdict: 'create', reason: 'CloneMissing', message, replicas, effect: { kind: 'create', key, intent } };
  }
  const drifts = driftOf(intent, clone);
  if (drifts.length === 0 || isAccepted(drifts, clone)) {
    return { key, verdict: 'inSync', reason: 'InSync', message: `follows ${from}`, replicas };
  }
  const selector: Json = intent.spec.selector ?? null;
  if (canonicalJson(selector) !== canonicalJson(clone.spec.selector ?? null)) {
    const message = `the selector of ${from} differs, and selectors are immutable`;
    return {
      key,
      verdict: 'replace',
      reason: 'SelectorDiffers',
      message,
      replicas,
      effect: { kind: 'delete', key, uid: clone.uid },
    };
  }
  const message = `differs from ${from} in ${describePaths(drifts.map((drift) => drift.path))}`;
  return { key, verdict: 'apply', reason: 'Drift', message, replicas, effect: { kind: 'apply', key, uid: clone.uid, intent } };
}

/** True for the very drift that the answer to our last apply had. */
function isAccepted(drifts: readonly Drift[], { accepted }: Deployment): boolean {
  return accepted !== undefined && driftSignature(driftOf(accepted.intent, accepted.answer)) === driftSignature(drifts);
}

/** What becomes of a clone of ours that has nothing to follow. */
function settle(clone: Deployment, policy: Policy, reason: Reason, because: string): Decision {
  const { key, uid, resourceVersion } = clone;
  switch (policy) {
    case 'keep':
      return { key, verdict: 'kept', reason, message: `${because}; the clone is kept` };
    case 'delete':
      return { key, verdict: 'delete', reason, message: `${because}; the clone goes`, effect: { kind: 'delete', key, uid } };
    case 'scale_to_zero':
      if (replicasOf(clone) === 0)
        return { key, verdict: 'inSync', reason, message: `${because}; the clone is at 0 replicas`, replicas: 0 };
      return {
        key,
        verdict: 'scaleToZero',
        reason,
        message: `${because}; the clone goes to 0 replicas`,
        replicas: 0,
        effect: { kind: 'scaleToZero', key, uid, resourceVersion },
      };
  }
}

function blocked(key: Key, reason: Reason, message: string): Decision {
  return { key, verdict: 'blocked', reason, message };
}

const PATHS_SHOWN = 3;

function describePaths(paths: readonly string[]): string {
  const more = paths.length - PATHS_SHOWN;
  return paths.slice(0, PATHS_SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
