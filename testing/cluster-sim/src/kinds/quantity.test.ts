import { expect, test } from 'vitest';
import { canonicalQuantity } from './quantity.ts';

test.for([
  ['1000m', '1'],
  ['1500m', '1500m'],
  ['0.5', '500m'],
  ['1', '1'],
  ['1000', '1k'],
  ['1024Mi', '1Gi'],
  ['1Gi', '1Gi'],
  ['64Mi', '64Mi'],
  ['1.5Gi', '1536Mi'],
  ['2000Mi', '2000Mi'],
  ['0', '0'],
  ['100M', '100M'],
  ['many', 'many'],
])('%s is stored as %s', ([given = '', stored]) => {
  expect(canonicalQuantity(given)).toBe(stored);
});
