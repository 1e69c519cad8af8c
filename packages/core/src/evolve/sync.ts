import type { StreamId } from '../events.ts';
import { namespacedStreams, rulesStream, type State, type Sync, streamState } from '../state.ts';
import { watchedKindOf } from './kinds.ts';

/** How far the first sync has come by what the streams are now. */
export function syncOf(state: State): Sync {
  if (state.sync === 'complete') return 'complete';
  const streams = awaitedStreams(state);
  if (streams.every((stream) => isSettled(state, stream, 'complete'))) return 'complete';
  return streams.every((stream) => isSettled(state, stream, 'decidable')) ? 'decidable' : state.sync;
}

/** What the first complete sync still waits for, one sentence each; empty once it is done. An absent object counts as listed. */
export function unsyncedReasons(state: State): readonly string[] {
  if (state.sync === 'complete') return [];
  return awaitedStreams(state)
    .filter((stream) => !isSettled(state, stream, 'complete'))
    .map((stream) => `${stream}: ${streamState(state, stream).failure?.message ?? 'not listed yet'}`);
}

/** True where all is known but the memory, which cannot be read: that must be told, though without it nothing is done by a rule. */
export function lacksMemoryAlone(state: State): boolean {
  const { listed, failure } = streamState(state, 'memory');
  const others = awaitedStreams(state).filter((stream) => stream !== 'memory');
  return !listed && failure !== undefined && others.every((stream) => isSettled(state, stream, 'complete'));
}

/** True for a stream without which the work goes on, where it cannot be read: less is known then, and less is done. */
export function isDispensable(stream: StreamId): boolean {
  return watchedKindOf(stream).needs.complete !== 'listed';
}

function isSettled(state: State, stream: StreamId, sync: Exclude<Sync, 'waiting'>): boolean {
  const { listed, failure } = streamState(state, stream);
  const need = watchedKindOf(stream).needs[sync];
  return listed || need === 'nothing' || (need === 'asked' && failure !== undefined);
}

function awaitedStreams(state: State): readonly StreamId[] {
  return [...streamsOfText(state), 'memory', ...namespacedStreams(state.scope)];
}

/** True once the rules text was read, or found absent, or could not be read. */
export function wasTextAskedFor(state: State): boolean {
  return streamsOfText(state).every((stream) => isSettled(state, stream, 'decidable'));
}

/** The same of the memory, too: what matters is known by then, as far as it can be. */
export function wereRulesAskedFor(state: State): boolean {
  return wasTextAskedFor(state) && isSettled(state, 'memory', 'decidable');
}

function streamsOfText(state: State): readonly StreamId[] {
  const rules = rulesStream(state);
  return rules === undefined ? ['binding'] : ['binding', rules];
}
