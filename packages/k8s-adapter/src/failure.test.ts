import { describe, expect, test } from 'vitest';
import { ApiFailure, asApiFailure, codeOfStatus, failureOfAnswer, failureOfConnection, retryAfter } from './failure.ts';

test.each([
  [400, 'Invalid'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'NotFound'],
  [409, 'Conflict'],
  [410, 'Gone'],
  [422, 'Invalid'],
  [429, 'TooManyRequests'],
  [500, 'ServerError'],
  [503, 'ServerError'],
  [504, 'ServerError'],
  [302, 'Malformed'],
  [418, 'Malformed'],
])('given status %i, then it is %s', (status, code) => {
  expect(codeOfStatus(status)).toBe(code);
});

describe('an answer', () => {
  test('given a Status, then its message and the time to wait are told', () => {
    const failure = failureOfAnswer('apply default/web', 429, { kind: 'Status', message: 'slow down' }, 2_000);
    expect(failure.toFailure()).toEqual({
      code: 'TooManyRequests',
      message: 'apply default/web: the API server answered 429: slow down',
      retryAfterMs: 2_000,
    });
  });

  test('given a body that is no Status, then the status is told', () => {
    expect(failureOfAnswer('list', 502, undefined, undefined).toFailure()).toEqual({
      code: 'ServerError',
      message: 'list: the API server answered 502',
    });
  });
});

test.each([
  [undefined, undefined],
  ['', undefined],
  ['1', 1_000],
  ['0', 0],
  ['-1', undefined],
  ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
  ['Infinity', undefined],
  ['99999999', 300_000],
])('given Retry-After %j, then the wait is %j ms', (header, expected) => {
  expect(retryAfter(header)).toBe(expected);
});

describe('a broken connection', () => {
  function errorWith(code: string, message: string): Error {
    return Object.assign(new Error(message), { code });
  }

  test.each([
    ['ECONNREFUSED', 'Unreachable', 'is it running'],
    ['ENOTFOUND', 'Unreachable', 'is the address right'],
    ['ECONNRESET', 'Unreachable', 'is it running'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'Unreachable', 'check the certificate authority'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'Unreachable', 'check the certificate authority'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'Unreachable', 'check the certificate authority'],
    ['UND_ERR_CONNECT_TIMEOUT', 'Timeout', 'in time'],
    ['ETIMEDOUT', 'Timeout', 'in time'],
  ])('given %s, then it is %s, with a hint', (code, expected, hint) => {
    const failure = failureOfConnection('list Deployments', 'https://api:6443', errorWith(code, 'it broke'));
    expect(failure.code).toBe(expected);
    expect(failure.message).toContain('list Deployments: ');
    expect(failure.message).toContain('https://api:6443');
    expect(failure.message).toContain(code);
    expect(failure.message).toContain(hint);
  });

  test('given what Node tells of every address of a name, then the innermost cause is told, and the whole is kept', () => {
    const refused = errorWith('ECONNREFUSED', 'connect ECONNREFUSED ::1:6443');
    const error = new Error('fetch failed', { cause: new AggregateError([refused, new Error('the other address')]) });
    const failure = failureOfConnection('list', 'https://localhost:6443', error);
    expect(failure.message).toContain('(connect ECONNREFUSED ::1:6443)');
    expect(failure.cause).toBe(error);
  });
});

test('given anything thrown, then it becomes a coded failure once', () => {
  const known = new ApiFailure('Gone', 'too old');
  expect(asApiFailure(known)).toBe(known);
  const error = new TypeError('x is undefined');
  expect(asApiFailure(error)).toMatchObject({ code: 'Malformed', message: 'unexpected: x is undefined', cause: error });
  expect(asApiFailure('text').message).toBe('unexpected: text');
});
