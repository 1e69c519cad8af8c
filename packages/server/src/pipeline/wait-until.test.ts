import { expect, test } from 'vitest';
import { waitUntil } from './wait-until.ts';

test.each([
  ['a time that is near: until then', 1_500, 1_500],
  ['a time that is far: a minute, for the clock may be set forth', 3_600_000, 60_000],
  ['a time that is now: a minute, for it has been acted on, and the clock may be set back', 0, 60_000],
  ['a time that is past: likewise', -5_000, 60_000],
])('%s', (_, inMs, expected) => {
  expect(waitUntil(1_000_000_000 + inMs, 1_000_000_000)).toBe(expected);
});
