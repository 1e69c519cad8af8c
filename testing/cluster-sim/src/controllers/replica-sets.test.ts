import { describe, expect, test } from 'vitest';
import { Living, PODS, SETS } from '../../test/living.ts';
import { type JsonObject, numberAt, objectAt, stringAt } from '../json.ts';
import { leastMissed } from './pods/least-missed.ts';

describe('pods of a ReplicaSet', () => {
  test('are replaced when somebody deletes them', () => {
    const cluster = new Living();
    cluster.deployed('web', { replicas: 2 });
    const before = cluster.items(PODS).map((pod) => stringAt(pod, 'metadata', 'name') ?? '');
    expect(cluster.done('DELETE', `${PODS}/${before[0]}`)).toMatchObject({ metadata: { deletionGracePeriodSeconds: 30 } });
    cluster.settle();
    const after = cluster.items(PODS).map((pod) => stringAt(pod, 'metadata', 'name') ?? '');
    expect(after).toHaveLength(2);
    expect(after.filter((name) => before.includes(name))).toEqual([before[1]]);
    expect(cluster.sets()).toEqual(['image:1: 2/2']);
  });

  test('are released when their labels no longer fit, and replaced', () => {
    const cluster = new Living();
    cluster.deployed('web');
    const name = stringAt(cluster.items(PODS)[0], 'metadata', 'name');
    cluster.done('PATCH', `${PODS}/${name}`, { metadata: { labels: { app: 'other' } } }, { type: 'merge' });
    cluster.settle();
    expect(objectAt(cluster.done('GET', `${PODS}/${name}`), 'metadata').ownerReferences).toBeUndefined();
    expect(cluster.items(PODS)).toHaveLength(2);
  });

  test('are available when they were ready for long enough', () => {
    const cluster = new Living();
    cluster.deployed('web', { minReadySeconds: 30 });
    const begun = cluster.now;
    cluster.setImage('web', 'image:2');
    cluster.settle(20_000);
    expect(cluster.items(SETS).map((set) => numberAt(set, 'status', 'readyReplicas'))).toEqual([1, 1]);
    expect(numberAt(cluster.statusOf('web'), 'availableReplicas')).toBe(1);
    cluster.settle();
    expect(cluster.sets()).toEqual(['image:1: 0/0', 'image:2: 1/1']);
    expect(cluster.now - begun).toBeGreaterThanOrEqual(30_000);
  });
});

test('pods that are missed least are ended first', () => {
  const pod = (name: string, spec: JsonObject, status: JsonObject, metadata: JsonObject = {}): JsonObject => ({
    metadata: { name, creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
    spec,
    status,
  });
  const ready = (lastTransitionTime: string) => [{ type: 'Ready', status: 'True', lastTransitionTime }];
  const running = { phase: 'Running', conditions: ready('2026-01-01T00:00:09Z') };
  const on = (nodeName: string) => ({ nodeName });
  const pods = [
    pod('old', on('a'), running),
    pod('costs', on('a'), running, { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-1' } }),
    pod('alone', on('b'), running),
    pod('late', on('a'), { ...running, conditions: ready('2026-01-01T00:01:00Z') }),
    pod('new', on('a'), running, { creationTimestamp: '2026-01-01T00:02:00Z' }),
    pod('unready', on('a'), { phase: 'Running' }),
    pod('pending', on('a'), { phase: 'Pending' }),
    pod('nowhere', {}, { phase: 'Pending' }),
  ];
  expect(leastMissed(pods).map((one) => stringAt(one, 'metadata', 'name'))).toEqual([
    'nowhere',
    'pending',
    'unready',
    'costs',
    'late',
    'new',
    'old',
    'alone',
  ]);
});
