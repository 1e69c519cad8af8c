import { expect, test } from 'vitest';
import { decodedBody } from './body.ts';

const decoded = (contentType: string | undefined, text: string) => decodedBody(contentType, Buffer.from(text));

test.each([
  ['JSON', 'application/json; charset=utf-8', '{"a":[1,null]}', 'application/json'],
  ['no type at all', undefined, '{"a":[1,null]}', 'application/json'],
  ['YAML', 'application/yaml', 'a: [1, null]', 'application/json'],
  ['an apply patch in YAML', 'application/apply-patch+yaml', 'a:\n- 1\n- ~\n', 'application/apply-patch+yaml'],
  ['an apply patch in JSON', 'application/apply-patch+yaml', '{"a":[1,null]}', 'application/apply-patch+yaml'],
  ['a merge patch', 'application/merge-patch+json', '{"a":[1,null]}', 'application/merge-patch+json'],
])('%s is read, and a patch keeps its type', (_what, header, text, contentType) => {
  expect(decoded(header, text)).toEqual({ kind: 'body', body: { a: [1, null] }, contentType });
});

test('no bytes are no body', () => {
  expect(decoded('application/json', '')).toEqual({ kind: 'body', body: undefined, contentType: 'application/json' });
});

test('an unknown type is 415, and says what is accepted', () => {
  expect(decoded('text/plain', 'x')).toMatchObject({
    kind: 'refused',
    code: 415,
    message: expect.stringContaining('accepted media types include: application/json, application/yaml'),
  });
});

test.each([
  ['JSON', 'application/json', '{"a":'],
  ['YAML', 'application/yaml', 'a: [1'],
  ['YAML with what JSON does not have', 'application/yaml', 'a: .nan'],
  ['protobuf', 'application/vnd.kubernetes.protobuf', 'xyz'],
])('broken %s is 400', (_what, header, text) => {
  expect(decoded(header, text)).toMatchObject({ kind: 'refused', code: 400, reason: 'BadRequest' });
});
