import { expect, test } from 'vitest';
import {
  address,
  backless,
  configKey,
  dnsLabel,
  dotlessLabel,
  type Form,
  innerPath,
  labelValue,
  percentage,
  portName,
  qualifiedName,
  subdomain,
  variableName,
} from './text.ts';

test.each<[string, Form, readonly string[], readonly string[]]>([
  ['a subdomain', subdomain, ['a', 'a.b-c.1', 'a'.repeat(253)], ['', 'A', 'a..b', '-a', 'a-', 'a_b', 'a'.repeat(254)]],
  ['a label', dnsLabel, ['a', '1-a', 'a'.repeat(63)], ['', 'a.b', 'A', 'a'.repeat(64)]],
  ['a label value', labelValue, ['', 'A_b.c-1', 'a'.repeat(63)], ['a b', '-', 'a-', 'a'.repeat(64)]],
  ['a key', qualifiedName, ['a', 'A.b_c', 'a.b/C'], ['', 'a b', 'a/b/c', '/b', 'A.b/c', `a/${'b'.repeat(64)}`]],
  ['a config key', configKey, ['a', '.a', 'A_b-c.d'], ['', '.', '..', '..a', 'a b', 'a/b']],
  ['a variable', variableName, ['A', '1 a.b', '-'], ['', 'A=B', 'ü']],
  ['a port', portName, ['a', 'a-1'], ['A', '123', 'a--b', '-a', 'a-', 'a'.repeat(16)]],
  ['a share', percentage, ['0%', '120%'], ['', '5', '-5%', 'a%']],
  ['an address', address, ['10.0.0.1', '::1', '2001:db8::ffff'], ['', 'x', '10.0.0.256', '10.0.0']],
  ['an inner path', innerPath, ['a/b', 'a..b'], ['/a', '../a', 'a/../b']],
  ['a path', backless, ['/a', '/'], ['/a/..']],
])('%s', (_what, form, right, wrong) => {
  expect(right.filter((text) => form(text).length > 0)).toEqual([]);
  expect(wrong.filter((text) => form(text).length === 0)).toEqual([]);
});

test('what is wrong is told in the words of the server', () => {
  expect(subdomain('A')).toEqual([
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
  ]);
  expect(dotlessLabel('a.b')).toEqual(['must not contain dots']);
  expect(dnsLabel('a'.repeat(64))).toEqual(['must be no more than 63 characters']);
  expect(qualifiedName('/b')).toEqual(['prefix part must be non-empty']);
  expect(portName('A')).toEqual([
    'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
    'must contain at least one letter (a-z)',
  ]);
});
