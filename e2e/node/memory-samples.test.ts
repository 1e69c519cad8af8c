import { expect, test } from 'vitest';
import { memorySamples } from './memory-samples.ts';

test('the containers of the operator, and no other line', () => {
  const metrics = `# TYPE container_memory_working_set_bytes gauge
container_memory_working_set_bytes{container="operator",namespace="ops",pod="rc-1"} 5.3248e+07 1764165000123
container_memory_working_set_bytes{container="other",namespace="ops",pod="rc-2"} 1 1764165000123
pod_memory_working_set_bytes{namespace="ops",pod="rc-1"} 5.4e+07 1764165000123
`;
  expect(memorySamples(metrics)).toEqual([{ pod: 'rc-1', bytes: 53_248_000, takenAt: 1_764_165_000_123 }]);
});
