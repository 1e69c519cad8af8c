import type { Change, ClusterState, EmbeddedCluster } from '@ddprofiler-rc/cluster-sim';
import { type Json, type JsonObject, type Key, keyOf, listAt, objectAt } from '@ddprofiler-rc/core';
import type { ApiRequest } from '@ddprofiler-rc/k8s-adapter';
import { isOfLease } from './calls.ts';
import type { History } from './fixed-point.ts';
import type { Invariant } from './invariants.ts';
import { LEASE_KEY, LEASES } from './lease-warden.ts';
import type { CarriedOut } from './network.ts';
import { BINDING, type Plan } from './plan.ts';
import { isMemory, keyOfText, keysOf, type MemoryLog, readStored, type StoredMemory } from './stored-memory.ts';
import { cloneKeyOf, isMarked, type Meanings, mayBeWithdrawn, readTruth, ruleOf, rulesIn, type Truth, uidOf } from './truth.ts';

/** The longest that an operator may rightly act on what is no longer so: silence that goes unnoticed, back-off, and a list anew. */
const LONGEST_IGNORANCE_MS = 300_000;

export interface WardenParts {
  readonly cluster: EmbeddedCluster;
  readonly plan: Plan;
  readonly meanings: Meanings;
  readonly memory: MemoryLog;
  readonly now: () => number;
  readonly complain: (invariant: Invariant, message: string) => void;
}

/**
 * Stands beside the cluster, and looks at each write of an operator that it carried out: at what was there before, and whether there was ever
 * a reason for it.
 */
export class Warden {
  readonly #parts: WardenParts;
  /** When a clone could last have been withdrawn rightly. */
  readonly #mightGo = new Map<Key, number>();
  /** The ConfigMaps that a binding named, and until when: an operator that has not heard of a binding's end still follows its ConfigMap. */
  readonly #named = new Map<string, number>();
  /** What has been so since the last change. */
  #truth: Truth | undefined;
  /** The images that each Deployment has, and had: a create that is long on its way has those of its time. */
  readonly #images = new Map<Key, Set<string>>();
  /** Every rule set that could be followed, and until when. */
  readonly #ruleSets = new Map<Truth['rules'], number>();
  /** UIDs of the Deployments that operators made. */
  readonly #made = new Set<string>();
  /** Until when a Deployment bore the mark, by its UID. */
  readonly #marked = new Map<string, number>();
  #writes = 0;
  #tellings = 0;

  constructor(parts: WardenParts) {
    this.#parts = parts;
    parts.cluster.onChange(() => this.#noteReasons());
  }

  /** What the end is judged by. */
  get history(): History {
    return { memory: this.#parts.memory, made: this.#made };
  }

  /** What the operators told people so far, by Events and by the binding's status. */
  get tellings(): number {
    return this.#tellings;
  }

  /** Writes of all operators so far that changed something, or that were refused. */
  get writes(): number {
    return this.#writes;
  }

  readonly onCarriedOut = ({ by, request, revisionBefore }: CarriedOut): void => {
    this.#inspectReading(by, request);
    if (request.method === 'GET') return;
    if (isOfLease(request.path)) {
      this.#inspectLease(by, revisionBefore);
      return;
    }
    if (isTelling(request)) this.#tellings += 1;
    else this.#writes += 1;
    for (const change of changesSince(this.#parts.cluster.state, revisionBefore)) this.#inspect(by, request, change);
  };

  /** A call for the Lease changes the Lease of the binding, and nothing else. */
  #inspectLease(by: string, revisionBefore: number): void {
    for (const { resource, key } of changesSince(this.#parts.cluster.state, revisionBefore)) {
      if (resource !== LEASES || key !== LEASE_KEY)
        this.#parts.complain('5 nothing unmarked is written', `${by} wrote ${resource} ${key} as if it were its lease`);
    }
  }

  #inspect(by: string, request: ApiRequest, change: Change): void {
    const { verb } = request;
    const { resource, key, former, object, type } = change;
    const { complain } = this.#parts;
    if (resource === 'events.events.k8s.io' || resource === 'events') return;
    if (resource === 'ddprofcrds.crds.grove' && verb === 'patch') {
      this.#inspectStatus(by, change);
      return;
    }
    if (isMemory(resource, key)) {
      // The first write applies the bare object.
      if (verb === 'patch' && !isConditional(request))
        complain('8 no act on a stale state', `${by} wrote ${key}, whatever was there`);
      this.#inspectMemory(by, former === undefined ? undefined : readStored(former), readStored(object));
      return;
    }
    if (resource !== 'deployments.apps') {
      complain('5 nothing unmarked is written', `${by} wrote ${resource} ${key}`);
      return;
    }
    if (former !== undefined && !isMarked(former) && !this.#mayBeAdopted(keyOfText(key)) && !this.#wasMarked(former))
      complain('5 nothing unmarked is written', `${by} changed ${key}, which is not its own`);
    if (type !== 'DELETED' && !isMarked(object)) complain('5 nothing unmarked is written', `${by} left ${key} without its mark`);
    this.#inspectReason(by, keyOfText(key));
    this.#inspectSource(by, key, object);
    if (type === 'ADDED') this.#made.add(uidOf(object));
    if (type !== 'DELETED') this.#inspectLimits(by, keyOfText(key), former, object);
    // The one patch that operators make scales to zero.
    if (former !== undefined && (verb === 'delete' || verb === 'patch')) this.#inspectWithdrawal(by, keyOfText(key), former);
  }

  /** The mark alone is no reason: a rule of the memory must have made it, or make it now. */
  #inspectReason(by: string, key: Key): void {
    const { memory, complain } = this.#parts;
    const had = memory.lastHad(key);
    if (had === undefined || !this.#mayBeUnheard(had))
      complain('18 no object that no rule made is written', `${by} wrote ${key}, of which the memory knows nothing`);
  }

  /** It has what texts stated, and forgets no clone that is there. */
  #inspectMemory(by: string, former: StoredMemory | undefined, now: StoredMemory): void {
    const { cluster, complain } = this.#parts;
    const sets = this.#recentRuleSets();
    for (const [key, rule] of now.rules) {
      const isKnown = JSON.stringify(rule) === JSON.stringify(former?.rules.get(key));
      if (!isKnown && !sets.some((set) => set?.stated.some((one) => !one.isBroken && cloneKeyOf(one) === key)))
        complain('18 no object that no rule made is written', `${by} remembers a rule of ${key}, which no text stated`);
    }
    const { maxClones } = this.#parts.plan.limits;
    const isMore = [...now.rules.keys()].some((key) => former?.rules.has(key) !== true && former?.removed.has(key) !== true);
    const places = now.rules.size + [...now.removed.keys()].filter((key) => this.#truth?.deployments.has(key)).length;
    if (maxClones !== undefined && isMore && places > maxClones)
      complain('guardrail', `${by} gives ${places} places, and ${maxClones} are allowed`);
    for (const [key, { policy }] of now.removed) {
      const said = [former?.removed.get(key)?.policy, policyOf(former?.rules.get(key))];
      const ended = sets.flatMap((set) => set?.stated.filter((one) => cloneKeyOf(one) === key && one.until !== undefined) ?? []);
      if (![...said, ...ended.map(({ onRuleRemoved }) => onRuleRemoved ?? 'delete')].includes(policy))
        complain('19 no removal is forgotten', `${by} remembers ${policy} for ${key}, which no rule said`);
    }
    for (const key of former === undefined || former.isDamaged ? [] : keysOf(former)) {
      const live = cluster.state.objects.get('deployments.apps')?.get(key);
      const isThere = live !== undefined && isMarked(live) && this.#made.has(uidOf(live));
      if (isThere && !now.rules.has(key) && !now.removed.has(key))
        complain('19 no removal is forgotten', `${by} forgets ${key}, which is still there`);
    }
  }

  /** Rules are read from the binding's own namespace, and nowhere else. */
  #inspectReading(by: string, { path }: ApiRequest): void {
    const elsewhere = path.endsWith('/configmaps') && !path.includes(`/namespaces/${BINDING.namespace}/`);
    if (elsewhere) this.#parts.complain('guardrail', `${by} reads ${path}, which is not for it`);
  }

  /** What was suspended all along, or may not be run, is not written. */
  #inspectLimits(by: string, key: Key, former: JsonObject | undefined, object: JsonObject): void {
    const { plan, complain } = this.#parts;
    const rules = this.#recentRuleSets().map((set) => (set === undefined ? undefined : ruleOf(set, key)));
    const isSuspended = (rule: (typeof rules)[number]) => typeof rule === 'object' && rule.suspend === true;
    if (former !== undefined && rules.length > 0 && rules.every(isSuspended))
      complain('guardrail', `${by} wrote ${key}, whose rule is suspended`);
    const { image } = plan.limits;
    const others = new Set([...this.#sourceImages(object), ...imagesIn(former)]);
    const foreign = imagesIn(object).filter((one) => !others.has(one) && one.split(':')[0] !== image);
    const own = rules.flatMap((rule) => (typeof rule === 'object' ? [rule.image, rule.proxy?.image] : []));
    const denied = image === undefined ? undefined : foreign.find((one) => own.includes(one));
    if (denied !== undefined) complain('guardrail', `${by} gave ${key} the image ${denied}, which is not allowed`);
  }

  /** Of the binding nothing is the operator's but its status. */
  #inspectStatus(by: string, { key, former, object }: Change): void {
    const others = [former ?? {}, object].map(({ status: _, metadata, ...fields }) =>
      JSON.stringify([fields, objectAt(metadata).generation, objectAt(metadata).annotations]),
    );
    if (others[0] !== others[1]) this.#parts.complain('5 nothing unmarked is written', `${by} changed the binding ${key}`);
  }

  /** It was, when the operator last looked. */
  #wasMarked(object: JsonObject): boolean {
    const until = this.#marked.get(uidOf(object));
    return until !== undefined && this.#mayBeUnheard(until);
  }

  /** By a rule that is in force, or was when the operator last looked. */
  #mayBeAdopted(key: Key): boolean {
    return this.#recentRuleSets().some((rules) => {
      const rule = rules === undefined ? undefined : ruleOf(rules, key);
      return typeof rule === 'object' && rule.adopt === true;
    });
  }

  #recentRuleSets(): readonly Truth['rules'][] {
    return [...this.#ruleSets].filter(([, until]) => this.#mayBeUnheard(until)).map(([rules]) => rules);
  }

  #inspectSource(by: string, key: string, clone: JsonObject): void {
    const { namespace } = objectAt(clone, 'metadata');
    const source = objectAt(clone, 'metadata', 'annotations')['ddprofiler-rc.grove/source'];
    const live = this.#parts.cluster.state.objects.get('deployments.apps')?.get(`${String(namespace)}/${String(source)}`);
    if (live !== undefined && isMarked(live) && this.#made.has(uidOf(live)))
      this.#parts.complain('11 a clone leads to no clone', `${by} made ${key} of ${String(source)}`);
  }

  #inspectWithdrawal(by: string, key: Key, former: JsonObject): void {
    const { cluster, meanings, now, complain } = this.#parts;
    const truth = readTruth(cluster.state, meanings);
    const mightGo = mayBeWithdrawn(truth, key, former) ? now() : this.#mightGo.get(key);
    if (mightGo !== undefined && this.#mayBeUnheard(mightGo)) return;
    // Made as other rules say than those that it is withdrawn by: one operator may not know the present ones yet, or a create was long on its
    // way, or the last good rules are in force.
    if (this.#recentRuleSets().some((rules) => rules !== undefined && mayBeWithdrawn({ ...truth, rules }, key, former))) return;
    if (!isMarked(former) && this.#mayBeAdopted(key)) return;
    complain('7 no withdrawal from a partial view', `${by} withdrew ${key}, whose rule and source are there`);
  }

  #noteReasons(): void {
    const { cluster, meanings, now } = this.#parts;
    // What was so until this change was a reason until now.
    if (this.#truth !== undefined) this.#noteRules(this.#truth, now());
    const truth = readTruth(cluster.state, meanings);
    this.#truth = truth;
    for (const deployment of truth.deployments.values()) if (isMarked(deployment)) this.#marked.set(uidOf(deployment), now());
    this.#noteImages(truth);
    this.#noteRules(truth, now());
    this.#noteWithdrawals(truth, now());
    for (const [name, until] of this.#named) {
      if (name === truth.configMap || !this.#mayBeUnheard(until)) continue;
      const followed = { ...truth, rules: rulesIn(cluster.state, name, meanings) };
      noteLater(this.#ruleSets, followed.rules, until);
      this.#noteWithdrawals(followed, until);
    }
  }

  #noteImages({ deployments }: Truth): void {
    for (const [key, deployment] of deployments) {
      const images = this.#images.get(key) ?? new Set();
      this.#images.set(key, images);
      for (const image of imagesIn(deployment)) images.add(image);
    }
  }

  /** The images that the clone has from its source are the source's own business. */
  #sourceImages(clone: JsonObject): Iterable<string> {
    const { namespace } = objectAt(clone, 'metadata');
    const source = objectAt(clone, 'metadata', 'annotations')['ddprofiler-rc.grove/source'];
    return this.#images.get(keyOf(String(namespace), String(source))) ?? [];
  }

  #noteRules({ configMap, rules }: Truth, until: number): void {
    if (configMap !== undefined) this.#named.set(configMap, until);
    this.#ruleSets.set(rules, until);
  }

  #noteWithdrawals(truth: Truth, until: number): void {
    for (const [key, clone] of truth.deployments) {
      if (isMarked(clone) && mayBeWithdrawn(truth, key, clone)) noteLater(this.#mightGo, key, until);
    }
  }

  #mayBeUnheard(until: number): boolean {
    return this.#parts.now() - until <= LONGEST_IGNORANCE_MS;
  }
}

function noteLater<K>(times: Map<K, number>, key: K, until: number): void {
  times.set(key, Math.max(until, times.get(key) ?? until));
}

function isTelling({ path }: ApiRequest): boolean {
  return path.includes('/events') || path.endsWith('/status');
}

/** From the newest back: one request makes one or two changes, and histories are long. */
function changesSince({ history }: ClusterState, revision: number): readonly Change[] {
  const changes: Change[] = [];
  for (let index = history.size - 1; index >= 0; index -= 1) {
    const change = history.get(index);
    if (change === undefined || change.revision <= revision) break;
    changes.unshift(change);
  }
  return changes;
}

function imagesIn(deployment: JsonObject | undefined): readonly string[] {
  return listAt(deployment, 'spec', 'template', 'spec', 'containers').map((one) => String(objectAt(one).image));
}

/** The cluster refuses it where another version is there. */
function isConditional({ body }: ApiRequest): boolean {
  const { uid, resourceVersion } = objectAt(body?.json, 'metadata');
  return uid !== undefined && resourceVersion !== undefined;
}

function policyOf(rule: JsonObject | undefined): Json | undefined {
  return rule === undefined ? undefined : (rule.on_rule_removed ?? 'delete');
}
