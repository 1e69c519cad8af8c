import { describe, expect, test } from 'vitest';
import { DEPLOYMENTS, deployment } from '../../../test/asked.ts';
import { Living, PODS, SETS } from '../../../test/living.ts';
import { listAt, numberAt, objectAt, stringAt } from '../../json.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const AVAILABLE = 'Available True MinimumReplicasAvailable';
const DONE = 'Progressing True NewReplicaSetAvailable';

describe('a new Deployment', () => {
  test('gets a ReplicaSet, and pods that become ready', () => {
    const cluster = new Living();
    cluster.deployed('web', { replicas: 2 });
    const [set] = cluster.items(SETS);
    const hash = stringAt(set, 'metadata', 'labels', 'pod-template-hash') ?? '';
    expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{10}$/);
    expect(set).toMatchObject({
      metadata: {
        name: `web-${hash}`,
        labels: { app: 'web', 'pod-template-hash': hash },
        annotations: {
          [REVISION]: '1',
          'deployment.kubernetes.io/desired-replicas': '2',
          'deployment.kubernetes.io/max-replicas': '3',
        },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', controller: true, blockOwnerDeletion: true }],
      },
      spec: { replicas: 2, selector: { matchLabels: { app: 'web', 'pod-template-hash': hash } } },
      status: { replicas: 2, fullyLabeledReplicas: 2, readyReplicas: 2, availableReplicas: 2, observedGeneration: 1 },
    });
    expect(cluster.items(PODS).map((pod) => stringAt(pod, 'status', 'phase'))).toEqual(['Running', 'Running']);
    expect(cluster.done('GET', `${DEPLOYMENTS}/web`)).toMatchObject({
      metadata: { annotations: { [REVISION]: '1' }, generation: 1 },
      status: {
        observedGeneration: 1,
        replicas: 2,
        updatedReplicas: 2,
        readyReplicas: 2,
        availableReplicas: 2,
        terminatingReplicas: 0,
        conditions: [
          { type: 'Available', message: 'Deployment has minimum availability.' },
          { type: 'Progressing', message: `ReplicaSet "web-${hash}" has successfully progressed.` },
        ],
      },
    });
  });

  test('takes over a ReplicaSet that nobody controls', () => {
    const cluster = new Living();
    cluster.deployed('web');
    cluster.done('DELETE', `${DEPLOYMENTS}/web`, { kind: 'DeleteOptions', propagationPolicy: 'Orphan' });
    cluster.settle();
    const [orphan] = cluster.items(SETS);
    expect(objectAt(orphan, 'metadata').ownerReferences).toBeUndefined();
    cluster.deployed('web');
    expect(cluster.items(SETS).map((set) => stringAt(set, 'metadata', 'uid'))).toEqual([stringAt(orphan, 'metadata', 'uid')]);
    expect(cluster.items(SETS)[0]).toMatchObject({ metadata: { ownerReferences: [{ name: 'web' }] } });
  });

  test('does not count as stuck while it is paused, and does as soon as it is over its deadline', () => {
    const cluster = new Living();
    cluster.deployed('web', { progressDeadlineSeconds: 60, template: template('registry.invalid/image:1') });
    expect(cluster.conditionsOf('web')).toEqual([
      'Available False MinimumReplicasUnavailable',
      'Progressing True ReplicaSetUpdated',
    ]);
    cluster.settle(120_000);
    expect(cluster.conditionsOf('web')).toEqual([
      'Available False MinimumReplicasUnavailable',
      'Progressing False ProgressDeadlineExceeded',
    ]);
    cluster.setImage('web', 'image:2');
    cluster.settle();
    expect(cluster.conditionsOf('web')).toEqual([AVAILABLE, DONE]);
  });
});

function template(image: string) {
  return { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image }] } };
}

describe('a new template', () => {
  test.each([
    { strategy: undefined, replicas: 4, most: 5, least: 3 },
    { strategy: { maxSurge: 0, maxUnavailable: 1 }, replicas: 4, most: 4, least: 3 },
    { strategy: { maxSurge: '50%', maxUnavailable: 0 }, replicas: 3, most: 5, least: 3 },
    { strategy: { maxSurge: 0, maxUnavailable: '10%' }, replicas: 4, most: 4, least: 3 },
  ])('rolls within its bounds: $strategy of $replicas', ({ strategy, replicas, most, least }) => {
    const cluster = new Living();
    cluster.deployed('web', { replicas, ...(strategy && { strategy: { rollingUpdate: strategy } }) });
    cluster.setImage('web', 'image:2');
    const seen = { most: 0, least: Number.POSITIVE_INFINITY };
    cluster.settle(60_000, () => {
      const wanted = cluster.items(SETS).reduce((sum, set) => sum + (numberAt(set, 'spec', 'replicas') ?? 0), 0);
      seen.most = Math.max(seen.most, wanted);
      seen.least = Math.min(seen.least, numberAt(cluster.statusOf('web'), 'availableReplicas') ?? 0);
    });
    expect(seen).toEqual({ most, least });
    expect(cluster.sets()).toEqual([`image:1: 0/0`, `image:2: ${replicas}/${replicas}`]);
    expect(cluster.conditionsOf('web')).toEqual([AVAILABLE, DONE]);
  });

  test('is begun when all old pods are gone, if it recreates', () => {
    const cluster = new Living();
    cluster.deployed('web', { replicas: 2, strategy: { type: 'Recreate' } });
    cluster.setImage('web', 'image:2');
    cluster.settle(60_000, () => {
      const images = cluster.items(PODS).map((pod) => stringAt(listAt(pod, 'spec', 'containers')[0], 'image'));
      expect(new Set(images).size).toBeLessThan(2);
    });
    expect(cluster.sets()).toEqual(['image:1: 0/0', 'image:2: 2/2']);
  });

  test('that is a former one brings its ReplicaSet back as the newest', () => {
    const cluster = new Living();
    cluster.deployed('web');
    cluster.setImage('web', 'image:2');
    cluster.settle();
    cluster.setImage('web', 'image:1');
    cluster.settle();
    expect(cluster.sets()).toEqual(['image:2: 0/0', 'image:1: 1/1']);
    expect(cluster.items(SETS).map((set) => objectAt(set, 'metadata', 'annotations'))).toContainEqual(
      expect.objectContaining({ [REVISION]: '3', 'deployment.kubernetes.io/revision-history': '1' }),
    );
    expect(cluster.done('GET', `${DEPLOYMENTS}/web`)).toMatchObject({ metadata: { annotations: { [REVISION]: '3' } } });
    const newest = cluster.items(SETS).find((set) => numberAt(set, 'spec', 'replicas') === 1);
    const progress = listAt(cluster.statusOf('web'), 'conditions').find((one) => stringAt(one, 'type') === 'Progressing');
    expect(stringAt(progress, 'message')).toBe(
      `ReplicaSet "${stringAt(newest, 'metadata', 'name')}" has successfully progressed.`,
    );
  });

  test('that cannot start leaves the old pods, as many as must be there', () => {
    const cluster = new Living();
    cluster.deployed('web', { replicas: 4 });
    cluster.setImage('web', 'registry.invalid:5000/image:2');
    cluster.settle();
    expect(cluster.sets()).toEqual(['image:1: 3/3', 'registry.invalid:5000/image:2: 2/0']);
    const waiting = cluster.items(PODS).flatMap((pod) => listAt(pod, 'status', 'containerStatuses'));
    expect(waiting).toContainEqual(
      expect.objectContaining({
        ready: false,
        state: {
          waiting: {
            reason: 'ImagePullBackOff',
            message: 'Back-off pulling image "registry.invalid:5000/image:2"',
          },
        },
      }),
    );
  });

  test('is the last but so many that are kept', () => {
    const cluster = new Living();
    cluster.deployed('web', { revisionHistoryLimit: 1 });
    for (const image of ['image:2', 'image:3', 'image:4']) {
      cluster.setImage('web', image);
      cluster.settle();
    }
    expect(cluster.sets()).toEqual(['image:3: 0/0', 'image:4: 1/1']);
  });

  test('is not rolled out while paused; scaling goes on', () => {
    const cluster = new Living();
    cluster.deployed('web', { replicas: 2 });
    cluster.change('web', { spec: { paused: true } });
    cluster.setImage('web', 'image:2');
    cluster.change('web', { spec: { replicas: 3 } });
    cluster.settle();
    expect(cluster.sets()).toEqual(['image:1: 3/3']);
    expect(cluster.conditionsOf('web')).toEqual([AVAILABLE, 'Progressing Unknown DeploymentPaused']);
    cluster.change('web', { spec: { paused: false } });
    cluster.settle();
    expect(cluster.sets()).toEqual(['image:1: 0/0', 'image:2: 3/3']);
    expect(cluster.conditionsOf('web')).toEqual([AVAILABLE, DONE]);
  });
});

describe('scaling', () => {
  test.each([
    [5, 'image:1: 5/5'],
    [1, 'image:1: 1/1'],
    [0, 'image:1: 0/0'],
  ])('to %i', (replicas, set) => {
    const cluster = new Living();
    cluster.deployed('web', { replicas: 3 });
    cluster.change('web', { spec: { replicas } });
    cluster.settle();
    expect(cluster.sets()).toEqual([set]);
    expect(cluster.items(PODS)).toHaveLength(replicas);
    expect(cluster.conditionsOf('web')).toEqual([AVAILABLE, DONE]);
  });

  test('in the midst of a rollout gives each ReplicaSet its share', () => {
    const cluster = new Living();
    cluster.deployed('web', { replicas: 10, strategy: { rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } });
    cluster.setImage('web', 'registry.invalid/image:2');
    cluster.settle();
    expect(cluster.sets()).toEqual(['image:1: 8/8', 'registry.invalid/image:2: 5/0']);
    cluster.change('web', { spec: { replicas: 15 } });
    cluster.settle();
    expect(cluster.sets()).toEqual(['image:1: 11/11', 'registry.invalid/image:2: 7/0']);
  });
});

test('a status is written once per change, so that all come to rest', () => {
  const cluster = new Living();
  cluster.done('POST', DEPLOYMENTS, deployment('web', { replicas: 3 }));
  cluster.settle();
  const { revision } = cluster.state;
  cluster.now += 3_600_000;
  expect(cluster.step()).toBeUndefined();
  expect(cluster.state.revision).toBe(revision);
});
