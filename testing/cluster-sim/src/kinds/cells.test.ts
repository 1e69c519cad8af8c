import { expect, test } from 'vitest';
import { CELLS } from './cells.ts';
import { BUILT_IN } from './facts.ts';
import { selectorText } from './selector-text.ts';

test.each(BUILT_IN.map(({ kind, columns }) => [kind, columns] as const))('%s has a cell for each column', (kind, columns) => {
  const cells = CELLS[kind]?.({ metadata: { name: 'a' } }, 0) ?? [];
  expect(cells).toHaveLength(columns.length);
  expect(cells[columns.findIndex(({ name }) => name === 'Name')]).toBe('a');
});

test('a Service has its ports, and its external address by its type', () => {
  const service = (spec: object) => CELLS.Service?.({ metadata: {}, spec: { ...spec } }, 0).slice(1, 5);
  const ports = [
    { port: 80, protocol: 'TCP' },
    { port: 53, nodePort: 30053, protocol: 'UDP' },
  ];
  expect(service({ type: 'NodePort', clusterIP: '10.0.0.1', ports })).toEqual([
    'NodePort',
    '10.0.0.1',
    '<none>',
    '80/TCP,53:30053/UDP',
  ]);
  expect(service({ type: 'LoadBalancer', clusterIP: 'None' })).toEqual(['LoadBalancer', 'None', '<pending>', '<none>']);
  expect(service({ type: 'ExternalName', externalName: 'x.y' })).toEqual(['ExternalName', '<none>', 'x.y', '<none>']);
});

test('an autoscaler has current values before its targets', () => {
  const metric = (name: string, target: object) => ({ type: 'Resource', resource: { name, target: { ...target } } });
  const row = (metrics: object[], currentMetrics: object[] = []) =>
    CELLS.HorizontalPodAutoscaler?.(
      {
        spec: { metrics: [...metrics.map((one) => ({ ...one }))] },
        status: { currentMetrics: [...currentMetrics.map((one) => ({ ...one }))] },
      },
      0,
    )[2];
  const cpu = metric('cpu', { type: 'Utilization', averageUtilization: 50 });
  expect(row([])).toBe('<none>');
  expect(row([cpu])).toBe('cpu: <unknown>/50%');
  expect(row([cpu], [{ resource: { current: { averageUtilization: 10 } } }])).toBe('cpu: 10%/50%');
  expect(row([metric('memory', { averageValue: '1Gi' }), cpu, cpu])).toBe(
    'memory: <unknown>/1Gi, cpu: <unknown>/50% + 1 more...',
  );
});

test('a selector is one line, by its keys', () => {
  expect(
    selectorText({
      matchLabels: { tier: 'x', app: 'web' },
      matchExpressions: [
        { key: 'old', operator: 'DoesNotExist' },
        { key: 'b', operator: 'In', values: ['2', '1'] },
        { key: 'c', operator: 'NotIn', values: ['1'] },
        { key: 'd', operator: 'Exists' },
      ],
    }),
  ).toBe('app=web,b in (1,2),c notin (1),d,!old,tier=x');
});

test('a pod says why it waits', () => {
  const status = (waiting: object) => ({
    containerStatuses: [{ state: { running: {} } }, { state: { ...waiting } }],
    phase: 'Pending',
  });
  const row = (waiting: object) => CELLS.Pod?.({ metadata: {}, status: status(waiting) }, 0)[2];
  expect(row({ waiting: { reason: 'ImagePullBackOff' } })).toBe('ImagePullBackOff');
  expect(row({ running: {} })).toBe('Pending');
});
