import type { ClusterState } from '@ddprofiler-rc/cluster-sim';
import { canonicalJson, isJsonObject, type JsonObject, type Key, keyOf, objectAt } from '@ddprofiler-rc/core';
import { BINDING, RULES_KEY, type RuleDraft, type RulesDraft } from './plan.ts';
import { BINDING_HASH } from './stored-memory.ts';
import { statedIn } from './wrong-text.ts';

/**
 * What is so in the cluster, read from the cluster itself and from what the people of the history meant by their texts. Nothing of the
 * operator's code is used: it is what the operator is held to.
 */
export interface Truth {
  /** The rules that the binding leads to; undefined where it leads to none that can be read. */
  readonly rules: RuleSet | undefined;
  /** The ConfigMap that the binding names, whether it is there or not. */
  readonly configMap: string | undefined;
  readonly deployments: ReadonlyMap<Key, JsonObject>;
  /** Deployments that an autoscaler targets. */
  readonly autoscaled: ReadonlySet<Key>;
  /** Keys of disruption budgets. */
  readonly budgeted: ReadonlySet<Key>;
}

/** What a text comes to that can be read as a whole. */
export interface RuleSet {
  readonly draft: RulesDraft;
  /** Those that it states, and that are valid but where they are broken. */
  readonly stated: readonly RuleDraft[];
  /** Without any error: what it does not state is not meant. */
  readonly isClean: boolean;
}

/** What the people meant by each text that they wrote; undefined where nothing can be read from it. */
export type Meanings = ReadonlyMap<string, RuleSet | undefined>;

export function meaningOf(draft: RulesDraft): RuleSet | undefined {
  switch (draft.kind) {
    case 'hostile':
      return undefined;
    case 'rules':
      return { draft, stated: draft.rules, isClean: !draft.rules.some(({ isBroken }) => isBroken) };
    case 'wrong':
      return { draft, stated: statedIn(draft), isClean: false };
  }
}

export function readTruth(state: ClusterState, meanings: Meanings): Truth {
  const deployments = new Map<Key, JsonObject>();
  for (const object of state.objects.get('deployments.apps')?.values() ?? []) deployments.set(keyOfManifest(object), object);
  const binding = state.objects.get('ddprofcrds.crds.grove')?.get(`${BINDING.namespace}/${BINDING.name}`);
  const configMap = binding === undefined ? undefined : String(binding.cmName);
  const isOwn = binding?.cmNamespace === BINDING.namespace;
  return {
    rules: isOwn ? rulesIn(state, configMap, meanings) : undefined,
    configMap: isOwn ? configMap : undefined,
    deployments,
    autoscaled: keysIn(state, 'horizontalpodautoscalers.autoscaling'),
    budgeted: keysIn(state, 'poddisruptionbudgets.policy'),
  };
}

/** The people of histories name autoscalers and budgets as what they are for. */
function keysIn(state: ClusterState, resource: string): ReadonlySet<Key> {
  return new Set([...(state.objects.get(resource)?.values() ?? [])].map(keyOfManifest));
}

/** The rules in the ConfigMap of this name, whoever points to it; undefined where there are none that can be read. */
export function rulesIn(state: ClusterState, name: string | undefined, meanings: Meanings): Truth['rules'] {
  const configMap = state.objects.get('configmaps')?.get(`${BINDING.namespace}/${name}`);
  const text = objectAt(configMap, 'data')[RULES_KEY];
  return typeof text === 'string' ? meanings.get(text) : undefined;
}

function keyOfManifest(object: JsonObject): Key {
  const { namespace, name } = objectAt(object, 'metadata');
  return keyOf(String(namespace), String(name));
}

export function cloneKeyOf(rule: RuleDraft): Key {
  return keyOf(rule.namespace, `${rule.source}-${rule.suffix}`);
}

export function sourceKeyOf(rule: RuleDraft): Key {
  return keyOf(rule.namespace, rule.source);
}

/** The rule of a clone: none, one, or one that is not known: any error in the text leaves open what it does not state. */
export function ruleOf({ stated, isClean }: RuleSet, clone: Key): RuleDraft | 'none' | 'unknown' {
  const own = stated.find((rule) => cloneKeyOf(rule) === clone);
  if (own !== undefined) return own.isBroken ? 'unknown' : own;
  return isClean ? 'none' : 'unknown';
}

/** True for what carries the mark of this binding's operator on its own name. */
export function isMarked(deployment: JsonObject): boolean {
  return isAnyonesClone(deployment) && objectAt(deployment, 'metadata', 'labels')['ddprofiler-rc.grove/binding'] === BINDING_HASH;
}

/** True for what carries the mark of any binding's operator: that is never a source, and never adopted. */
export function isAnyonesClone(deployment: JsonObject): boolean {
  const { labels, name } = objectAt(deployment, 'metadata');
  if (!isJsonObject(labels)) return false;
  return labels['app.kubernetes.io/managed-by'] === 'ddprofiler-rc' && labels['ddprofiler-rc.grove/clone'] === name;
}

export function uidOf(deployment: JsonObject): string {
  return String(objectAt(deployment, 'metadata').uid);
}

export function isTerminating(deployment: JsonObject): boolean {
  return objectAt(deployment, 'metadata').deletionTimestamp !== undefined;
}

/**
 * Whether a clone may be deleted, or scaled to nothing, as things are: its rule is gone from rules that can be read, its source is gone, or
 * its selector must become another. Whatever else happens, neither may be done.
 */
export function mayBeWithdrawn({ rules, deployments }: Truth, key: Key, clone: JsonObject): boolean {
  const rule = rules === undefined ? 'unknown' : ruleOf(rules, key);
  // A rule that ends at a time is gone then, where the text states it.
  if (rule === 'none' || (rule !== 'unknown' && rule.until !== undefined)) return true;
  const sources = rule === 'unknown' ? possibleSources(key) : [sourceKeyOf(rule)];
  return sources.some((source) => {
    const live = deployments.get(source);
    if (live === undefined || isTerminating(live)) return true;
    const wanted = rule === 'unknown' ? possibleSelectors(live, key) : [selectorFor(rule, live)];
    return !wanted.includes(canonicalJson(objectAt(clone, 'spec', 'selector')));
  });
}

/** Every Deployment whose clone could have this name. */
function possibleSources(key: Key): readonly Key[] {
  const [namespace = '', name = ''] = key.split('/');
  const parts = name.split('-');
  return parts.slice(1).map((_, index) => keyOf(namespace, parts.slice(0, index + 1).join('-')));
}

/** As canonical JSON. */
function selectorFor(rule: Pick<RuleDraft, 'namespace' | 'source' | 'suffix' | 'traffic'>, source: JsonObject): string {
  const label = { 'ddprofiler-rc.grove/clone': `${rule.source}-${rule.suffix}` };
  const labels = rule.traffic === 'isolated' ? {} : objectAt(source, 'spec', 'selector', 'matchLabels');
  return canonicalJson({ matchLabels: { ...labels, ...label } });
}

function possibleSelectors(source: JsonObject, key: Key): readonly string[] {
  const { namespace, name } = objectAt(source, 'metadata');
  const draft = {
    namespace: String(namespace),
    source: String(name),
    suffix: key.slice(`${String(namespace)}/${String(name)}-`.length),
  };
  return [selectorFor(draft, source), selectorFor({ ...draft, traffic: 'isolated' }, source)];
}
