import { type Announcement, FIELD_MANAGER } from '@ddprofiler-rc/core';
import { requestJson } from './json-answer.ts';
import { eventsPath } from './resources.ts';
import type { ApiRequest, Transport } from './transport.ts';

/** As of every write. */
const TIMEOUT_MS = 8_000;

/** When it was told, how often so far, and by whom. */
export interface Telling {
  /** Of the Event object; the same announcement has the same one. */
  readonly name: string;
  /** RFC 3339, with microseconds. */
  readonly time: string;
  /** Which operator: the host's name, or the pod's. */
  readonly instance: string;
}

/**
 * Tells it for the first time.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 * @throws ApiFailure; `Conflict` where it was told before
 */
export async function createEvent(transport: Transport, announcement: Announcement, telling: Telling): Promise<void> {
  const { regarding, type, reason, action, note } = announcement;
  const { name, time, instance } = telling;
  const json = {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { namespace: regarding.namespace, name },
    eventTime: time,
    reportingController: FIELD_MANAGER,
    reportingInstance: instance,
    action,
    reason,
    type,
    regarding: { ...regarding },
    note,
  };
  await requestJson(transport, {
    ...requestOf(announcement, name),
    verb: 'create',
    method: 'POST',
    path: eventsPath(regarding.namespace),
    body: { contentType: 'application/json', json },
  });
}

/**
 * Tells it once more.
 * @param count how often it was told, this time included: 2 or more
 * @throws ApiFailure; `NotFound` where the cluster has forgotten it, as it does after some time
 */
export async function repeatEvent(
  transport: Transport,
  announcement: Announcement,
  { name, time }: Telling,
  count: number,
): Promise<void> {
  await requestJson(transport, {
    ...requestOf(announcement, name),
    verb: 'patch',
    method: 'PATCH',
    path: `${eventsPath(announcement.regarding.namespace)}/${name}`,
    body: { contentType: 'application/merge-patch+json', json: { series: { count, lastObservedTime: time } } },
  });
}

function requestOf({ reason, regarding }: Announcement, name: string): Pick<ApiRequest, 'query' | 'what' | 'timeoutMs'> {
  return {
    query: { fieldManager: FIELD_MANAGER },
    what: `tell ${reason} of ${regarding.namespace}/${regarding.name} (event ${name})`,
    timeoutMs: TIMEOUT_MS,
  };
}
