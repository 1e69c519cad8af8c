import { Map as ImmutableMap, Set as ImmutableSet } from 'immutable';
import { configMapStream, type Failure, NAMESPACED_KINDS, type NamespacedKind, type StreamId } from './events.ts';
import type { Key } from './kube/keys.ts';
import type { BindingObject, RulesLocation } from './objects/binding.ts';
import type { Autoscaler, Budget } from './objects/companions.ts';
import type { Deployment } from './objects/deployment.ts';
import type { Memory } from './rules/memory.ts';
import { sourceKeyOf } from './rules/rule.ts';
import { NO_RULES_YET, type RuleBook } from './rules/rule-book.ts';
import type { Scope } from './scope.ts';

/** How far one stream has come. */
export interface StreamState {
  /** True after the first complete list: from then on absence means something. */
  readonly listed: boolean;
  /** Everything up to here was seen; empty before the first list. */
  readonly resourceVersion: string;
  readonly failure: Failure | undefined;
}

/**
 * `decidable`: every Deployment was listed, and all else was looked for. Rules that cannot be read are unknown, which never deletes; a
 * Deployment that was not listed would look absent, which may. `complete`: the rules were read too, or found absent. What each waits for is with
 * the kind of stream (evolve/kinds.ts).
 */
export type Sync = 'waiting' | 'decidable' | 'complete';

/** All that is kept of a Deployment that bears our mark though no rule that we know made it: there may be many, and large ones. */
export interface Unclaimed {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** How many clones there are, by what rules in force and the memory know of. What was not looked for yet counts as there. */
export interface CloneCounts {
  /** Those that bear our mark: what has the name of a clone alone is somebody else's. */
  readonly claimed: number;
  /** Those of them that are to be deleted for want of a rule. */
  readonly doomed: number;
  /** Those of them that lost their rule. */
  readonly leaving: number;
}

export const NO_CLONES: CloneCounts = { claimed: 0, doomed: 0, leaving: 0 };

/** Everything that decisions hang on. Immutable: each event makes a new one that shares all it can with the old. */
export interface State {
  readonly scope: Scope;
  readonly streams: ImmutableMap<StreamId, StreamState>;
  /** How far the first sync has come; it never goes back, also when the binding then points to a ConfigMap that was not read yet. */
  readonly sync: Sync;
  /** `undefined` where there is none. */
  readonly binding: BindingObject | undefined;
  /** Where the binding says that the rules are; `undefined` where there is no binding, or an invalid one. */
  readonly location: RulesLocation | undefined;
  /** The rules text last read at that location: a change elsewhere in the ConfigMap is none. */
  readonly rulesText: string | undefined;
  /** The last good rules, as they are stored; `undefined` where they are not, or were not read yet. */
  readonly memory: Memory | undefined;
  /** The last failed write of the memory, until one succeeds. */
  readonly memoryFailure: Failure | undefined;
  /** What follows from the text and the memory. */
  readonly book: RuleBook;
  /** Sources and clones alike: those that matter (interest.ts) and are there. */
  readonly deployments: ImmutableMap<Key, Deployment>;
  /** Those of them that bear our mark: clones that a rule makes, or made. */
  readonly ours: ImmutableSet<Key>;
  /** How many clones of ours there are; follows from the book and `ours`. */
  readonly counts: CloneCounts;
  /** Deployments that bear our mark though no rule that we know made them. */
  readonly unclaimed: ImmutableMap<Key, Unclaimed>;
  /** By namespace. */
  readonly autoscalers: ImmutableMap<string, ImmutableMap<Key, Autoscaler>>;
  /** By namespace. */
  readonly budgets: ImmutableMap<string, ImmutableMap<Key, Budget>>;
  /** Objects (by UID) whose deletion the API server accepted from us, until they are seen to be gone. */
  readonly deleting: ImmutableMap<Key, string>;
  /** The last failed write of a key, or look for what it hangs on, until one succeeds or the clone is gone. */
  readonly writeFailures: ImmutableMap<Key, Failure>;
  /**
   * Deployments that matter, and of which nothing tells yet whether they are there; each with the number of the question, so that the answer
   * to an earlier one, from before it last ceased to matter, is known as such.
   */
  readonly unseen: ImmutableMap<Key, number>;
  /** How many questions there were. */
  readonly questions: number;
}

export function initialState(scope: Scope): State {
  return {
    scope,
    streams: ImmutableMap(),
    sync: 'waiting',
    binding: undefined,
    location: undefined,
    rulesText: undefined,
    memory: undefined,
    memoryFailure: undefined,
    book: NO_RULES_YET,
    deployments: ImmutableMap(),
    ours: ImmutableSet(),
    counts: NO_CLONES,
    unclaimed: ImmutableMap(),
    autoscalers: ImmutableMap(),
    budgets: ImmutableMap(),
    deleting: ImmutableMap(),
    writeFailures: ImmutableMap(),
    unseen: ImmutableMap(),
    questions: 0,
  };
}

/** Every stream that is there for the life of the operator, but for those of the binding and the memory. */
export function namespacedStreams({ namespaces }: Scope): readonly StreamId[] {
  const places = namespaces === '*' ? ['*'] : namespaces;
  return NAMESPACED_KINDS.flatMap((kind) => places.map((place): StreamId => `${kind}/${place}`));
}

/** The stream that objects of `kind` in `namespace` arrive on. */
export function streamOf(scope: Scope, kind: NamespacedKind, namespace: string): StreamId {
  return `${kind}/${scope.namespaces === '*' ? '*' : namespace}`;
}

/** The stream of the ConfigMap that the binding names, if it names one. */
export function rulesStream(state: State): StreamId | undefined {
  return state.location === undefined ? undefined : configMapStream(state.location.namespace, state.location.name);
}

/** The source of a clone: by its rule, else by the rule that it had; `undefined` where no rule tells. */
export function knownSourceOf({ book }: State, key: Key): Key | undefined {
  const rule = book.rules.get(key);
  return rule === undefined ? book.removals.get(key)?.source : sourceKeyOf(rule);
}

/** Why the memory cannot be read or written at present. */
export function failureOfMemory(state: State): Failure | undefined {
  return state.memoryFailure ?? streamState(state, 'memory').failure;
}

/** True when decisions may be made. */
export function isSynced(state: State): boolean {
  return state.sync !== 'waiting';
}

const UNSEEN: StreamState = { listed: false, resourceVersion: '', failure: undefined };

export function streamState(state: State, stream: StreamId): StreamState {
  return state.streams.get(stream) ?? UNSEEN;
}
