import type { Json, JsonObject } from '@ddprofiler-rc/core';
import { listAt, numberAt, objectAt, stringAt, withValueAt } from '../json.ts';
import type { Exchange, Request } from '../request.ts';
import type { ClusterState } from '../state.ts';
import { type Address, apiVersionOf, subjectOf } from './address.ts';
import { existing } from './read.ts';
import { fieldMatcher, labelMatcher } from './selectors.ts';
import { conflict } from './status-error.ts';
import { isHeld, keyOf, list, put, remove, timestamp } from './store.ts';
import type { WriteContext } from './write.ts';
import { answerOf } from './write.ts';

/** What a delete may ask for; its body is a `DeleteOptions`, and the query may say the same. */
interface DeleteOptions {
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  readonly propagation: string;
  readonly graceSeconds: number | undefined;
  readonly isDryRun: boolean;
}

function optionsOf({ body, query }: Request): DeleteOptions {
  const given = objectAt(body);
  const orphans = given.orphanDependents === true || query.orphanDependents === 'true';
  const grace =
    numberAt(given, 'gracePeriodSeconds') ??
    (query.gracePeriodSeconds === undefined ? undefined : Number(query.gracePeriodSeconds));
  return {
    uid: stringAt(given, 'preconditions', 'uid'),
    resourceVersion: stringAt(given, 'preconditions', 'resourceVersion'),
    propagation: stringAt(given, 'propagationPolicy') ?? query.propagationPolicy ?? (orphans ? 'Orphan' : 'Background'),
    graceSeconds: grace,
    isDryRun: query.dryRun === 'All' || listAt(given, 'dryRun').includes('All'),
  };
}

/**
 * | the object | then |
 * | --- | --- |
 * | has finalizers, or gets one by the propagation | stays, terminating; it is answered |
 * | is a pod, with a grace period | stays, terminating, until its node lets it go |
 * | is a namespace | stays, terminating, until it is empty |
 * | any other | is gone; a `Status` is answered |
 *
 * @throws Refusal 404, 409
 */
export function deleteOne(state: ClusterState, context: WriteContext): Exchange {
  const { address, request, now } = context;
  const object = existing(state, address);
  const options = optionsOf(request);
  checkPreconditions(address, object, options);
  const deleted = deletedObject(state, address, object, options, now);
  if (deleted.kept === undefined)
    return { state: options.isDryRun ? state : deleted.state, answer: answerOf(200, success(address, object)) };
  return { state: options.isDryRun ? state : deleted.state, answer: answerOf(200, deleted.kept) };
}

/** Deletes all that the selectors take, and answers with what it took. */
export function deleteCollection(state: ClusterState, { address, request, now }: WriteContext): Exchange {
  const { info, namespace } = address;
  const { labelSelector = '', fieldSelector = '' } = request.query;
  const hasLabels = labelMatcher(labelSelector);
  const hasFields = fieldMatcher(fieldSelector, info.kind);
  const options = optionsOf(request);
  const taken = list(state, info.name, namespace).filter((object) => hasLabels(object) && hasFields(object));
  const after = taken.reduce((former, object) => deletedObject(former, address, object, options, now).state, state);
  const body = {
    kind: info.listKind,
    apiVersion: apiVersionOf(info),
    metadata: { resourceVersion: String(after.revision) },
    items: taken,
  };
  return { state: options.isDryRun ? state : after, answer: answerOf(200, body) };
}

function checkPreconditions(address: Address, object: JsonObject, { uid, resourceVersion }: DeleteOptions): void {
  const stored = objectAt(object, 'metadata');
  if (uid !== undefined && uid !== stored.uid) {
    throw conflict(
      subjectOf(address),
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${String(stored.uid)}`,
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== stored.resourceVersion) {
    throw conflict(
      subjectOf(address),
      `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${String(stored.resourceVersion)}`,
    );
  }
}

/** What garbage collection must do before the object may go, as its finalizers. */
const FINALIZERS: Readonly<Record<string, string>> = { Foreground: 'foregroundDeletion', Orphan: 'orphan' };

interface Deleted {
  readonly state: ClusterState;
  /** Undefined where it is gone. */
  readonly kept: JsonObject | undefined;
}

function deletedObject(
  state: ClusterState,
  { info }: Address,
  object: JsonObject,
  { propagation, graceSeconds }: DeleteOptions,
  now: number,
): Deleted {
  const finalizers = listAt(object, 'metadata', 'finalizers');
  const added = FINALIZERS[propagation];
  const wanted: readonly Json[] = added === undefined || finalizers.includes(added) ? finalizers : [...finalizers, added];
  const grace = info.kind === 'Pod' ? (graceSeconds ?? numberAt(object, 'spec', 'terminationGracePeriodSeconds') ?? 30) : 0;
  const isTerminating = stringAt(object, 'metadata', 'deletionTimestamp') !== undefined;
  if (wanted.length === 0 && grace === 0 && info.kind !== 'Namespace') {
    const gone = remove(state, info.name, keyOf(object));
    return { state: gone?.state ?? state, kept: undefined };
  }
  if (isTerminating && wanted.length === finalizers.length && isHeld(object)) return { state, kept: object };
  const metadata: JsonObject = {
    ...objectAt(object, 'metadata'),
    ...(isTerminating ? {} : { deletionTimestamp: timestamp(now + grace * 1_000), deletionGracePeriodSeconds: grace }),
    ...(wanted.length === 0 ? {} : { finalizers: wanted }),
    ...(info.hasGeneration && !isTerminating ? { generation: (numberAt(object, 'metadata', 'generation') ?? 0) + 1 } : {}),
  };
  const terminating = { ...object, metadata };
  const kept = info.kind === 'Namespace' ? withValueAt(terminating, ['status', 'phase'], 'Terminating') : terminating;
  const stored = put(state, info.name, kept);
  return { state: stored.state, kept: stored.object };
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
