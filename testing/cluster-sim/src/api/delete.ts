import type { Json, JsonObject } from '@ddprofiler-rc/core';
import { equalJson, listAt, numberAt, objectAt, stringAt, withValueAt } from '../json.ts';
import type { ResourceInfo } from '../kinds/index.ts';
import type { Exchange } from '../request.ts';
import type { ClusterState } from '../state.ts';
import { type Address, kindSubjectOf, subjectOf } from './address.ts';
import { afterCustomObjectGone, isDefinition, terminatingDefinition } from './custom-definition.ts';
import { type DeleteOptions, deleteOptions } from './delete-options.ts';
import { existing } from './get.ts';
import { listOf, matcherOf } from './list.ts';
import { rulesOf } from './resource-rules.ts';
import { conflict } from './status-error.ts';
import { keyOf, list, put, remove, timestamp } from './store.ts';
import { answerOf, type WriteContext } from './write.ts';

/** @throws Refusal 404, 409, 422 */
export function deleteOne(state: ClusterState, { address, request, now }: WriteContext): Exchange {
  const options = deleteOptions(request);
  const object = existing(state, address);
  checkPreconditions(address, object, options);
  const { state: after, object: last, isGone } = deleted(state, address.info, object, options, now);
  const body = isGone && rulesOf(address.info).answersDeleted !== true ? success(address, object) : last;
  if (!options.isDryRun) return { state: after, answer: answerOf(200, body) };
  const { resourceVersion = '' } = objectAt(object, 'metadata');
  return {
    state,
    answer: answerOf(200, body === last ? withValueAt(last, ['metadata', 'resourceVersion'], resourceVersion) : body),
  };
}

/** Deletes all that the selectors take, and answers with what it took, as it was before. */
export function deleteCollection(state: ClusterState, { address, request, now }: WriteContext): Exchange {
  const { info, namespace } = address;
  const options = deleteOptions(request);
  const taken = list(state, info.name, namespace).filter(matcherOf(info, request.query));
  const body = listOf(info, { revision: state.revision, objects: taken });
  if (options.isDryRun) return { state, answer: answerOf(200, body) };
  const after = taken.reduce((former, object) => deleted(former, info, object, options, now).state, state);
  return { state: after, answer: answerOf(200, body) };
}

function checkPreconditions(address: Address, object: JsonObject, { uid, resourceVersion }: DeleteOptions): void {
  const { info, name } = address;
  const stored = objectAt(object, 'metadata');
  if (uid !== undefined && uid !== stored.uid) {
    if (info.name === 'namespaces')
      throw conflict(
        subjectOf(address),
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${String(stored.uid)}`,
      );
    throw conflict(
      kindSubjectOf({ info, name }),
      `the UID in the precondition (${uid}) does not match the UID in record (${String(stored.uid)}). The object might have been deleted and then recreated`,
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== stored.resourceVersion)
    throw conflict(
      kindSubjectOf({ info, name }),
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${String(stored.resourceVersion)}). The object might have been modified`,
    );
}

interface Deleted {
  readonly state: ClusterState;
  /** As it is now, or was last. */
  readonly object: JsonObject;
  readonly isGone: boolean;
}

/**
 * | the object | then |
 * | --- | --- |
 * | is a namespace | stays, terminating, until a controller has emptied it |
 * | is a CustomResourceDefinition | takes the objects of its kind along; stays, terminating, until they are gone |
 * | is a pod that runs, with a grace period | stays, terminating, until its node lets it go |
 * | has finalizers, or gets one by the propagation | stays, terminating |
 * | any other | is gone |
 */
function deleted(state: ClusterState, info: ResourceInfo, object: JsonObject, options: DeleteOptions, now: number): Deleted {
  if (info.name === 'namespaces') return stored(state, info, terminatingNamespace(object, now));
  if (isDefinition(info)) return deletedDefinition(state, info, object, options, now);
  const finalizers = finalizersFor(object, options);
  if (rulesOf(info).isGraceful === true) return deletedGracefully(state, info, object, finalizers, options, now);
  if (finalizers.length === 0) return gone(state, info, object);
  return stored(state, info, terminating(object, finalizers, { graceSeconds: 0, now }));
}

function stored(state: ClusterState, info: ResourceInfo, object: JsonObject): Deleted {
  return { ...put(state, info.name, object), isGone: false };
}

function gone(state: ClusterState, info: ResourceInfo, object: JsonObject): Deleted {
  const removed = remove(state, info.name, keyOf(object), object) ?? { state, object };
  return { state: afterCustomObjectGone(removed.state, info.name), object: removed.object, isGone: true };
}

/** What garbage collection must do before the object may go, as finalizers. Without a wish, those that are there stay. */
function finalizersFor(object: JsonObject, { propagation }: DeleteOptions): readonly Json[] {
  const present = listAt(object, 'metadata', 'finalizers');
  if (propagation === undefined) return present;
  const others = present.filter((finalizer) => finalizer !== 'foregroundDeletion' && finalizer !== 'orphan');
  switch (propagation) {
    case 'Background':
      return others;
    case 'Foreground':
      return [...others, 'foregroundDeletion'];
    case 'Orphan':
      return [...others, 'orphan'];
  }
}

interface End {
  readonly graceSeconds: number;
  readonly now: number;
}

/** The first time, it counts as a change of the object's content. */
function terminating(object: JsonObject, finalizers: readonly Json[], { graceSeconds, now }: End): JsonObject {
  const metadata = objectAt(object, 'metadata');
  const isFirst = metadata.deletionTimestamp === undefined;
  const generation = numberAt(metadata, 'generation') ?? 0;
  const { finalizers: former, ...rest } = metadata;
  return {
    ...object,
    metadata: {
      ...rest,
      ...(isFirst && generation > 0 ? { generation: generation + 1 } : {}),
      ...(isFirst ? { deletionTimestamp: timestamp(now + graceSeconds * 1_000) } : {}),
      deletionGracePeriodSeconds: graceSeconds,
      ...(finalizers.length === 0 ? {} : { finalizers: equalJson(former, finalizers) ? (former ?? []) : finalizers }),
    },
  };
}

function terminatingNamespace(namespace: JsonObject, now: number): JsonObject {
  const metadata = objectAt(namespace, 'metadata');
  const marked = { ...metadata, deletionTimestamp: metadata.deletionTimestamp ?? timestamp(now) };
  return withValueAt({ ...namespace, metadata: marked }, ['status', 'phase'], 'Terminating');
}

const DEFAULT_GRACE_S = 30;

/** A grace period may be shortened by another delete, never lengthened. Without one, the object is seen to end before it is gone. */
function deletedGracefully(
  state: ClusterState,
  info: ResourceInfo,
  object: JsonObject,
  finalizers: readonly Json[],
  { graceSeconds }: DeleteOptions,
  now: number,
): Deleted {
  const granted = isRunning(object)
    ? (graceSeconds ?? numberAt(object, 'spec', 'terminationGracePeriodSeconds') ?? DEFAULT_GRACE_S)
    : 0;
  const present = numberAt(object, 'metadata', 'deletionGracePeriodSeconds');
  const isEnding = stringAt(object, 'metadata', 'deletionTimestamp') !== undefined;
  if (isEnding && (graceSeconds === undefined || granted >= (present ?? 0))) {
    if (granted > 0 || (present ?? 0) > 0 || finalizers.length > 0) return { state, object, isGone: false };
  }
  const { deletionTimestamp: _former, ...metadata } = objectAt(object, 'metadata');
  const end = { deletionTimestamp: timestamp(now + granted * 1_000) };
  const marked = terminating(isEnding ? { ...object, metadata: { ...metadata, ...end } } : object, finalizers, {
    graceSeconds: granted,
    now,
  });
  const seen = stored(state, info, marked);
  return granted > 0 || finalizers.length > 0 ? seen : gone(seen.state, info, seen.object);
}

function isRunning(pod: JsonObject): boolean {
  const phase = stringAt(pod, 'status', 'phase');
  return (stringAt(pod, 'spec', 'nodeName') ?? '') !== '' && phase !== 'Failed' && phase !== 'Succeeded';
}

function deletedDefinition(
  state: ClusterState,
  info: ResourceInfo,
  definition: JsonObject,
  options: DeleteOptions,
  now: number,
): Deleted {
  const marked = stored(state, info, terminatingDefinition(definition, now));
  const resource = stringAt(definition, 'metadata', 'name') ?? '';
  const own: ResourceInfo = { ...info, name: resource };
  const plain: DeleteOptions = { ...options, propagation: undefined, uid: undefined, resourceVersion: undefined };
  const emptied = list(marked.state, resource).reduce((former, object) => {
    const finalizers = finalizersFor(object, plain);
    if (finalizers.length === 0) return remove(former, resource, keyOf(object))?.state ?? former;
    return stored(former, own, terminating(object, finalizers, { graceSeconds: 0, now })).state;
  }, marked.state);
  return { state: afterCustomObjectGone(emptied, resource), object: marked.object, isGone: false };
}

function success(address: Address, object: JsonObject): JsonObject {
  const { info } = address;
  const { name = '', uid = '' } = objectAt(object, 'metadata');
  const group: JsonObject = info.group === '' ? {} : { group: info.group };
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...group, kind: info.plural, uid },
  };
}
