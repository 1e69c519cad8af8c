import { describe, expect, test } from 'vitest';
import { inOrder, type Workload, workloadOf } from './workload.ts';

const DEPLOYMENT = {
  metadata: { name: 'web', uid: 'u', generation: 2, annotations: { 'ddprofiler-rc.grove/source': 'origin' } },
  spec: {
    replicas: 3,
    template: {
      spec: {
        containers: [
          { image: 'nginx', env: [{ name: 'A', value: '1' }, { name: 'B' }] },
          { image: 'sidecar', env: [{ name: 'C', value: '3' }] },
        ],
      },
    },
  },
  status: { observedGeneration: 2, replicas: 3, updatedReplicas: 3, readyReplicas: 3 },
};

describe('a Deployment', () => {
  test('given a rollout that is over, then it is read as settled', () => {
    expect(workloadOf(DEPLOYMENT)).toEqual({
      name: 'web',
      uid: 'u',
      generation: 2,
      source: 'origin',
      wanted: 3,
      ready: 3,
      settled: true,
      image: 'nginx',
      env: ['A=1', 'B='],
    } satisfies Workload);
  });

  test.each([
    ['a spec that no controller has looked at', { observedGeneration: 1 }],
    ['a pod that is not ready', { readyReplicas: 2 }],
    ['an old pod that is left', { replicas: 4 }],
    ['a ready pod of the old template', { updatedReplicas: 2 }],
    [
      'no status yet',
      { observedGeneration: undefined, replicas: undefined, updatedReplicas: undefined, readyReplicas: undefined },
    ],
  ])('given %s, then it is not settled', (_, status) => {
    expect(workloadOf({ ...DEPLOYMENT, status: { ...DEPLOYMENT.status, ...status } }).settled).toBe(false);
  });
});

test('given sources and clones, then each clone stands below its source', () => {
  const row = (name: string, source?: string) => ({ ...workloadOf(DEPLOYMENT), name, source });
  const rows = [row('web-2-profiler', 'web-2'), row('web-profiler', 'web'), row('web-2'), row('api-profiler', 'web'), row('web')];
  expect(inOrder(rows).map(({ name }) => name)).toEqual(['web', 'api-profiler', 'web-profiler', 'web-2', 'web-2-profiler']);
});
