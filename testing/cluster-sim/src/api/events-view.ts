import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { Answer, Request } from '../request.ts';

/**
 * Events have two faces and one store, as in the real server: `events.k8s.io/v1` is served by renaming the fields of `v1`. Of its verbs those
 * that write or read whole objects are offered; a watch is not.
 *
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
const PREFIX = '/apis/events.k8s.io/v1/';

/** In `events.k8s.io/v1` → in `v1`. */
const NAMES: Readonly<Record<string, string>> = {
  regarding: 'involvedObject',
  note: 'message',
  reportingController: 'reportingComponent',
  deprecatedSource: 'source',
  deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp',
  deprecatedCount: 'count',
};
const NAMES_BACK = Object.fromEntries(Object.entries(NAMES).map(([ours, stored]) => [stored, ours]));

/** The request on the store's own face; `undefined` where it is there already. */
export function onStoredEvents(request: Request): Request | undefined {
  if (!request.path.startsWith(PREFIX)) return undefined;
  const path = `/api/v1/${request.path.slice(PREFIX.length)}`;
  const { body } = request;
  return isJsonObject(body) ? { ...request, path, body: renamed(body, NAMES, 'v1') } : { ...request, path };
}

/** The answer as the face that was asked has it. */
export function asViewedEvents(answer: Answer): Answer {
  if (answer.kind !== 'whole' || answer.status >= 300 || !isJsonObject(answer.body)) return answer;
  const { items } = answer.body;
  const body = isJsonArray(items)
    ? { ...answer.body, apiVersion: 'events.k8s.io/v1', items: items.map(viewed) }
    : viewed(answer.body);
  return { ...answer, body };
}

function viewed(event: Json): Json {
  return isJsonObject(event) ? renamed(event, NAMES_BACK, 'events.k8s.io/v1') : event;
}

function renamed(event: JsonObject, names: Readonly<Record<string, string>>, apiVersion: string): JsonObject {
  const fields = Object.entries(event).map(([name, value]): [string, Json] => [names[name] ?? name, value]);
  const object = Object.fromEntries(fields);
  return 'apiVersion' in object ? { ...object, apiVersion } : object;
}
