import { expect, test } from 'vitest';
import { age, cellsOf } from './cells.ts';

const NOW = Date.UTC(2026, 0, 2);

test.for([
  [0, '0s'],
  [119, '119s'],
  [120, '2m'],
  [200, '3m20s'],
  [900, '15m'],
  [3 * 3_600 + 60, '3h1m'],
  [30 * 3_600, '30h'],
  [2 * 86_400 + 4 * 3_600, '2d4h'],
  [90 * 86_400, '90d'],
] as const)('%i seconds are %s', ([seconds, text]) => {
  expect(age(new Date(NOW - seconds * 1_000).toISOString(), NOW)).toBe(text);
});

test('a Deployment tells how many of its replicas are ready', () => {
  const column = { type: 'string', format: '', description: '', priority: 0 } as const;
  const columns = ['Name', 'Ready', 'Up-to-date', 'Nobody knows'].map((name) => ({ ...column, name }));
  const deployment = { metadata: { name: 'web' }, spec: { replicas: 3 }, status: { readyReplicas: 2, updatedReplicas: 3 } };
  expect(cellsOf('Deployment', columns, deployment, NOW)).toEqual(['web', '2/3', 3, '']);
});
