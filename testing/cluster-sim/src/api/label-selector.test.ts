import { expect, test } from 'vitest';
import { labelMatcher } from './label-selector.ts';

const labelled = (labels: Record<string, string>) => ({ metadata: { labels } });

test.each([
  ['', {}, true],
  ['a=b', { a: 'b' }, true],
  ['a==b', { a: 'c' }, false],
  ['a = b', { a: 'b' }, true],
  ['a=', { a: '' }, true],
  ['a!=b', {}, true],
  ['a!=b', { a: 'b' }, false],
  ['a', { a: '' }, true],
  ['a', {}, false],
  ['!a', {}, true],
  ['! a', { a: 'b' }, false],
  ['a in (b, c)', { a: 'c' }, true],
  ['a in (b,c)', {}, false],
  ['a notin (b,c)', {}, true],
  ['a notin (b,c)', { a: 'b' }, false],
  ['a in (,b)', { a: '' }, true],
  ['a in ()', { a: 'b' }, false],
  ['a>3', { a: '4' }, true],
  ['a<3', { a: '4' }, false],
  ['a>3', { a: 'x' }, false],
  ['example.com/a=b,!c', { 'example.com/a': 'b' }, true],
  ['a=b,c in (d),e', { a: 'b', c: 'd' }, false],
])('%j on %j: %s', (selector, labels, fits) => {
  expect(labelMatcher(selector)(labelled(labels))).toBe(fits);
});

test('an object without labels is taken by what asks for none', () => {
  expect(labelMatcher('!a')({ metadata: {} })).toBe(true);
  expect(labelMatcher('a')({})).toBe(false);
});

// The words are those of the real API server.
test.each([
  ['a===b', "unable to parse requirement: found '=', expected: identifier"],
  ['a in b', "unable to parse requirement: found 'b' expected: '('"],
  ['!', "unable to parse requirement: found '', expected: identifier"],
  ['a foo b', "unable to parse requirement: found 'foo', expected: in, notin, =, ==, !=, gt, lt"],
  [',', "found ',', expected: !, identifier, or 'end of string'"],
  ['a>x', "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer"],
  ['a=b c', "found 'c', expected: ',' or 'end of string'"],
  ['a=b,', "found '', expected: identifier after ','"],
  ['a in (b', "unable to parse requirement: found '', expected: ',', ')' or identifier"],
])('%j is refused', (selector, message) => {
  expect(() => labelMatcher(selector)).toThrow(message);
});

test.each([
  ['a=_', 'values[0][a]: Invalid value: "_": a valid label must be an empty string or consist of'],
  ['a in (b,_)', 'values[1][a]: Invalid value: "_"'],
  ['_a', '<nil>: Invalid value: "_a": name part must consist of alphanumeric characters'],
  ['A_/b', 'prefix part a lowercase RFC 1123 subdomain'],
  ['/b', 'prefix part must be non-empty'],
  [`a=${'x'.repeat(64)}`, 'must be no more than 63 bytes'],
])('%j names no label', (selector, message) => {
  expect(() => labelMatcher(selector)).toThrow(message);
});
