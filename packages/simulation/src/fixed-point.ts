import { isJsonArray, isJsonObject, type Json, type JsonObject, type Key, listAt, objectAt } from '@ddprofiler-rc/core';
import type { Plan, RuleDraft } from './plan.ts';
import { cloneKeyOf, isMarked, isTerminating, ruleOf, sourceKeyOf, type Truth } from './truth.ts';
import { INJECTED } from './webhook.ts';

/**
 * What a cluster still lacks of the fixed point, one sentence each; nothing where everything is as the contract says. Written from the
 * contract and not from the operator's code, which it judges; knows no history and no order.
 *
 * | rule | source | clone must |
 * | --- | --- | --- |
 * | yes | there | exist and follow it, if the name is not somebody else's |
 * | yes | gone | be as `on_source_deleted` says |
 * | none | any | be as its remembered `on_rule_removed` says |
 * | not known | any | (nothing is asked) |
 */
export function lacking(truth: Truth, plan: Plan): readonly string[] {
  const { rules, deployments } = truth;
  const complaints: string[] = [];
  for (const [key, clone] of deployments) {
    if (!isMarked(clone)) continue;
    if (isTerminating(clone)) complaints.push(`${key} is still being deleted`);
    else if (rules !== undefined && ruleOf(rules, key) === 'none' && key !== plan.poisoned)
      complaints.push(...withoutRule(key, clone));
  }
  for (const rule of rules ?? []) {
    const key = cloneKeyOf(rule);
    if (rule.isBroken || key === plan.poisoned) continue;
    const clone = deployments.get(key);
    if (clone !== undefined && !isMarked(clone)) continue;
    const source = deployments.get(sourceKeyOf(rule));
    const isThere = source !== undefined && !isTerminating(source);
    complaints.push(...(isThere ? following(rule, source, clone) : withoutSource(rule, clone)));
  }
  return complaints;
}

function withoutRule(key: Key, clone: JsonObject): readonly string[] {
  const text = objectAt(clone, 'metadata', 'annotations')['ddprofiler-rc.grove/rule'];
  switch (typeof text === 'string' ? rememberedPolicy(JSON.parse(text)) : undefined) {
    case 'keep':
      return [];
    case 'scale_to_zero':
      return replicasOf(clone) === 0 ? [] : [`${key} has no rule, and still has replicas`];
    default:
      return [`${key} has no rule, and is still there`];
  }
}

/** The one rule on a clone stands there as a rules text would have it. */
function rememberedPolicy(text: Json): Json | undefined {
  const [namespace] = Object.values(objectAt(text));
  const [rule] = Object.values(objectAt(namespace, 'deployments'));
  return objectAt(rule).on_rule_removed;
}

function withoutSource(rule: RuleDraft, clone: JsonObject | undefined): readonly string[] {
  if (clone === undefined || rule.onSourceDeleted === 'keep') return [];
  if (rule.onSourceDeleted === 'delete') return [`${cloneKeyOf(rule)} has no source, and is still there`];
  return replicasOf(clone) === 0 ? [] : [`${cloneKeyOf(rule)} has no source, and still has replicas`];
}

function following(rule: RuleDraft, source: JsonObject, clone: JsonObject | undefined): readonly string[] {
  const key = cloneKeyOf(rule);
  if (clone === undefined) return [`${key} does not exist`];
  const label = { 'ddprofiler-rc.grove/clone': objectAt(clone, 'metadata').name ?? '' };
  const { replicas: _, selector, template, ...others } = objectAt(source, 'spec');
  const pod = objectAt(template, 'spec');
  const metadata = objectAt(template, 'metadata');
  const wanted: Json = {
    ...others,
    replicas: replicasFor(rule, replicasOf(source)),
    selector: { matchLabels: { ...objectAt(selector, 'matchLabels'), ...label } },
    template: {
      metadata: { ...metadata, labels: { ...objectAt(metadata, 'labels'), ...label } },
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

function containerFor(rule: RuleDraft, container: Json, index: number): Json {
  if (index > 0 || !isJsonObject(container)) return container;
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
