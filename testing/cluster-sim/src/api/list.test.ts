import { beforeEach, describe, expect, test } from 'vitest';
import { configMap, MAPS, messageOf, namesIn, Server, versionOf } from '../../test/asked.ts';
import { objectAt, stringAt } from '../json.ts';

let server: Server;

beforeEach(() => {
  server = new Server();
  for (const name of ['c', 'a', 'd', 'b'])
    server.done('POST', MAPS, configMap(name, {}, { labels: { odd: String('ac'.includes(name)) } }));
});

const tokenOf = (body: unknown): string => stringAt(objectAt(body as never), 'metadata', 'continue') ?? '';

describe('a list', () => {
  test('is sorted by key, and its items are told without their kind', () => {
    const body = server.done('GET', MAPS);
    expect(namesIn(body)).toEqual(['a', 'b', 'c', 'd']);
    expect(body).toMatchObject({
      kind: 'ConfigMapList',
      apiVersion: 'v1',
      metadata: { resourceVersion: String(server.state.revision) },
    });
    expect(JSON.stringify(body.items)).not.toContain('"kind"');
  });

  test('of nothing has items all the same', () => {
    expect(server.done('GET', '/api/v1/namespaces/nowhere/configmaps').items).toEqual([]);
  });

  test('is of all namespaces, or of one', () => {
    server.done('POST', '/api/v1/namespaces', { metadata: { name: 'other' } });
    server.done('POST', '/api/v1/namespaces/other/configmaps', configMap('z'));
    expect(namesIn(server.done('GET', '/api/v1/configmaps'))).toEqual(['a', 'b', 'c', 'd', 'z']);
    expect(namesIn(server.done('GET', MAPS))).toEqual(['a', 'b', 'c', 'd']);
  });

  test.each([
    ['labelSelector=odd%3Dtrue', ['a', 'c']],
    ['fieldSelector=metadata.name%3Db', ['b']],
    ['fieldSelector=metadata.name!%3Db,metadata.namespace%3D%3Ddefault', ['a', 'c', 'd']],
    ['labelSelector=odd%3Dtrue&fieldSelector=metadata.name!%3Da', ['c']],
  ])('%s tells what fits', (query, names) => {
    expect(namesIn(server.done('GET', `${MAPS}?${query}`))).toEqual(names);
  });
});

describe('pages', () => {
  test('are from the snapshot of the first one', () => {
    const first = server.done('GET', `${MAPS}?limit=3`);
    expect(namesIn(first)).toEqual(['a', 'b', 'c']);
    expect(first.metadata).toMatchObject({ remainingItemCount: 1 });
    server.done('DELETE', `${MAPS}/d`);
    server.done('POST', MAPS, configMap('e'));
    const last = server.done('GET', `${MAPS}?limit=3&continue=${tokenOf(first)}`);
    expect(namesIn(last)).toEqual(['d']);
    expect(last.metadata).toEqual({ resourceVersion: versionOf(first) });
  });

  test('of what a selector takes do not tell how much is left', () => {
    const first = server.done('GET', `${MAPS}?limit=1&labelSelector=odd%3Dtrue`);
    expect(namesIn(first)).toEqual(['a']);
    expect(first.metadata).not.toHaveProperty('remainingItemCount');
    expect(namesIn(server.done('GET', `${MAPS}?labelSelector=odd%3Dtrue&continue=${tokenOf(first)}`))).toEqual(['c']);
  });

  test('whose snapshot was let go are answered 410, with a token that goes on with the present', () => {
    const first = server.done('GET', `${MAPS}?limit=2`);
    server.done('DELETE', `${MAPS}/c`);
    server.compact();
    const gone = server.ask('GET', `${MAPS}?limit=2&continue=${tokenOf(first)}`);
    expect(gone).toMatchObject({ status: 410, body: { reason: 'Expired', code: 410 } });
    expect(messageOf(gone)).toContain('The provided continue parameter is too old to display a consistent list result.');
    expect(namesIn(server.done('GET', `${MAPS}?limit=2&continue=${tokenOf(gone.body)}`))).toEqual(['d']);
  });

  test('there are none at resourceVersion 0', () => {
    expect(namesIn(server.done('GET', `${MAPS}?limit=1&resourceVersion=0`))).toHaveLength(4);
  });
});

describe('resourceVersion', () => {
  test('Exact is that revision', () => {
    const before = server.state.revision;
    server.done('DELETE', `${MAPS}/a`);
    const query = `resourceVersion=${before}&resourceVersionMatch`;
    expect(namesIn(server.done('GET', `${MAPS}?${query}=Exact`))).toEqual(['a', 'b', 'c', 'd']);
    expect(namesIn(server.done('GET', `${MAPS}?${query}=NotOlderThan`))).toEqual(['b', 'c', 'd']);
    expect(namesIn(server.done('GET', `${MAPS}?resourceVersion=${before}&limit=1`))).toEqual(['a']);
  });

  test('Exact of what was let go is 410', () => {
    const before = server.state.revision;
    server.done('DELETE', `${MAPS}/a`);
    server.compact();
    expect(messageOf(server.ask('GET', `${MAPS}?resourceVersion=${before}&resourceVersionMatch=Exact`))).toBe(
      '410 The resourceVersion for the provided list is too old.',
    );
  });

  test.each(['', '&resourceVersionMatch=Exact', '&resourceVersionMatch=NotOlderThan'])('of the future is 504 %s', (match) => {
    expect(server.ask('GET', `${MAPS}?resourceVersion=999${match}`)).toMatchObject({
      status: 504,
      body: {
        reason: 'Timeout',
        message: `Timeout: Too large resource version: 999, current: ${server.state.revision}`,
        details: { retryAfterSeconds: 1, causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }] },
      },
    });
  });
});

const FORBIDDEN = 'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch';

test.each([
  ['limit=x', '400 strconv.ParseInt: parsing "x": invalid syntax'],
  [
    'resourceVersion=x',
    '400 invalid resource version: resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax',
  ],
  ['continue=e30&resourceVersion=5', '400 specifying resource version is not allowed when using continue'],
  ['resourceVersionMatch=Exact', `422 ${FORBIDDEN} is forbidden unless resourceVersion is provided`],
  ['resourceVersion=0&resourceVersionMatch=Exact', `422 ${FORBIDDEN} "exact" is forbidden for resourceVersion "0"`],
  ['resourceVersion=1&resourceVersionMatch=Exact&continue=e30', `422 ${FORBIDDEN} is forbidden when continue is provided`],
  [
    'resourceVersion=1&resourceVersionMatch=Foo',
    '422 ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Unsupported value: "Foo": supported values: "Exact", "NotOlderThan", ""',
  ],
  [
    'sendInitialEvents=true',
    '422 ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list',
  ],
  ['fieldSelector=foo', "400 invalid selector: 'foo'; can't understand 'foo'"],
  ['fieldSelector=foo%3Dbar', '400 "foo" is not a known field selector: only "metadata.name", "metadata.namespace"'],
])('%s is refused', (query, message) => {
  expect(messageOf(server.ask('GET', `${MAPS}?${query}`))).toBe(message);
});
