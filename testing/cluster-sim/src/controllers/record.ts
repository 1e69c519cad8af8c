import { timestamp } from '../api/store.ts';
import { type JsonObject, stringAt } from '../json.ts';
import { type Client, EVENTS, nameOf, namespaceOf, uidOf } from './client.ts';

/** Something that a controller tells people of an object. */
export interface Note {
  readonly reason: string;
  readonly message: string;
  readonly type?: 'Normal' | 'Warning';
  /** Who tells it. */
  readonly component: string;
}

/** Writes an Event about the object. Whether it can be written does not matter: nobody decides by it. */
export function record(client: Client, object: JsonObject, { reason, message, type = 'Normal', component }: Note): void {
  const time = timestamp(client.now);
  const namespace = namespaceOf(object);
  client.create(EVENTS, namespace, {
    metadata: { name: `${nameOf(object)}.${(client.state.uids + 1).toString(16).padStart(16, '0')}`, namespace },
    involvedObject: {
      kind: stringAt(object, 'kind') ?? '',
      namespace,
      name: nameOf(object),
      uid: uidOf(object),
      apiVersion: stringAt(object, 'apiVersion') ?? '',
      resourceVersion: stringAt(object, 'metadata', 'resourceVersion') ?? '',
    },
    reason,
    message,
    type,
    source: { component },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
    reportingComponent: component,
  });
}
