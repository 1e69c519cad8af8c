import type { Json } from '@ddprofiler-rc/core';
import { expect, test } from 'vitest';
import { ScriptedTransport } from '../../test/scripted-transport.ts';
import { namespacedTarget } from '../resources.ts';
import { EVERYTHING } from './filter.ts';
import { type Page, type PageRequest, readPage } from './list.ts';

const TARGET = namespacedTarget('deployments/team-a');

const api = new ScriptedTransport();

function listOnce(answer: Json, status = 200, request: PageRequest = { next: '' }, filter = EVERYTHING): Promise<Page> {
  const page = readPage(api.transport, TARGET, request, () => filter, new AbortController().signal);
  api.last.json(answer, status);
  return page;
}

test('given an empty list, written as null as Go does, then it is a list of nothing', async () => {
  const answer = { metadata: { resourceVersion: '3' }, items: null };
  expect(await listOnce(answer)).toMatchObject({ resourceVersion: '3', objects: [], next: '' });
});

test('given a server that ignores the limit and answers with more items than a call takes arguments, then all are listed', async () => {
  const items = Array.from({ length: 200_000 }, (_, index) => index);
  expect((await listOnce({ metadata: { resourceVersion: '3' }, items })).objects).toHaveLength(items.length);
});

test('given what matters, then a page has no more, and says by what it was chosen', async () => {
  const filter = { keep: (object: Json) => object !== 2 };
  const page = await listOnce(
    { metadata: { resourceVersion: '3', continue: 'token' }, items: [1, 2, 3] },
    200,
    { next: '' },
    filter,
  );
  expect(page).toEqual({ resourceVersion: '3', next: 'token', objects: [1, 3], filter });
});

test.each<[string, PageRequest, Readonly<Record<string, string>>]>([
  ['as it is', { next: '' }, { limit: '500' }],
  ['as it is, the next page', { next: 'token' }, { limit: '500', continue: 'token' }],
  ['as it was', { next: '', at: '7' }, { limit: '500', resourceVersion: '7', resourceVersionMatch: 'Exact' }],
  ['as it was, the next page: the token says when', { next: 'token', at: '7' }, { limit: '500', continue: 'token' }],
])('given a list %s, then that is what is asked for', async (_, request, query) => {
  await listOnce({ metadata: { resourceVersion: '7' }, items: [] }, 200, request);
  expect(api.last.request.query).toEqual(query);
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
