import { expect, test } from 'vitest';
import { parseAuditLog } from './audit-log.ts';

const line = (stage: string, verb: string): string =>
  JSON.stringify({
    stage,
    verb,
    requestURI: '/apis/apps/v1/namespaces/shop/deployments/web/scale',
    user: { username: 'operator-a' },
    userAgent: 'test/1',
    objectRef: { apiGroup: 'apps', resource: 'deployments', subresource: 'scale', namespace: 'shop', name: 'web' },
    responseStatus: { code: 200 },
    requestReceivedTimestamp: '2026-11-23T21:00:00.000001Z',
    stageTimestamp: '2026-11-23T21:00:00.004000Z',
  });

test('one entry per finished request: not the start of a watch, not a line that is still being written', () => {
  const log = [
    line('ResponseStarted', 'watch'),
    line('ResponseComplete', 'patch'),
    line('ResponseComplete', 'update').slice(0, 40),
  ];
  expect(parseAuditLog(log.join('\n'))).toEqual([
    {
      user: 'operator-a',
      userAgent: 'test/1',
      verb: 'patch',
      group: 'apps',
      resource: 'deployments',
      subresource: 'scale',
      namespace: 'shop',
      name: 'web',
      uri: '/apis/apps/v1/namespaces/shop/deployments/web/scale',
      code: 200,
      receivedAt: '2026-11-23T21:00:00.000001Z',
      answeredAt: '2026-11-23T21:00:00.004000Z',
    },
  ]);
});

test('a request for no object has empty fields, and an empty log no entries', () => {
  expect(parseAuditLog('')).toEqual([]);
  expect(parseAuditLog('{"stage":"ResponseComplete","verb":"get","requestURI":"/version"}\n')).toMatchObject([
    { verb: 'get', resource: '', namespace: '', code: 0 },
  ]);
});
