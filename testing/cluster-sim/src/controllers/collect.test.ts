import { describe, expect, test } from 'vitest';
import { configMap, DEPLOYMENTS, deployment, MAPS, namesIn } from '../../test/asked.ts';
import { Living, PODS, SETS } from '../../test/living.ts';
import { objectAt, stringAt } from '../json.ts';

const deleted = (propagationPolicy: string) => ({ kind: 'DeleteOptions', propagationPolicy });

describe('a Deployment that is deleted', () => {
  test('in the background is gone at once, its ReplicaSets and pods later', () => {
    const cluster = new Living();
    cluster.deployed('web', { replicas: 2 });
    cluster.done('DELETE', `${DEPLOYMENTS}/web`, deleted('Background'));
    expect(cluster.ask('GET', `${DEPLOYMENTS}/web`).status).toBe(404);
    expect(cluster.items(PODS)).toHaveLength(2);
    cluster.settle();
    expect(cluster.items(SETS)).toEqual([]);
    expect(cluster.items(PODS)).toEqual([]);
  });

  test('in the foreground is gone after its ReplicaSets, and they after their pods', () => {
    const cluster = new Living();
    cluster.deployed('web', { replicas: 2 });
    cluster.done('DELETE', `${DEPLOYMENTS}/web`, deleted('Foreground'));
    const seen = new Set<string>();
    cluster.settle(60_000, () => {
      seen.add([DEPLOYMENTS, SETS, PODS].map((path) => (cluster.items(path).length > 0 ? 'there' : 'gone')).join(' '));
    });
    expect([...seen]).toEqual(['there there there', 'there there gone', 'there gone gone', 'gone gone gone']);
  });

  test('leaves orphans that are nobody’s', () => {
    const cluster = new Living();
    cluster.deployed('web', { replicas: 2 });
    cluster.done('DELETE', `${DEPLOYMENTS}/web`, deleted('Orphan'));
    cluster.settle();
    expect(cluster.ask('GET', `${DEPLOYMENTS}/web`).status).toBe(404);
    expect(cluster.items(PODS)).toHaveLength(2);
    const [set] = cluster.items(SETS);
    expect(objectAt(set, 'metadata').ownerReferences).toBeUndefined();
  });
});

describe('an object', () => {
  const owner = (uid: string, more: object = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid, ...more });

  test('goes when the last of its owners is gone', () => {
    const cluster = new Living();
    const uid = stringAt(cluster.done('POST', MAPS, configMap('owner')), 'metadata', 'uid') ?? '';
    cluster.done('POST', MAPS, configMap('own', {}, { ownerReferences: [owner(uid), owner('gone', { name: 'other' })] }));
    cluster.done('POST', MAPS, configMap('lost', {}, { ownerReferences: [owner('gone')] }));
    cluster.settle();
    expect(namesIn(cluster.done('GET', MAPS))).toEqual(['own', 'owner']);
    expect(cluster.done('GET', `${MAPS}/own`)).toMatchObject({ metadata: { ownerReferences: [owner(uid)] } });
    cluster.done('DELETE', `${MAPS}/owner`);
    cluster.settle();
    expect(namesIn(cluster.done('GET', MAPS))).toEqual([]);
  });

  test('with a finalizer keeps its namespace', () => {
    const cluster = new Living();
    cluster.deployed('web');
    cluster.done('POST', MAPS, configMap('held', {}, { finalizers: ['example.com/hold'] }));
    cluster.done('POST', MAPS, configMap('free'));
    cluster.done('DELETE', '/api/v1/namespaces/default');
    cluster.settle();
    expect(cluster.items(PODS)).toEqual([]);
    expect(namesIn(cluster.done('GET', MAPS))).toEqual(['held']);
    expect(cluster.ask('POST', DEPLOYMENTS, deployment('late')).status).toBe(403);
    cluster.done('PATCH', `${MAPS}/held`, { metadata: { finalizers: null } }, { type: 'merge' });
    cluster.settle();
    expect(cluster.ask('GET', '/api/v1/namespaces/default').status).toBe(404);
  });
});
