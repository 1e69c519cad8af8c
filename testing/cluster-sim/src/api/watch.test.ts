import { beforeEach, describe, expect, test } from 'vitest';
import { configMap, MAPS, messageOf, Server, versionOf } from '../../test/asked.ts';

let server: Server;

beforeEach(() => {
  server = new Server();
  server.done('POST', MAPS, configMap('a', {}, { labels: { seen: 'yes' } }));
});

const label = (name: string, seen: string) =>
  server.done('PATCH', `${MAPS}/${name}`, { metadata: { labels: { seen } } }, { type: 'merge' });

describe('a watch begins', () => {
  test.each(['', '&resourceVersion=0', '&resourceVersion='])('with all that is there %s', (query) => {
    const watch = server.watch(`${MAPS}?watch=true${query}`);
    expect(watch.told()).toEqual(['ADDED a']);
    server.done('POST', MAPS, configMap('b'));
    expect(watch.told()).toEqual(['ADDED b']);
    expect(watch.told()).toEqual([]);
  });

  test('after the revision that it names', () => {
    const version = server.state.revision;
    server.done('DELETE', `${MAPS}/a`);
    expect(server.watch(`${MAPS}?watch=1&resourceVersion=${version}`).told()).toEqual(['DELETED a']);
  });

  test('with all that is there and a bookmark that says so', () => {
    const watch = server.watch(
      `${MAPS}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    );
    expect(watch.read()).toMatchObject([
      { type: 'ADDED', object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' } } },
      {
        type: 'BOOKMARK',
        object: {
          kind: 'ConfigMap',
          apiVersion: 'v1',
          metadata: { resourceVersion: String(server.state.revision), annotations: { 'k8s.io/initial-events-end': 'true' } },
        },
      },
    ]);
  });

  test('with all that is there, and no bookmark where none are allowed', () => {
    const watch = server.watch(`${MAPS}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`);
    expect(watch.told()).toEqual(['ADDED a']);
  });

  test('with nothing, where initial events are not wanted', () => {
    const watch = server.watch(`${MAPS}?watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan`);
    expect(watch.told()).toEqual([]);
  });

  test('later, where its revision is yet to come', () => {
    const watch = server.watch(`${MAPS}?watch=true&resourceVersion=${server.state.revision + 1}`);
    server.done('POST', MAPS, configMap('b'));
    expect(watch.told()).toEqual([]);
    server.done('POST', MAPS, configMap('c'));
    expect(watch.told()).toEqual(['ADDED c']);
  });

  test('and ends with an error, where initial events of the future are wanted', () => {
    const watch = server.watch(`${MAPS}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=999`);
    expect(watch.read()).toMatchObject([{ type: 'ERROR', object: { kind: 'Status', code: 504 } }]);
    expect(watch.cursor.ended).toBe(true);
  });
});

describe('a selector', () => {
  test('tells what leaves its sight as deleted, with the version of that change, and what enters it as added', () => {
    const watch = server.watch(`${MAPS}?watch=true&labelSelector=seen%3Dyes&resourceVersion=${server.state.revision}`);
    const hidden = label('a', 'no');
    expect(watch.read()).toMatchObject([
      { type: 'DELETED', object: { metadata: { labels: { seen: 'yes' }, resourceVersion: versionOf(hidden) } } },
    ]);
    label('a', 'no-longer');
    expect(watch.told()).toEqual([]);
    label('a', 'yes');
    expect(watch.told()).toEqual(['ADDED a']);
    server.done('DELETE', `${MAPS}/a`);
    expect(watch.told()).toEqual(['DELETED a']);
  });

  test('of fields and namespaces hides the rest', () => {
    server.done('POST', '/api/v1/namespaces', { metadata: { name: 'other' } });
    const all = server.watch(`/api/v1/configmaps?watch=true&fieldSelector=metadata.name%3Db`);
    const here = server.watch(`${MAPS}?watch=true&resourceVersion=${server.state.revision}`);
    server.done('POST', '/api/v1/namespaces/other/configmaps', configMap('b'));
    expect(all.told()).toEqual(['ADDED b']);
    expect(here.told()).toEqual([]);
  });
});

test('a deletion carries the last state, with the version of the deletion', () => {
  const watch = server.watch(`${MAPS}?watch=true&resourceVersion=${server.state.revision}`);
  server.done('DELETE', `${MAPS}/a`);
  expect(watch.read()).toMatchObject([
    { type: 'DELETED', object: { metadata: { resourceVersion: String(server.state.revision) } } },
  ]);
});

test('a bookmark tells the kind and how far the watch has come, and no more', () => {
  const watch = server.watch(`${MAPS}?watch=true&allowWatchBookmarks=true`);
  watch.read();
  server.done('POST', '/api/v1/namespaces', { metadata: { name: 'other' } });
  watch.read();
  const metadata = { resourceVersion: String(server.state.revision) };
  expect(watch.bookmark()).toEqual({ type: 'BOOKMARK', object: { kind: 'ConfigMap', apiVersion: 'v1', metadata } });
});

test('a watch from before what is known still ends with 410', () => {
  const watch = server.watch(`${MAPS}?watch=true&resourceVersion=1`);
  server.compact();
  expect(watch.read()).toEqual([
    {
      type: 'ERROR',
      object: {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: `too old resource version: 1 (${server.state.revision})`,
        reason: 'Expired',
        code: 410,
      },
    },
  ]);
  expect(watch.cursor.ended).toBe(true);
  expect(watch.read()).toEqual([]);
});

test('a watch ends at its time, after it has told what happened before', () => {
  const watch = server.watch(`${MAPS}?watch=true&timeoutSeconds=5`);
  server.now += 4_999;
  watch.read();
  expect(watch.cursor.ended).toBe(false);
  server.done('DELETE', `${MAPS}/a`);
  server.now += 1;
  expect(watch.told()).toEqual(['DELETED a']);
  expect(watch.cursor.ended).toBe(true);
});

const FORBIDDEN = 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';

test.each([
  ['sendInitialEvents=true', `422 ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: ${FORBIDDEN}`],
  [
    'sendInitialEvents=true&resourceVersionMatch=Exact',
    `422 ListOptions.meta.k8s.io "" is invalid: [resourceVersionMatch: ${FORBIDDEN}, resourceVersionMatch: Unsupported value: "Exact": supported values: "NotOlderThan"]`,
  ],
  [
    'resourceVersionMatch=NotOlderThan',
    '422 ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
  ],
  ['resourceVersion=x', '500 resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax'],
  ['timeoutSeconds=x', '400 strconv.ParseInt: parsing "x": invalid syntax'],
])('%s is refused', (query, message) => {
  expect(messageOf(server.ask('GET', `${MAPS}?watch=true&${query}`))).toBe(message);
});
