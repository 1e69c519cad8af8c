import { Map as ImmutableMap, Set as ImmutableSet } from 'immutable';
import type { RulesLocation } from './binding.ts';
import type { BindingName } from './clone/mark.ts';
import type { Deployment } from './deployment.ts';
import { configMapStream, deploymentsStream, type Failure, type StreamId } from './events.ts';
import type { Key } from './keys.ts';
import { NO_RULES_YET, type RuleBook } from './rule-book.ts';

/** What never changes while the operator runs. */
export interface Scope {
  readonly binding: BindingName;
  /** Where sources and clones may be; `*` stands for every namespace. */
  readonly namespaces: '*' | readonly string[];
}

/** How far one stream has come. */
export interface StreamState {
  /** True after the first complete list: from then on absence means something. */
  readonly listed: boolean;
  /** Everything up to here was seen; empty before the first list. */
  readonly resourceVersion: string;
  readonly failure: Failure | undefined;
}

/**
 * `decidable`: every Deployment was listed, and the rules were looked for. Rules that cannot be read are unknown, which never deletes; a
 * Deployment that was not listed would look absent, which may. `complete`: the rules were read too, or found absent.
 */
export type Sync = 'waiting' | 'decidable' | 'complete';

/** Everything that decisions hang on. Immutable: each event makes a new one that shares all it can with the old. */
export interface State {
  readonly scope: Scope;
  readonly streams: ImmutableMap<StreamId, StreamState>;
  /** How far the first sync has come; it never goes back, also when the binding then points to a ConfigMap that was not read yet. */
  readonly sync: Sync;
  /** Where the binding says that the rules are; `undefined` where there is no binding, or an invalid one. */
  readonly location: RulesLocation | undefined;
  /** The rules text last read at that location: a change elsewhere in the ConfigMap is none. */
  readonly rulesText: string | undefined;
  readonly book: RuleBook;
  /** Sources and clones alike. */
  readonly deployments: ImmutableMap<Key, Deployment>;
  /** The keys of our own clones. */
  readonly ours: ImmutableSet<Key>;
  /** Our own clones, by the source that they remember: for when no rule tells. */
  readonly rememberedClones: ImmutableMap<Key, ImmutableSet<Key>>;
  /** Objects (by UID) whose deletion the API server accepted from us, until they are seen to be gone. */
  readonly deleting: ImmutableMap<Key, string>;
  /** The last failed write of a key, until one succeeds or the clone is gone. */
  readonly writeFailures: ImmutableMap<Key, Failure>;
}

export function initialState(scope: Scope): State {
  return {
    scope,
    streams: ImmutableMap(),
    sync: 'waiting',
    location: undefined,
    rulesText: undefined,
    book: NO_RULES_YET,
    deployments: ImmutableMap(),
    ours: ImmutableSet(),
    rememberedClones: ImmutableMap(),
    deleting: ImmutableMap(),
    writeFailures: ImmutableMap(),
  };
}

export function deploymentStreams(scope: Scope): readonly StreamId[] {
  return scope.namespaces === '*' ? [deploymentsStream('*')] : scope.namespaces.map(deploymentsStream);
}

/** The stream that Deployments of `namespace` arrive on. */
export function deploymentStreamOf(scope: Scope, namespace: string): StreamId {
  return deploymentsStream(scope.namespaces === '*' ? '*' : namespace);
}

/** The stream of the ConfigMap that the binding names, if it names one. */
export function rulesStream(state: State): StreamId | undefined {
  return state.location === undefined ? undefined : configMapStream(state.location.namespace, state.location.name);
}

/** True when decisions may be made. */
export function isSynced(state: State): boolean {
  return state.sync !== 'waiting';
}

/** How far the first sync has come by what the streams are now. */
export function syncOf(state: State): Sync {
  if (state.sync === 'complete') return 'complete';
  const required = requiredStreams(state);
  if (required.every((stream) => streamState(state, stream).listed)) return 'complete';
  const isDecidable = required.every((stream) => {
    const { listed, failure } = streamState(state, stream);
    return listed || (failure !== undefined && !stream.startsWith('deployments/'));
  });
  return isDecidable ? 'decidable' : state.sync;
}

/** What the first complete sync still waits for, one sentence each; empty once it is done. An absent object counts as listed. */
export function unsyncedReasons(state: State): readonly string[] {
  if (state.sync === 'complete') return [];
  return requiredStreams(state)
    .filter((stream) => !streamState(state, stream).listed)
    .map((stream) => `${stream}: ${streamState(state, stream).failure?.message ?? 'not listed yet'}`);
}

function requiredStreams(state: State): readonly StreamId[] {
  const rules = rulesStream(state);
  return ['binding', ...(rules === undefined ? [] : [rules]), ...deploymentStreams(state.scope)];
}

const UNSEEN: StreamState = { listed: false, resourceVersion: '', failure: undefined };

export function streamState(state: State, stream: StreamId): StreamState {
  return state.streams.get(stream) ?? UNSEEN;
}
