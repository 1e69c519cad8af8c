import { sourceKeyOf } from './clone/mark.ts';
import type { Memory } from './clone/memory.ts';
import type { Decision } from './decision.ts';
import type { Deployment } from './deployment.ts';
import { follow, look } from './follow.ts';
import { CONFIRM_ANNOTATION, type MassDeletion, massDeletionIn } from './guardrails/mass-deletion.ts';
import type { Key } from './keys.ts';
import { isUnknown, wasHeard } from './rule-book.ts';
import type { Moment, Rule } from './rules/rule.ts';
import { settle } from './settle.ts';
import { isSynced, type State } from './state.ts';

/**
 * Decides for one key, from the present state and the time alone. The first row that fits wins.
 *
 * | rule | source | clone | decision |
 * | --- | --- | --- | --- |
 * | any | any | any, before the first complete sync | waiting `NotSynced` |
 * | any | any | not seen yet, though it matters | waiting `NotSeen`, and it is looked for |
 * | any | any | terminating | waiting `CloneTerminating` |
 * | none, expired, unknown | any | none, or not ours | nothing |
 * | unknown, and the last ones that were read had none | any | ours | kept, as they left it |
 * | unknown, and none were ever read | any | ours | as the rule remembered on the clone says; without one: kept |
 * | none | any | ours, and too many others go at once | held `MassDeletionHeld` |
 * | none, expired | any | ours | its remembered `on_rule_removed` |
 * | suspended | any | any | held `Suspended` |
 * | refused by a guardrail | any | any | blocked, with the guardrail's name |
 * | yes | not seen yet | any | waiting `NotSeen`, and it is looked for |
 * | yes | none or terminating | ours | `on_source_deleted` |
 * | yes | none or terminating | not ours, without `adopt` | blocked `NameTaken` |
 * | yes | none or terminating | none, or to be adopted | waiting `SourceMissing` |
 * | yes | without the container that the rule names | any | blocked `ContainerNotFound` |
 * | yes | yes | not ours, without `adopt` | blocked `NameTaken` |
 * | yes | yes | not ours, with `adopt` | adopt, or replace where the selector differs |
 * | yes | yes | none | create |
 * | yes | yes | ours, selector differs | replace (delete; the next decision creates) |
 * | yes | yes | ours, and an autoscaler takes its replicas over | hand over |
 * | yes | yes | ours, equal | in sync |
 * | yes | yes | ours, differs | apply |
 *
 * *none*: a rule set was read, and it has no rule for this clone. *unknown*: none could be read, or the rule of this source is
 * invalid, and no last good rule is in force (rule-book.ts). *expired*: it has an `active_until`, and that time has come.
 *
 * Law: deciding again after the effect was carried out gives no effect, but for the next step of a replacement or a hand-over.
 * @param now milliseconds since 1970
 */
export function decide(state: State, key: Key, now: number): Decision {
  const clone = state.deployments.get(key);
  if (!isSynced(state)) return { key, verdict: 'waiting', reason: 'NotSynced', message: 'the first complete list is not in yet' };
  const question = state.unseen.get(key);
  if (question !== undefined) return look(key, key, question);
  if (clone !== undefined && (clone.terminating || state.deleting.get(key) === clone.uid)) {
    return { key, verdict: 'waiting', reason: 'CloneTerminating', message: 'the clone is being deleted' };
  }
  const memory = state.ours.get(key);
  const ours = clone !== undefined && memory !== undefined ? { clone, memory } : undefined;
  const rule = state.book.rules.get(key);
  if (rule !== undefined) return byRule(state, key, rule, clone, now);
  return ours === undefined ? notOurs(key) : withoutRule(state, ours.clone, ours.memory, now);
}

function byRule(state: State, key: Key, rule: Rule, clone: Deployment | undefined, now: number): Decision {
  const { activeUntil } = rule;
  if (activeUntil === undefined) return follow(state, key, rule, clone, now);
  if (activeUntil.at > now) {
    const decision = follow(state, key, rule, clone, now);
    return { ...decision, again: Math.min(activeUntil.at, decision.again ?? activeUntil.at) };
  }
  return { ...expired(state.ours.get(key), key, clone, activeUntil), again: activeUntil.at };
}

function expired(memory: Memory | undefined, key: Key, clone: Deployment | undefined, { text }: Moment): Decision {
  if (clone === undefined || memory === undefined) return notOurs(key);
  return settle(clone, memory.onRuleRemoved, 'RuleExpired', `its rule ended at ${text}`);
}

function withoutRule(state: State, clone: Deployment, memory: Memory, now: number): Decision {
  const { key } = clone;
  const { rule, onRuleRemoved } = memory;
  const source = rule === undefined ? memory.source : sourceKeyOf(rule);
  if (!isUnknown(state.book, source)) {
    const mass = onRuleRemoved === 'delete' ? massDeletionIn(state, now) : undefined;
    if (mass?.doomed.has(key) === true) return held(state, key, mass);
    return settle(clone, onRuleRemoved, 'RuleRemoved', 'no rule makes this clone any more');
  }
  if (wasHeard(state.book, source)) {
    const message = 'the last rules that could be read have none for this clone, and the present ones cannot be read';
    return { key, verdict: 'kept', reason: 'RuleUnknown', message };
  }
  if (rule !== undefined) return byRule(state, key, rule, clone, now);
  const message = 'the rules are unknown, and the clone remembers none that can be read';
  return { key, verdict: 'kept', reason: 'RuleUnknown', message };
}

function held({ location }: State, key: Key, { doomed, clones, hash, again }: MassDeletion): Decision {
  const configMap = `-n ${location?.namespace ?? ''} configmap ${location?.name ?? ''}`;
  const message = `${doomed.size} of ${clones} clones have lost their rules at once, and are left as they are; put the rules right, or confirm: kubectl annotate --overwrite ${configMap} ${CONFIRM_ANNOTATION}=${hash}`;
  const decision = { key, verdict: 'held', reason: 'MassDeletionHeld', message } as const;
  return again === undefined ? decision : { ...decision, again };
}

function notOurs(key: Key): Decision {
  const message = 'no rule makes this clone, and no Deployment of ours has its name';
  return { key, verdict: 'nothing', reason: 'NotOurs', message };
}
