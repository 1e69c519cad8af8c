import { expect, test } from 'vitest';
import { StreamAges } from './stream-ages.ts';

test('of two namespaces, the age is that of the silent one', () => {
  let now = 0;
  const ages = new StreamAges(() => now);
  expect(ages.byKind()).toEqual({});
  ages.heard('deployments/silent');
  ages.heard('deployments/busy');
  now = 4_000;
  ages.heard('deployments/busy');
  now = 5_000;
  expect(ages.byKind()).toEqual({ deployments: 5 });
});

test('a stream that is over has no age: that of the next ConfigMap counts', () => {
  let now = 0;
  const ages = new StreamAges(() => now);
  ages.heard('configmap/ops/old');
  now = 9_000;
  ages.heard('configmap/ops/new');
  ages.ended('configmap/ops/old');
  now = 10_000;
  expect(ages.byKind()).toEqual({ configmap: 1 });
});
