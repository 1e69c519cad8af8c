import { CONFIRM_ANNOTATION } from '../decide/guardrails/mass-deletion.ts';
import type { Event, Failure } from '../events.ts';
import { type Json, stringMapAt } from '../kube/json.ts';
import { type KubeObject, readKubeObject } from '../kube/kube-object.ts';
import { compareResourceVersions } from '../kube/resource-version.ts';
import { isSameBinding, type RulesLocation, readBinding, readBindingObject } from '../objects/binding.ts';
import { readMemory } from '../rules/memory.ts';
import type { ReadRules } from '../rules/read-rules.ts';
import { type BookBasis, type Unread, withConfirmation, withMemory, withoutReading, withReading } from '../rules/rule-book.ts';
import { rulesStream, type State, streamState } from '../state.ts';
import type { List } from './watched-kind.ts';

/**
 * How the rules follow from the binding and its ConfigMap.
 *
 * | event | location | rules |
 * | --- | --- | --- |
 * | binding seen, valid, same place | kept | kept |
 * | binding seen, valid, another place | the new one | unknown until that place is read |
 * | binding seen, invalid or to a namespace that is not allowed; binding gone | none | unknown, and no ConfigMap is read |
 * | ConfigMap seen, same text | kept | kept, with what it confirms |
 * | ConfigMap seen, other text | kept | as the text says |
 * | ConfigMap seen without the key; ConfigMap gone | kept | unknown |
 *
 * Unknown rules leave the last good ones in force (rule-book.ts), which the memory has:
 *
 * | event | memory |
 * | --- | --- |
 * | seen, or the answer to our write, and newer than what is known | as it says |
 * | vanished, or not in a list | none |
 */
export function bindingSeen(former: State, binding: KubeObject): State {
  const state = { ...former, binding: readBindingObject(binding) };
  const reading = readBinding(binding, state.scope.limits.rulesNamespaces);
  if (reading.kind === 'invalid') return withoutLocation(state, reading);
  const { location } = reading;
  if (sameLocation(state.location, location)) return state;
  const message = `the rules in ${describe(location)} were not read yet`;
  return { ...withoutLocation(state, { reason: 'NotReadYet', message }), location };
}

export function bindingGone(state: State): State {
  const { namespace, name } = state.scope.binding;
  const message = `there is no binding: no DDProfCrd ${namespace}/${name} exists`;
  return withoutLocation({ ...state, binding: undefined }, { reason: 'NoBinding', message });
}

export function configMapSeen(state: State, configMap: KubeObject, read: ReadRules): State {
  const { location } = state;
  if (location === undefined) return state;
  const text = stringMapAt(configMap.raw, 'data')[location.tag];
  if (text === undefined) {
    return withoutText(state, { reason: 'NoKey', message: `${describe(location)}: the ConfigMap has no such key` });
  }
  const confirmed = stringMapAt(configMap.raw, 'metadata', 'annotations')[CONFIRM_ANNOTATION];
  const former = withConfirmation(state.book, confirmed);
  if (text === state.rulesText) return former === state.book ? state : { ...state, book: former };
  const book = withReading(former, read(text, state.scope.namespaces), basisOf(state));
  const writeFailures = state.writeFailures.filter((_, key) => book.rules.has(key) || state.ours.has(key));
  // Another text makes another memory due: that the former one was refused tells nothing of it.
  return { ...state, rulesText: text, book, writeFailures, memoryFailure: undefined };
}

export function bindingAudited(state: State, list: List): State {
  if (hasPassed(state, list)) return state;
  const [binding] = list.objects;
  if (binding === undefined) return unlessKnown(state, bindingGone(state));
  const next = bindingSeen(state, binding);
  const isSame = state.binding !== undefined && next.binding !== undefined && isSameBinding(state.binding, next.binding);
  return isSame ? unlessKnown(state, { ...next, binding: state.binding }) : next;
}

export function configMapAudited(state: State, list: List, read: ReadRules): State {
  if (hasPassed(state, list)) return state;
  const [configMap] = list.objects;
  return unlessKnown(state, configMap === undefined ? configMapGone(state) : configMapSeen(state, configMap, read));
}

/** All events of such a stream are about one object: one from after the audit tells all that it could. */
function hasPassed(state: State, { stream, resourceVersion }: List): boolean {
  return compareResourceVersions(streamState(state, stream).resourceVersion, resourceVersion) > 0;
}

/** `next`, unless it tells the same. */
function unlessKnown(state: State, next: State): State {
  const { binding, location, rulesText, book } = next;
  const isKnown =
    binding === state.binding && location === state.location && rulesText === state.rulesText && book === state.book;
  return isKnown ? state : next;
}

/** The rules text that `event` brings, where it is about the ConfigMap that the binding of `state` names. */
export function rulesTextIn(event: Event, state: State): string | undefined {
  if (state.location === undefined || !('stream' in event) || event.stream !== rulesStream(state)) return undefined;
  const object = event.type === 'seen' ? event.object : 'objects' in event ? event.objects[0] : undefined;
  return stringMapAt(object, 'data')[state.location.tag];
}

export function configMapGone(state: State): State {
  if (state.location === undefined) return state;
  return withoutText(state, { reason: 'NoConfigMap', message: `${describe(state.location)}: there is no such ConfigMap` });
}

function withoutLocation(state: State, unread: Unread): State {
  const former = rulesStream(state);
  const streams = former === undefined ? state.streams : state.streams.delete(former);
  return { ...withoutText(state, unread), location: undefined, streams };
}

function withoutText(state: State, { reason, message }: Unread): State {
  return { ...state, rulesText: undefined, book: withoutReading(state.book, { reason, message }, basisOf(state)) };
}

export function memorySeen(state: State, object: KubeObject): State {
  const known = state.memory;
  if (known !== undefined && compareResourceVersions(object.resourceVersion, known.resourceVersion) <= 0) return state;
  const memory = readMemory(object, [...(known?.rules.values() ?? []), ...state.book.stated.values()]);
  // Somebody wrote it: what a former try of ours came to is no news any more.
  return withStored({ ...state, memory, memoryFailure: undefined });
}

export function memoryListed(state: State, { resourceVersion, objects: [object] }: List): State {
  return object === undefined ? memoryGone(state, resourceVersion) : memorySeen(state, object);
}

/** @param resourceVersion as of which there was none */
export function memoryGone(state: State, resourceVersion: string): State {
  const { memory } = state;
  const isNewer = memory !== undefined && compareResourceVersions(memory.resourceVersion, resourceVersion) > 0;
  return memory === undefined || isNewer ? state : withStored({ ...state, memory: undefined });
}

/** The answer to a write of ours. Where the watch has overtaken it, it tells nothing new: what was written may be gone since. */
export function memoryWritten(state: State, answer: Json): State {
  const object = readKubeObject(answer);
  const succeeded = { ...state, memoryFailure: undefined };
  const passed = streamState(state, 'memory').resourceVersion;
  const isNews = object !== undefined && compareResourceVersions(object.resourceVersion, passed) > 0;
  return isNews ? memorySeen(succeeded, object) : succeeded;
}

/** That another operator was faster, or somebody deleted it, is no failure: the watch tells what is there now. */
export function memoryWriteFailed(state: State, failure: Failure): State {
  const isOutdated = failure.code === 'Conflict' || failure.code === 'NotFound';
  return isOutdated ? state : { ...state, memoryFailure: failure };
}

function withStored(state: State): State {
  return { ...state, book: withMemory(state.book, basisOf(state)) };
}

function basisOf({ memory, scope }: State): BookBasis {
  return { memory, namespaces: scope.namespaces };
}

function sameLocation(a: RulesLocation | undefined, b: RulesLocation): boolean {
  return a !== undefined && a.namespace === b.namespace && a.name === b.name && a.tag === b.tag;
}

function describe(location: RulesLocation): string {
  return `ConfigMap ${location.namespace}/${location.name}, key ${location.tag}`;
}
