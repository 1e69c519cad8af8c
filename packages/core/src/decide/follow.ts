import { type Drift, driftOf, driftSignature } from '../clone/drift.ts';
import { intentOf } from '../clone/intent.ts';
import { isAnyonesClone, isOurs } from '../clone/mark.ts';
import { canonicalJson, type JsonObject, listAt, objectAt, stringAt } from '../kube/json.ts';
import type { Key } from '../kube/keys.ts';
import { type Deployment, ownsReplicas, replicasOf } from '../objects/deployment.ts';
import type { Intent } from '../objects/intent.ts';
import type { Refusal } from '../refusal.ts';
import { type Rule, sourceKeyOf } from '../rules/rule.ts';
import { type State, streamOf, streamState } from '../state.ts';
import type { Decision } from './decision.ts';
import { refusalOfClone, refusalOfCount, refusalOfRule, refusalOfSource } from './guardrails/refusals.ts';
import { autoscalerOf, hazardsOf } from './hazards.ts';
import { isRemembered, remember } from './memory-due.ts';
import { settle } from './settle.ts';

/** The rows of decide.ts where there is a rule and it holds now. */
export function follow(state: State, key: Key, rule: Rule, clone: Deployment | undefined): Decision {
  const { binding, limits } = state.scope;
  if (rule.suspend) {
    const message = 'its rule is suspended: the clone is left as it is';
    return remembering(state, rule, { key, verdict: 'held', reason: 'Suspended', message });
  }
  const refused = refusalOfRule(rule, limits);
  if (refused !== undefined) return remembering(state, rule, blocked(key, refused));
  const refusedForCount = refusalOfCount(state, key);
  if (refusedForCount !== undefined) return blocked(key, refusedForCount);
  if (!isRemembered(state, key, rule)) return remember(key, 'waiting until its rule is saved in the memory');
  const ours = clone !== undefined && isOurs(clone, binding) ? clone : undefined;
  const taken = ours === undefined ? clone : undefined;
  const question = state.unseen.get(sourceKeyOf(rule));
  if (question !== undefined) return look(key, sourceKeyOf(rule), question);
  const source = state.deployments.get(sourceKeyOf(rule));
  if (source === undefined || source.terminating) {
    if (ours !== undefined) return settle(ours, rule.onSourceDeleted, 'SourceDeleted', `the source ${sourceKeyOf(rule)} is gone`);
    if (taken !== undefined && !mayAdopt(rule, taken)) return blocked(key, nameTaken(rule, taken));
    return { key, verdict: 'waiting', reason: 'SourceMissing', message: `the source ${sourceKeyOf(rule)} does not exist` };
  }
  const refusedOfSource = refusalOfSource(state, rule, source);
  if (refusedOfSource !== undefined) return blocked(key, refusedOfSource);
  // One that is taken over keeps its autoscaler's replicas too, unless it sleeps.
  const holding = holdingOf(state, key, ours ?? (taken !== undefined && replicasOf(taken) > 0 ? taken : undefined));
  const result = intentOf(source, rule, binding, holding === 'hold');
  if (result.kind === 'refused') return blocked(key, result.refusal);
  const { intent, replicas } = result;
  const hazards = hazardsOf(state, source, intent);
  const refusedAsMade = refusalOfClone(limits, replicas, hazards);
  if (refusedAsMade !== undefined) return blocked(key, refusedAsMade);
  if (taken !== undefined && !mayAdopt(rule, taken)) return blocked(key, nameTaken(rule, taken));
  const decision = taken === undefined ? towards(intent, source, ours, holding) : adopting(intent, taken);
  return {
    ...decision,
    // An autoscaler's clone has as many as it has.
    ...(holding === 'hold' && decision.effect?.kind !== 'delete' ? { replicas } : {}),
    ...(hazards.length === 0 ? {} : { hazards }),
  };
}

/** Nothing is done by the rule, but the memory has it all the same: nobody else asks for that, where a clock was set back. */
function remembering(state: State, rule: Rule, decision: Decision): Decision {
  const { key } = decision;
  return isRemembered(state, key, rule) ? decision : { ...decision, effect: { kind: 'remember', key } };
}

/** Whether `target` is there must be known before anything is decided that hangs on it: unseen is not absent. */
export function look(key: Key, target: Key, question: number): Decision {
  const effect = { kind: 'look', key, target, question } as const;
  return { key, verdict: 'waiting', reason: 'NotSeen', message: `${target} was not looked for yet`, effect };
}

/** The steps from the clone as it is to the clone as it should be; one write at a time. */
function towards(intent: Intent, source: Deployment, clone: Deployment | undefined, holding: Holding): Decision {
  const { namespace, name } = intent.metadata;
  const key: Key = `${namespace}/${name}`;
  const from = `${source.key} at generation ${source.generation}`;
  if (clone === undefined) {
    const message = `there is no clone of ${from}`;
    return { key, verdict: 'create', reason: 'CloneMissing', message, effect: { kind: 'create', key, intent } };
  }
  const { uid } = clone;
  if (!hasSelector(clone, intent)) {
    const message = `the selector of ${from} differs, and selectors are immutable`;
    return { key, verdict: 'replace', reason: 'SelectorDiffers', message, effect: { kind: 'delete', key, uid } };
  }
  if (holding === 'handOver') {
    const message = 'an autoscaler of the clone decides on its replicas from now on';
    const effect = { kind: 'handOver', key, uid, replicas: replicasOf(clone) } as const;
    return { key, verdict: 'handOver', reason: 'HpaOnClone', message, effect };
  }
  const drifts = driftOf(intent, clone);
  if (drifts.length === 0 || isAccepted(drifts, clone)) {
    return { key, verdict: 'inSync', reason: 'InSync', message: `follows ${from}` };
  }
  const message = `differs from ${from} in ${describePaths(drifts.map((drift) => drift.path))}`;
  return { key, verdict: 'apply', reason: 'Drift', message, effect: { kind: 'apply', key, uid, intent } };
}

/** A Deployment that somebody else made becomes a clone: as it is where it may, else by another in its place. */
function adopting(intent: Intent, taken: Deployment): Decision {
  const { key, uid } = taken;
  const images = listAt(taken.spec, 'template', 'spec', 'containers').map(
    (container) => stringAt(objectAt(container), 'image') ?? 'none',
  );
  const former = `${key} (uid ${uid}, ${replicasOf(taken)} replicas of ${images.join(', ')})`;
  if (hasSelector(taken, intent)) {
    const message = `takes over ${former}, as its rule says`;
    return { key, verdict: 'adopt', reason: 'Adopted', message, effect: { kind: 'apply', key, uid, intent } };
  }
  const message = `takes over ${former}, as its rule says; its selector is another, and selectors are immutable: it is replaced`;
  return { key, verdict: 'replace', reason: 'Adopted', message, effect: { kind: 'delete', key, uid } };
}

/** Also true where admission made the live selector of the wanted one: another clone would come out the same, replaced without end. */
function hasSelector({ spec, accepted }: Deployment, intent: Intent): boolean {
  const [live, wanted] = [selectorIn(spec), selectorIn(intent.spec)];
  if (live === wanted) return true;
  return accepted !== undefined && wanted === selectorIn(accepted.intent.spec) && live === selectorIn(accepted.answer.spec);
}

function selectorIn({ selector = null }: JsonObject): string {
  return canonicalJson(selector);
}

/** What we do about a clone's replicas: hold them, leave them to others, or give them up so that they stay as they are meanwhile. */
type Holding = 'hold' | 'leave' | 'handOver';

/**
 * | clone | autoscaler of the clone | others hold its replicas | do |
 * | --- | --- | --- | --- |
 * | none | any | – | hold: what nobody sets would be 1 |
 * | yes | none | any | hold |
 * | yes | not known | yes, and we do not | leave |
 * | yes | not known | else | hold |
 * | yes | yes | yes | leave |
 * | yes | yes | no, and it is at 0 | hold: an autoscaler leaves 0 alone, for ever |
 * | yes | yes | no, but we do | hand over |
 * | yes | yes | nobody does | leave |
 */
function holdingOf(state: State, key: Key, clone: Deployment | undefined): Holding {
  if (clone === undefined) return 'hold';
  const { namespace, othersHoldReplicas } = clone;
  if (!streamState(state, streamOf(state.scope, 'autoscalers', namespace)).listed) {
    return othersHoldReplicas && !ownsReplicas(clone) ? 'leave' : 'hold';
  }
  if (autoscalerOf(state, { key, namespace }) === undefined) return 'hold';
  if (othersHoldReplicas) return 'leave';
  if (replicasOf(clone) === 0) return 'hold';
  return ownsReplicas(clone) ? 'handOver' : 'leave';
}

/** True for the very drift that the answer to our last apply had. */
function isAccepted(drifts: readonly Drift[], { accepted }: Deployment): boolean {
  return accepted !== undefined && driftSignature(driftOf(accepted.intent, accepted.answer)) === driftSignature(drifts);
}

/** A clone of another binding is another operator's, whatever the rule says. */
function mayAdopt(rule: Rule, taken: Deployment): boolean {
  return rule.adopt && !isAnyonesClone(taken);
}

function nameTaken(rule: Rule, taken: Deployment): Refusal {
  const what = isAnyonesClone(taken) ? 'is the clone of another binding' : 'exists and is not a clone of this binding';
  const how =
    isAnyonesClone(taken) || rule.adopt ? 'set another name_suffix' : 'rename it, set another name_suffix, or adopt: true';
  return { reason: 'NameTaken', message: `${taken.key} ${what}; ${how}` };
}

function blocked(key: Key, refusal: Refusal): Decision {
  return { key, verdict: 'blocked', ...refusal };
}

const PATHS_SHOWN = 3;

function describePaths(paths: readonly string[]): string {
  const more = paths.length - PATHS_SHOWN;
  return paths.slice(0, PATHS_SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
