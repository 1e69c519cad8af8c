import { expect, test } from 'vitest';
import type { JsonObject } from '../json.ts';
import { emptyState } from '../state.ts';
import { born, changesAfter, compacted, find, isHeld, list, objectsAt, put, remove, settle, uidOf } from './store.ts';

const made = (name: string, more: JsonObject = {}, namespace = 'ns'): JsonObject => ({ metadata: { name, namespace, ...more } });

test('a write makes a revision, which the object carries', () => {
  const { state, object } = put(emptyState(), 'things', made('a'));
  expect(state.revision).toBe(2);
  expect(object).toEqual({ metadata: { name: 'a', namespace: 'ns', resourceVersion: '2' } });
  expect(find(state, 'things', 'ns', 'a')).toBe(object);
});

test('a write that changes nothing leaves the state as it is', () => {
  const { state, object } = put(emptyState(), 'things', made('a'));
  const again = put(state, 'things', made('a'));
  expect(again.state).toBe(state);
  expect(again.object).toBe(object);
});

test('the history is dense, and tells what was before', () => {
  const first = put(emptyState(), 'things', made('a')).state;
  const second = put(first, 'things', made('a', { labels: { x: 'y' } })).state;
  const third = remove(second, 'things', 'ns/a')?.state ?? second;
  expect([...changesAfter(third, 1)].map(({ revision, type }) => [revision, type])).toEqual([
    [2, 'ADDED'],
    [3, 'MODIFIED'],
    [4, 'DELETED'],
  ]);
  expect([...changesAfter(third, 3)].map(({ object }) => object)).toEqual([
    made('a', { labels: { x: 'y' }, resourceVersion: '4' }),
  ]);
  expect([...objectsAt(third, 'things', 2).values()]).toEqual([made('a', { resourceVersion: '2' })]);
  expect(objectsAt(third, 'things', 4).size).toBe(0);
});

test('what is compacted is gone, what comes after it stays', () => {
  const one = put(emptyState(), 'things', made('a')).state;
  const two = put(one, 'things', made('b')).state;
  const state = compacted(two, 2);
  expect(state.compactedTo).toBe(2);
  expect([...changesAfter(state, 2)].map(({ key }) => key)).toEqual(['ns/b']);
  expect(compacted(state, 99)).toMatchObject({ compactedTo: 3 });
  expect(compacted(state, 1)).toBe(state);
});

test('objects are sorted by key, as storage sorts them: a namespace is longer than its name', () => {
  const objects = [made('b', {}, 'a'), made('a', {}, 'a-b'), made('a', {}, 'a')];
  const state = objects.reduce((former, object) => put(former, 'things', object).state, emptyState());
  const keys = list(state, 'things').map(({ metadata }) => metadata);
  expect(keys).toMatchObject([
    { namespace: 'a-b', name: 'a' },
    { namespace: 'a', name: 'a' },
    { namespace: 'a', name: 'b' },
  ]);
  expect(list(state, 'things', 'a')).toHaveLength(2);
});

test.each([
  ['is not terminating', {}, true],
  ['has a finalizer left', { deletionTimestamp: 't', finalizers: ['x/y'] }, true],
  ['has a grace period left', { deletionTimestamp: 't', deletionGracePeriodSeconds: 3 }, true],
  ['is terminating and has nothing left', { deletionTimestamp: 't', finalizers: [], deletionGracePeriodSeconds: 0 }, false],
])('an object that %s is held: %s', (_what, metadata, held) => {
  expect(isHeld({ metadata })).toBe(held);
});

test('a namespace is held until it was emptied', () => {
  const namespace = { kind: 'Namespace', metadata: { deletionTimestamp: 't' }, spec: { finalizers: ['kubernetes'] } };
  expect(isHeld(namespace)).toBe(true);
  expect(isHeld({ ...namespace, spec: {} })).toBe(false);
});

test('the write that takes the last finalizer away takes the object away, and tells it as it left it', () => {
  const { state } = put(emptyState(), 'things', made('a', { deletionTimestamp: 't', finalizers: ['x/y'] }));
  const settled = settle(state, 'things', made('a', { deletionTimestamp: 't' }));
  expect(settled.removed).toBe(true);
  expect(settled.object).toEqual(made('a', { deletionTimestamp: 't', resourceVersion: '3' }));
  expect(find(settled.state, 'things', 'ns', 'a')).toBeUndefined();
});

test('UIDs look random, are counted, and so are the same in the same history', () => {
  const first = born(emptyState(), made('a'), 0);
  expect(first.object).toMatchObject({ metadata: { uid: uidOf(1), creationTimestamp: '1970-01-01T00:00:00Z' } });
  expect(born(first.state, made('b'), 0).object).toMatchObject({ metadata: { uid: uidOf(2) } });
  expect(uidOf(255)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{10}ff$/);
});
