import { expect, test } from 'vitest';
import { ageOf, duration } from './age.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

test.each([
  [-5, '<invalid>'],
  [-1, '0s'],
  [0, '0s'],
  [119, '119s'],
  [120, '2m'],
  [121, '2m1s'],
  [599, '9m59s'],
  [600, '10m'],
  [659, '10m'],
  [3 * HOUR - 1, '179m'],
  [3 * HOUR, '3h'],
  [3 * HOUR + 61, '3h1m'],
  [8 * HOUR + 61, '8h'],
  [2 * DAY - 1, '47h'],
  [2 * DAY + HOUR, '2d1h'],
  [8 * DAY + HOUR, '8d'],
  [2 * 365 * DAY + 3 * DAY, '2y3d'],
  [8 * 365 * DAY + 3 * DAY, '8y'],
])('%i seconds are %s', (seconds, text) => {
  expect(duration(seconds * 1000)).toBe(text);
});

test('an object is as old as its creation is ago; one that was never created has no age', () => {
  expect(ageOf({ metadata: { creationTimestamp: '2026-01-01T00:00:00Z' } }, Date.parse('2026-01-01T00:02:05Z'))).toBe('2m5s');
  expect(ageOf({ metadata: { creationTimestamp: null } }, 0)).toBe('<unknown>');
});
