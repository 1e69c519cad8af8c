import { isJsonArray, isJsonObject, type Json, type JsonObject, type Key, keyOf, listAt, objectAt } from '@ddprofiler-rc/core';
import { EPOCH_MS } from './clock.ts';
import type { Plan, RuleDraft } from './plan.ts';
import { cloneKeyOf, isMarked, isTerminating, rememberedBy, ruleOf, sourceKeyOf, type Truth } from './truth.ts';
import { INJECTED } from './webhook.ts';

/**
 * What a cluster still lacks of the fixed point, one sentence each; nothing where everything is as the contract says. Written from the
 * contract and not from the operator's code, which it judges; knows no history and no order.
 *
 * | rule | source | clone must |
 * | --- | --- | --- |
 * | expired | any | as without a rule |
 * | suspended, or refused by a limit | any | (nothing is asked) |
 * | yes | there | exist and follow it, if the name is not somebody else's, or the rule adopts |
 * | yes | gone | be as `on_source_deleted` says |
 * | none, and so for more than 3 clones and more than half of them at once | any | stay (guardrail 5) |
 * | none | any | be as its remembered `on_rule_removed` says |
 * | not known | any | (nothing is asked) |
 */
export function lacking(truth: Truth, plan: Plan): readonly string[] {
  const { rules, deployments } = truth;
  const complaints: string[] = [];
  const held = heldTogether(truth);
  for (const [key, clone] of deployments) {
    if (!isMarked(clone)) continue;
    if (isTerminating(clone)) complaints.push(`${key} is still being deleted`);
    else if (rules !== undefined && ruleOf(rules, key) === 'none' && key !== plan.poisoned && !held.has(key))
      complaints.push(...withoutRule(key, clone));
  }
  for (const rule of rules ?? []) {
    const key = cloneKeyOf(rule);
    if (rule.isBroken || rule.suspend || key === plan.poisoned || isImageRefused(rule, plan)) continue;
    const clone = deployments.get(key);
    const isTaken = clone !== undefined && !isMarked(clone);
    if (isTaken && (rule.adopt === undefined || isExpired(rule))) continue;
    if (isExpired(rule)) {
      if (clone !== undefined && !isTerminating(clone)) complaints.push(...withoutRule(key, clone));
      continue;
    }
    const source = deployments.get(sourceKeyOf(rule));
    if (source === undefined || isTerminating(source)) {
      if (!isTaken) complaints.push(...withoutSource(rule, clone));
    } else if (!isRefused(rule, source, plan)) {
      complaints.push(...following(rule, source, clone, truth.autoscaled.has(key)));
    }
  }
  return complaints;
}

function isExpired({ until }: RuleDraft): boolean {
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

/** Clones that the rules would delete together, where those are so many that a person must confirm it. */
function heldTogether({ rules, deployments }: Truth): ReadonlySet<Key> {
  if (rules === undefined) return new Set();
  const clones = [...deployments].filter(([, clone]) => isMarked(clone));
  const doomed = clones.filter(([key, clone]) => {
    if (ruleOf(rules, key) !== 'none' || policyOf(clone) !== 'delete' || isRememberedExpired(clone)) return false;
    return !rules.some((rule) => !rule.isBroken && sourceKeyOf(rule) === sourceOf(key, clone));
  });
  return new Set(doomed.length > 3 && doomed.length * 2 > clones.length ? doomed.map(([key]) => key) : []);
}

function sourceOf(key: Key, clone: JsonObject): Key {
  const [namespace = ''] = key.split('/');
  return keyOf(namespace, String(objectAt(clone, 'metadata', 'annotations')['ddprofiler-rc.grove/source']));
}

function withoutRule(key: Key, clone: JsonObject): readonly string[] {
  switch (policyOf(clone)) {
    case 'keep':
      return [];
    case 'scale_to_zero':
      return replicasOf(clone) === 0 ? [] : [`${key} has no rule, and still has replicas`];
    default:
      return [`${key} has no rule, and is still there`];
  }
}

function policyOf(clone: JsonObject): Json {
  return rememberedBy(clone).on_rule_removed ?? 'delete';
}

function isRememberedExpired(clone: JsonObject): boolean {
  const { active_until: until } = rememberedBy(clone);
  return typeof until === 'string' && Date.parse(until) <= Date.now();
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
  const live = withoutForeign(clone, namesIn(listAt(wanted, 'template', 'spec', 'containers')[0]));
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

/** The spec without what a webhook or a person put there, which is theirs: containers and variables that nothing asks for. */
function withoutForeign(clone: JsonObject, wanted: ReadonlySet<Json>): Json {
  const spec = objectAt(clone, 'spec');
  const pod = objectAt(spec, 'template', 'spec');
  const [first, ...others] = listAt(pod, 'containers').filter((one) => objectAt(one).name !== INJECTED.container);
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
