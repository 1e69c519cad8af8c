import { expect, test } from 'vitest';
import { EmbeddedCluster } from '../embedded-cluster.ts';
import { isJsonObject, type JsonObject, objectAt } from '../json.ts';
import type { Method } from '../request.ts';

const NEW_FACE = '/apis/events.k8s.io/v1/namespaces/default/events';
const OLD_FACE = '/api/v1/namespaces/default/events';

function clusterWith(): (method: Method, path: string, body?: JsonObject, contentType?: string) => JsonObject {
  const cluster = new EmbeddedCluster();
  return (method, path, body, contentType = 'application/json') => {
    const request = { method, path, query: {}, user: 'somebody', userAgent: 'test' };
    const answer = cluster.request({ ...request, ...(body === undefined ? {} : { body, contentType }) });
    if (answer.kind !== 'whole' || answer.status >= 300 || !isJsonObject(answer.body)) throw new Error(JSON.stringify(answer));
    return answer.body;
  };
}

const EVENT: JsonObject = {
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  metadata: { namespace: 'default', name: 'web.1' },
  eventTime: '2026-01-01T00:00:00.000000Z',
  reportingController: 'someone',
  reportingInstance: 'here',
  action: 'Look',
  reason: 'Seen',
  type: 'Normal',
  regarding: { kind: 'Deployment', namespace: 'default', name: 'web' },
  note: 'it was seen',
};

test('an Event written on one face is read on both, each with its own names', () => {
  const ask = clusterWith();
  const created = ask('POST', NEW_FACE, EVENT);
  expect(created).toMatchObject({ apiVersion: 'events.k8s.io/v1', note: 'it was seen', regarding: { name: 'web' } });
  const old = ask('GET', `${OLD_FACE}/web.1`);
  expect(old).toMatchObject({
    apiVersion: 'v1',
    message: 'it was seen',
    involvedObject: { name: 'web' },
    reportingComponent: 'someone',
  });
  expect(old).not.toHaveProperty('note');
  const series = { series: { count: 2, lastObservedTime: '2026-01-01T00:01:00.000000Z' } };
  ask('PATCH', `${NEW_FACE}/web.1`, series, 'application/merge-patch+json');
  const [listed] = (ask('GET', NEW_FACE).items as readonly JsonObject[]) ?? [];
  expect(listed).toMatchObject({ note: 'it was seen', ...series });
  expect(objectAt(listed, 'metadata').name).toBe('web.1');
});
