import type { Decision, Reason } from './decide/decision.ts';
import { follow, look } from './decide/follow.ts';
import { isDoomed, massDeletionIn } from './decide/guardrails/mass-deletion.ts';
import { remember } from './decide/memory-due.ts';
import { settle } from './decide/settle.ts';
import type { Key } from './kube/keys.ts';
import type { Deployment } from './objects/deployment.ts';
import { isSameRemoval, type Removal, removalIn, removalOf } from './rules/memory.ts';
import type { Moment } from './rules/moment.ts';
import type { Rule } from './rules/rule.ts';
import { isSynced, type State, streamState } from './state.ts';

/**
 * Decides for one key, from the present state and the time alone. The first row that fits wins.
 *
 * | rule | source | clone | decision |
 * | --- | --- | --- | --- |
 * | any | any | any, before the first complete sync | waiting `NotSynced` |
 * | any | any | not seen yet, though it matters | waiting `NotSeen`, and it is looked for |
 * | any | any | terminating | waiting `CloneTerminating` |
 * | none, ended, unknown | any | none, or not ours | nothing; the memory forgets one that is gone |
 * | unknown | any | ours | kept `RuleUnknown` |
 * | none, and the memory cannot be read | any | ours | kept `RuleUnknown` |
 * | none, and no rule that we know made it | any | ours | kept `Unclaimed` |
 * | none, ended | any | ours, and the memory does not know yet that it is to go | waiting `NotRemembered`, and it is remembered |
 * | none, ended | any | ours, and too many others go at once | held `MassDeletionHeld` |
 * | none, ended | any | ours | that rule's `on_rule_removed` |
 * | suspended | any | any | held `Suspended` |
 * | refused by a guardrail | any | any | blocked, with the guardrail's name |
 * | yes, and the memory does not have it yet | any | any | waiting `NotRemembered`, and it is remembered |
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
 * *yes*: it is stated by the rules text, or it is in the memory, and the text leaves it unknown. *none*: a text without an error does not state
 * it. *unknown*: no text could be read, or it has an error, and the memory has no rule. *ended*: its `active_until` has come, and the text states it;
 * where that is unknown, it does not end. *ours*: it bears our mark, and a rule that we know makes it, or made it; one that no rule we know made is
 * `Unclaimed` whatever it bears.
 *
 * Law: deciding again after the effect was carried out gives no effect, but for the next step of a replacement or a hand-over, and for what
 * comes after the memory was written.
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
  const rule = state.book.rules.get(key);
  if (rule !== undefined) return byRule(state, key, rule, clone, now);
  if (state.unclaimed.has(key)) return unclaimed(state, key);
  const removal = state.book.removals.get(key);
  if (removal === undefined) return notOurs(key);
  if (clone === undefined || !state.ours.has(key)) return withoutClone(state, key, clone);
  if (state.book.isOpen) return unknown(key);
  return withdraw(state, clone, removal, { reason: 'RuleRemoved', because: 'no rule makes this clone any more' });
}

function byRule(state: State, key: Key, rule: Rule, clone: Deployment | undefined, now: number): Decision {
  const { activeUntil } = rule;
  if (activeUntil === undefined) return follow(state, key, rule, clone);
  if (activeUntil.at > now) {
    const decision = follow(state, key, rule, clone);
    return { ...decision, again: Math.min(activeUntil.at, decision.again ?? activeUntil.at) };
  }
  return { ...ended(state, key, rule, clone, activeUntil), again: activeUntil.at };
}

function ended(state: State, key: Key, rule: Rule, clone: Deployment | undefined, { text }: Moment): Decision {
  const isOurs = clone !== undefined && state.ours.has(key);
  if (!state.book.stated.has(key)) return isOurs ? unknown(key) : notOurs(key);
  if (!isOurs) return withoutClone(state, key, clone);
  return withdraw(state, clone, removalOf(rule), { reason: 'RuleExpired', because: `its rule ended at ${text}` });
}

/** Without rule and without clone: the memory need not know of it any more. Where another has its name, ours may come back under it. */
function withoutClone(state: State, key: Key, clone: Deployment | undefined): Decision {
  const nothing = notOurs(key);
  const isDone = clone !== undefined || removalIn(state.memory, key) === undefined;
  return isDone ? nothing : { ...nothing, effect: { kind: 'remember', key } };
}

interface Because {
  readonly reason: Reason;
  readonly because: string;
}

function withdraw(state: State, clone: Deployment, removal: Removal, { reason, because }: Because): Decision {
  const { key } = clone;
  if (!isSameRemoval(state.memory?.removed.get(key), removal))
    return remember(key, `${because}; waiting until that is saved in the memory`);
  return (isDoomed(state, key) ? held(state, key) : undefined) ?? settle(clone, removal.onRuleRemoved, reason, because);
}

function held(state: State, key: Key): Decision | undefined {
  const mass = massDeletionIn(state);
  if (mass === undefined) return undefined;
  // Without the numbers: they change with each clone, and each time would be told as news.
  const message = `left as it is: so many clones lost their rules at once that it may be a mistake; the status of the binding says how to confirm it (hash ${mass.hash})`;
  return { key, verdict: 'held', reason: 'MassDeletionHeld', message };
}

function unclaimed(state: State, key: Key): Decision {
  if (state.book.isOpen) return unknown(key);
  if (!streamState(state, 'memory').listed) return unknown(key, 'the last good rules cannot be read, and may include');
  const message =
    'has the labels of a clone, but no known rule made it: it is left as it is; delete it, or remove its label app.kubernetes.io/managed-by';
  return { key, verdict: 'kept', reason: 'Unclaimed', message };
}

function unknown(key: Key, why = 'the rules cannot be read, or have errors, and so may still include'): Decision {
  const message = `left as it is: ${why} this clone`;
  return { key, verdict: 'kept', reason: 'RuleUnknown', message };
}

function notOurs(key: Key): Decision {
  const message = 'no rule makes this clone, and no Deployment of ours has its name';
  return { key, verdict: 'nothing', reason: 'NotOurs', message };
}
