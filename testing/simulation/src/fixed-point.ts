import { isJsonArray, isJsonObject, type Json, type JsonObject, type Key, listAt, objectAt } from '@ddprofiler-rc/core';
import { EPOCH_MS } from './clock.ts';
import type { DraftPolicy, Plan, RuleDraft } from './plan.ts';
import { keysOf, type MemoryLog, type StoredMemory } from './stored-memory.ts';
import { cloneKeyOf, isAnyonesClone, isMarked, isTerminating, ruleOf, sourceKeyOf, type Truth, uidOf } from './truth.ts';
import { INJECTED } from './webhook.ts';

/** What the end is judged by, beside the cluster itself. */
export interface History {
  readonly memory: MemoryLog;
  /** UIDs of the Deployments that operators made. */
  readonly made: ReadonlySet<string>;
}

/**
 * What a cluster still lacks of the fixed point, one sentence each; nothing where everything is as the contract says. Written from the
 * contract and not from the operator's code, which it judges; of history it knows no more than what the memory knew, and what operators made.
 *
 * | rule | source | clone must |
 * | --- | --- | --- |
 * | expired | any | as without a rule |
 * | suspended, or refused by a limit, or without a place in the memory while others have them all | any | (nothing is asked) |
 * | yes | there, and no clone itself | exist and follow it, if the name is not somebody else's, or the rule adopts; if it is a copy that bears the mark, exist |
 * | yes | gone | be as `on_source_deleted` says |
 * | none, and so for more than 3 clones and more than half of them at once | any | stay (guardrail 5) |
 * | none, and the memory knows one that is gone | any | be as its `on_rule_removed` says |
 * | none, and the memory knew one, and nobody but operators wrote it since | any | not be forgotten |
 * | none, and no rule made it | any | (nothing is asked) |
 * | not known: the text has an error, or cannot be read | any | (nothing is asked) |
 */
export function lacking(truth: Truth, plan: Plan, history: History): readonly string[] {
  const { rules, deployments } = truth;
  const memory = history.memory.current;
  const complaints: string[] = [];
  const held = heldTogether(truth, memory);
  for (const [key, clone] of deployments) {
    if (!isMarked(clone)) continue;
    if (isTerminating(clone)) complaints.push(`${key} is still being deleted`);
    else if (rules !== undefined && ruleOf(rules, key) === 'none' && key !== plan.poisoned && !held.has(key))
      complaints.push(...withoutRule(key, clone, history));
  }
  for (const rule of rules?.stated ?? []) {
    const key = cloneKeyOf(rule);
    if (rule.isBroken || rule.suspend || key === plan.poisoned || isImageRefused(rule, plan)) continue;
    const clone = deployments.get(key);
    const isTaken = clone !== undefined && !isMarked(clone);
    if (isTaken && (rule.adopt === undefined || isExpired(rule) || isAnyonesClone(clone))) continue;
    if (isExpired(rule)) {
      if (clone !== undefined && !isTerminating(clone) && !held.has(key))
        complaints.push(...settled(key, clone, rule.onRuleRemoved ?? 'delete'));
      continue;
    }
    if (lacksPlace(key, memory, plan)) continue;
    const source = deployments.get(sourceKeyOf(rule));
    if (source === undefined || isTerminating(source)) {
      if (!isTaken) complaints.push(...withoutSource(rule, clone));
    } else if (!isAnyonesClone(source) && !isRefused(rule, source, plan) && !isCopy(clone, history)) {
      complaints.push(...following(rule, source, clone, truth.autoscaled.has(key)));
    }
  }
  return complaints;
}

export function isExpired({ until }: RuleDraft): boolean {
  return until !== undefined && EPOCH_MS + until <= Date.now();
}

function isImageRefused({ image, proxy }: RuleDraft, { limits }: Plan): boolean {
  const set = [image, proxy?.image].filter((one) => one !== undefined);
  // Of all that rules say here, one repository is a single word.
  return limits.image !== undefined && set.some((one) => one.split(':')[0] !== limits.image);
}

/** It names a container that is not there, or asks for more replicas than there may be. */
function isRefused(rule: RuleDraft, source: JsonObject, { limits }: Plan): boolean {
  const containers = listAt(source, 'spec', 'template', 'spec', 'containers').map((one) => objectAt(one).name);
  if (rule.proxy !== undefined && !containers.includes('proxy')) return true;
  return limits.maxReplicas !== undefined && replicasFor(rule, replicasOf(source)) > limits.maxReplicas;
}

/** Bearing our mark under the name of our clone, it is one; but what else its maker put there is theirs, and stays. */
function isCopy(clone: JsonObject | undefined, { made }: History): boolean {
  return clone !== undefined && isMarked(clone) && !made.has(uidOf(clone));
}

/** A place belongs to a rule or a removal that the memory has; a rule without one must have it where one is free. */
function lacksPlace(key: Key, { rules, removed }: StoredMemory, { limits }: Plan): boolean {
  return limits.maxClones !== undefined && !rules.has(key) && rules.size + removed.size >= limits.maxClones;
}

/** Clones that would be deleted together for want of a rule, where those are so many that a person must confirm it. */
export function heldTogether(
  { rules, deployments }: Pick<Truth, 'rules' | 'deployments'>,
  memory: StoredMemory,
): ReadonlySet<Key> {
  const inForce = (rules?.stated ?? []).filter((rule) => !rule.isBroken && !isExpired(rule));
  const known = new Set([...(rules?.stated ?? []).map(cloneKeyOf), ...keysOf(memory)]);
  const clones = [...deployments].filter(([key, clone]) => known.has(key) && isMarked(clone));
  const doomed = clones.filter(([key]) => {
    const removal = memory.removed.get(key);
    return removal?.policy === 'delete' && !inForce.some((rule) => sourceKeyOf(rule) === removal.source);
  });
  return new Set(doomed.length > 3 && doomed.length * 2 > clones.length ? doomed.map(([key]) => key) : []);
}

function withoutRule(key: Key, clone: JsonObject, { memory, made }: History): readonly string[] {
  const removal = memory.current.removed.get(key);
  if (removal !== undefined) return settled(key, clone, removal.policy);
  if (memory.current.rules.has(key)) return [`${key} has no rule, and the memory has one`];
  return memory.hadSinceSpoiled(key) && made.has(uidOf(clone)) ? [`${key} lost its rule, which is forgotten`] : [];
}

/** As it must be without a rule. */
function settled(key: Key, clone: JsonObject, policy: DraftPolicy): readonly string[] {
  switch (policy) {
    case 'keep':
      return [];
    case 'scale_to_zero':
      return replicasOf(clone) === 0 ? [] : [`${key} has no rule, and still has replicas`];
    case 'delete':
      return [`${key} has no rule, and is still there`];
  }
}

function withoutSource(rule: RuleDraft, clone: JsonObject | undefined): readonly string[] {
  if (clone === undefined || rule.onSourceDeleted === 'keep') return [];
  if (rule.onSourceDeleted === 'delete') return [`${cloneKeyOf(rule)} has no source, and is still there`];
  return replicasOf(clone) === 0 ? [] : [`${cloneKeyOf(rule)} has no source, and still has replicas`];
}

function following(rule: RuleDraft, source: JsonObject, clone: JsonObject | undefined, isAutoscaled: boolean): readonly string[] {
  const key = cloneKeyOf(rule);
  if (clone === undefined) return [`${key} does not exist`];
  if (!isMarked(clone)) return [`${key} is not adopted`];
  const label = { 'ddprofiler-rc.grove/clone': objectAt(clone, 'metadata').name ?? '' };
  const { replicas: _, selector, template, ...others } = objectAt(source, 'spec');
  const pod = objectAt(template, 'spec');
  const metadata = objectAt(template, 'metadata');
  const isIsolated = rule.traffic === 'isolated';
  const replicas = replicasFor(rule, replicasOf(source));
  // An autoscaler has its own say, but for a clone that nobody wakes.
  const isItsOwn = isAutoscaled && (replicasOf(clone) > 0 || replicas === 0);
  const wanted: Json = {
    ...others,
    replicas: isItsOwn ? replicasOf(clone) : replicas,
    selector: { matchLabels: { ...(isIsolated ? {} : objectAt(selector, 'matchLabels')), ...label } },
    template: {
      metadata: {
        ...metadata,
        annotations: rule.ignoresRestarts
          ? withoutRestarts(objectAt(metadata, 'annotations'))
          : objectAt(metadata, 'annotations'),
        labels: { ...(isIsolated ? {} : objectAt(metadata, 'labels')), ...label },
      },
      spec: { ...pod, containers: listAt(pod, 'containers').map((one, index) => containerFor(rule, one, index)) },
    },
  };
  const live = withoutForeign(clone, listAt(wanted, 'template', 'spec', 'containers'));
  return differences(comparable(wanted), comparable(live), 'spec').map((difference) => `${key}: ${difference}`);
}

/** In whole numbers: scale × 10ⁿ is one. */
function replicasFor(rule: RuleDraft, sourceReplicas: number): number {
  if (sourceReplicas === 0) return 0;
  const [whole = '0', fraction = ''] = rule.scale.split('.');
  const unit = 10 ** fraction.length;
  const product = Number(`${whole}${fraction}`) * sourceReplicas;
  const rounded = (product - (product % unit)) / unit + (product % unit === 0 ? 0 : 1);
  return Math.min(Math.max(rounded, rule.min ?? 0), rule.max ?? Number.POSITIVE_INFINITY);
}

function withoutRestarts(annotations: JsonObject): JsonObject {
  const { 'kubectl.kubernetes.io/restartedAt': _, ...others } = annotations;
  return others;
}

function containerFor(rule: RuleDraft, container: Json, index: number): Json {
  if (!isJsonObject(container)) return container;
  if (index === 0) return changed(container, rule);
  return container.name === 'proxy' && rule.proxy !== undefined ? changed(container, { ...rule.proxy, unset: [] }) : container;
}

function changed(container: JsonObject, rule: Pick<RuleDraft, 'image' | 'env' | 'unset'>): Json {
  const ruled = new Map<string, Json>(rule.env.map(([name, value]) => [name, { name, value }]));
  const kept = listAt(container, 'env').filter((one) => {
    const name = objectAt(one).name;
    return typeof name !== 'string' || !(ruled.has(name) || rule.unset.includes(name));
  });
  return { ...container, image: rule.image ?? container.image ?? '', env: [...kept, ...ruled.values()] };
}

/**
 * The spec without what a webhook or a person put there, which is theirs: containers and variables that nothing asks for. A source that was taken
 * for a clone for a while has such a container itself, and then it is asked for.
 */
function withoutForeign(clone: JsonObject, containers: readonly Json[]): Json {
  const spec = objectAt(clone, 'spec');
  const pod = objectAt(spec, 'template', 'spec');
  const wanted = namesIn(containers[0]);
  const isAskedFor = containers.some((one) => objectAt(one).name === INJECTED.container);
  const [first, ...others] = listAt(pod, 'containers').filter((one) => isAskedFor || objectAt(one).name !== INJECTED.container);
  const foreign = foreignVariables(clone, objectAt(first).name ?? '');
  const env = listAt(first, 'env').filter((one) => {
    const { name = '' } = objectAt(one);
    return wanted.has(name) || !foreign.has(name);
  });
  return {
    ...spec,
    template: { ...objectAt(spec, 'template'), spec: { ...pod, containers: [{ ...objectAt(first), env }, ...others] } },
  };
}

/** The variables that somebody beside the operator owns, be it by name alone; what a webhook adds to a write counts as the writer's. */
function foreignVariables(clone: JsonObject, container: Json): ReadonlySet<Json> {
  const names = listAt(clone, 'metadata', 'managedFields')
    .filter((entry) => objectAt(entry).manager !== 'ddprofiler-rc')
    .flatMap((entry) => {
      const containers = objectAt(entry, 'fieldsV1', 'f:spec', 'f:template', 'f:spec', 'f:containers');
      return Object.keys(objectAt(containers[`k:${JSON.stringify({ name: container })}`], 'f:env'));
    })
    .filter((item) => item.startsWith('k:'))
    .map((item) => objectAt(JSON.parse(item.slice(2))).name ?? '');
  return new Set([...names, INJECTED.variable]);
}

function namesIn(container: Json | undefined): ReadonlySet<Json> {
  return new Set(listAt(container, 'env').map((one) => objectAt(one).name ?? ''));
}

/** A form in which equal means as good as: variables by name, the last one of a name counting; what is empty, or left to others, is left out. */
function comparable(value: Json, field = ''): Json {
  if (field === 'imagePullPolicy' || field === 'progressDeadlineSeconds') return null;
  if (isJsonArray(value)) {
    if (field !== 'env') return value.map((item) => comparable(item));
    const byName = value.map((one) => [String(objectAt(one).name), comparable(one)] as const);
    return Object.fromEntries(byName);
  }
  if (!isJsonObject(value)) return value === '' ? null : value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, comparable(member, name)]));
}

function differences(wanted: Json | undefined, live: Json | undefined, path: string): readonly string[] {
  if (isEmpty(wanted) && isEmpty(live)) return [];
  if (isJsonObject(wanted) && isJsonObject(live)) {
    const names = new Set([...Object.keys(wanted), ...Object.keys(live)]);
    return [...names].flatMap((name) => differences(wanted[name], live[name], `${path}.${name}`));
  }
  if (isJsonArray(wanted) && isJsonArray(live) && wanted.length === live.length) {
    return wanted.flatMap((item, index) => differences(item, live[index], `${path}[${index}]`));
  }
  return Object.is(wanted, live) ? [] : [`${path} is ${JSON.stringify(live)}, and should be ${JSON.stringify(wanted)}`];
}

function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  return isJsonObject(value) ? Object.values(value).every(isEmpty) : isJsonArray(value) && value.length === 0;
}

function replicasOf(deployment: JsonObject): number {
  const { replicas } = objectAt(deployment, 'spec');
  return typeof replicas === 'number' ? replicas : 1;
}
