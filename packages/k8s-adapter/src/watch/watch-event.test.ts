import { expect, test } from 'vitest';
import { readWatchEvent } from './watch-event.ts';

const object = { kind: 'Deployment', metadata: { resourceVersion: '7' } };

function line(type: string, about: unknown = object): string {
  return JSON.stringify({ type, object: about });
}

test.each([
  ['ADDED', { type: 'seen', object, resourceVersion: '7' }],
  ['MODIFIED', { type: 'seen', object, resourceVersion: '7' }],
  ['DELETED', { type: 'vanished', object, resourceVersion: '7' }],
  ['BOOKMARK', { type: 'bookmark', resourceVersion: '7' }],
])('given %s, then it is understood', (type, expected) => {
  expect(readWatchEvent(line(type), 'watch')).toEqual(expected);
});

test.each([
  [410, 'Gone'],
  [429, 'TooManyRequests'],
  [500, 'ServerError'],
  [undefined, 'Malformed'],
])('given an ERROR with code %s, then it is thrown as %s, with what the server said', (code, expected) => {
  const read = () => readWatchEvent(line('ERROR', { kind: 'Status', code, message: 'too old' }), 'watch Deployments');
  expect(read).toThrow(expect.objectContaining({ code: expected }));
  expect(read).toThrow('watch Deployments: the API server ended the watch: too old');
});

test('given an ERROR that says when to come back, then that is told', () => {
  const object = { kind: 'Status', code: 429, message: 'too many', details: { retryAfterSeconds: 7 } };
  expect(() => readWatchEvent(line('ERROR', object), 'watch')).toThrow(expect.objectContaining({ retryAfterMs: 7_000 }));
});

test.each([
  ['no JSON', '{"type":'],
  ['an empty line', ''],
  ['a type of its own', line('RENAMED')],
  ['no type', '{"object":{"metadata":{"resourceVersion":"7"}}}'],
  ['no resourceVersion', line('ADDED', { metadata: {} })],
  ['no object', '{"type":"ADDED"}'],
  ['a list', '[]'],
])('given %s, then it is Malformed, and is not quoted: it may hold secrets', (_, text) => {
  expect(() => readWatchEvent(text, 'watch')).toThrow(
    expect.objectContaining({ code: 'Malformed', message: `watch: a line of ${text.length} characters is no watch event` }),
  );
});
