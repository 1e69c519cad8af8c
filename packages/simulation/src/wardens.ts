import type { Change, ClusterState, EmbeddedCluster } from '@ddprofiler-rc/cluster-sim';
import { type JsonObject, type Key, keyOf, objectAt } from '@ddprofiler-rc/core';
import type { ApiRequest } from '@ddprofiler-rc/k8s-adapter';
import type { Invariant } from './invariants.ts';
import type { CarriedOut } from './network.ts';
import { isMarked, type Meanings, mayBeWithdrawn, readTruth, ruleOf, type Truth } from './truth.ts';

type Verb = ApiRequest['verb'];

/** The longest that an operator may rightly act on what is no longer so: silence that goes unnoticed, back-off, and a list anew. */
const LONGEST_IGNORANCE_MS = 300_000;

export interface WardenParts {
  readonly cluster: EmbeddedCluster;
  readonly meanings: Meanings;
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
  /** Every rule set that was in force, and until when; the last one still is. */
  readonly #ruleSets: { readonly rules: Truth['rules']; until: number }[] = [];
  #writes = 0;

  constructor(parts: WardenParts) {
    this.#parts = parts;
    parts.cluster.onChange(() => this.#noteReasons());
  }

  /** Writes of all operators so far that changed something, or that were refused. */
  get writes(): number {
    return this.#writes;
  }

  readonly onCarriedOut = ({ by, request, revisionBefore }: CarriedOut): void => {
    if (request.method === 'GET') return;
    this.#writes += 1;
    for (const change of changesSince(this.#parts.cluster.state, revisionBefore)) this.#inspect(by, request.verb, change);
  };

  #inspect(by: string, verb: Verb, change: Change): void {
    const { resource, key, former, object, type } = change;
    const { complain } = this.#parts;
    if (resource !== 'deployments.apps') {
      complain('5 nothing unmarked is written', `${by} wrote ${resource} ${key}`);
      return;
    }
    if (former !== undefined && !isMarked(former))
      complain('5 nothing unmarked is written', `${by} changed ${key}, which is not its own`);
    if (type !== 'DELETED' && !isMarked(object)) complain('5 nothing unmarked is written', `${by} left ${key} without its mark`);
    this.#inspectSource(by, key, object);
    // The one patch that operators make scales to zero.
    if (former !== undefined && (verb === 'delete' || verb === 'patch')) this.#inspectWithdrawal(by, keyOfText(key), former);
  }

  #inspectSource(by: string, key: string, clone: JsonObject): void {
    const { namespace } = objectAt(clone, 'metadata');
    const source = objectAt(clone, 'metadata', 'annotations')['ddprofiler-rc.grove/source'];
    const live = this.#parts.cluster.state.objects.get('deployments.apps')?.get(`${String(namespace)}/${String(source)}`);
    if (live !== undefined && isMarked(live))
      this.#parts.complain('11 a clone leads to no clone', `${by} made ${key} of ${String(source)}`);
  }

  #inspectWithdrawal(by: string, key: Key, former: JsonObject): void {
    const { cluster, meanings, now, complain } = this.#parts;
    const mightGo = mayBeWithdrawn(readTruth(cluster.state, meanings), key, former) ? now() : this.#mightGo.get(key);
    if (mightGo !== undefined && now() - mightGo <= LONGEST_IGNORANCE_MS) return;
    // Made by an operator that knows the present rules, withdrawn by one that does not yet.
    const isRecent = ({ until }: { readonly until: number }) => now() - until <= LONGEST_IGNORANCE_MS;
    if (this.#ruleSets.filter(isRecent).some(({ rules }) => rules !== undefined && ruleOf(rules, key) === 'none')) return;
    complain('7 no withdrawal from a partial view', `${by} withdrew ${key}, whose rule and source are there`);
  }

  #noteReasons(): void {
    const { cluster, meanings, now } = this.#parts;
    const truth = readTruth(cluster.state, meanings);
    const last = this.#ruleSets.at(-1);
    if (last !== undefined) last.until = now();
    if (last === undefined || last.rules !== truth.rules) this.#ruleSets.push({ rules: truth.rules, until: now() });
    for (const [key, clone] of truth.deployments) {
      if (isMarked(clone) && mayBeWithdrawn(truth, key, clone)) this.#mightGo.set(key, now());
    }
  }
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

function keyOfText(key: string): Key {
  const [namespace = '', name = ''] = key.split('/');
  return keyOf(namespace, name);
}
