import type { Json } from '@ddprofiler-rc/core';
import { expect, test } from 'vitest';
import { ScriptedTransport } from '../../test/scripted-transport.ts';
import { namespacedTarget } from '../resources.ts';
import { type Listing, listAll } from './list.ts';

const TARGET = namespacedTarget('deployments/team-a');

function listOnce(answer: Json, status = 200): Promise<Listing> {
  const api = new ScriptedTransport();
  const listing = listAll(api.transport, TARGET, new AbortController().signal);
  api.last.json(answer, status);
  return listing;
}

test('given an empty list, written as null as Go does, then it is a list of nothing', async () => {
  const answer = { metadata: { resourceVersion: '3' }, items: null };
  expect(await listOnce(answer)).toEqual({ resourceVersion: '3', objects: [] });
});

test('given a server that ignores the limit and answers with more items than a call takes arguments, then all are listed', async () => {
  const items = Array.from({ length: 200_000 }, (_, index) => index);
  expect((await listOnce({ metadata: { resourceVersion: '3' }, items })).objects).toHaveLength(items.length);
});

test.each<[string, Json]>([
  ['no items', { metadata: { resourceVersion: '3' } }],
  ['items that are no list', { metadata: { resourceVersion: '3' }, items: {} }],
  ['no resourceVersion', { metadata: {}, items: [] }],
  ['no object', []],
])('given %s, then it is Malformed: absence must not be read from it', async (_, answer) => {
  await expect(listOnce(answer)).rejects.toMatchObject({
    code: 'Malformed',
    message: 'list Deployments in namespace team-a: the answer is no list',
  });
});

test.each([
  [302, 'Malformed'],
  [403, 'Forbidden'],
  [410, 'Gone'],
])('given %i, then it is %s, even with a list as its body', async (status, code) => {
  await expect(listOnce({ metadata: { resourceVersion: '3' }, items: [] }, status)).rejects.toMatchObject({ code });
});
