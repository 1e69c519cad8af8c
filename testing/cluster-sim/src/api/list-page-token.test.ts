import { expect, test } from 'vitest';
import { readToken, tokenText } from './list-page-token.ts';

test.each([
  { revision: 7, after: 'default/a' },
  { revision: undefined, after: '/name' },
])('what is written is read: %j', (token) => {
  const text = tokenText(token);
  expect(text).toMatch(/^[\w-]+$/);
  expect(readToken(text)).toEqual(token);
});

test.each([
  ['x', 'continue key is not valid: illegal base64 data at input byte 0'],
  ['%%%', 'illegal base64 data at input byte 0'],
  ['e30', 'server does not recognize this encoded version '],
  [btoa('{"v":"meta.k8s.io/v1"}').replaceAll('=', ''), 'incorrect encoded start resourceVersion'],
  [btoa('nothing').replaceAll('=', ''), 'the token holds no JSON'],
])('%j is no token', (text, message) => {
  expect(() => readToken(text)).toThrow(`invalid continue token: `);
  expect(() => readToken(text)).toThrow(message);
});
