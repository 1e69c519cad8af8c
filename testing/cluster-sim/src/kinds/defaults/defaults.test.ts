import { describe, expect, test } from 'vitest';
import { type JsonObject, listAt, objectAt } from '../../json.ts';
import { COMPLETE } from './index.ts';
import { filled } from './shape.ts';

const complete = (kind: string, object: JsonObject): JsonObject => COMPLETE[kind]?.(object) ?? {};

/** The first container of a Deployment with this container. */
function container(given: JsonObject): JsonObject {
  const deployment = complete('Deployment', { spec: { template: { spec: { containers: [given] } } } });
  return objectAt(listAt(deployment, 'spec', 'template', 'spec', 'containers')[0]);
}

function volume(given: JsonObject): JsonObject {
  const deployment = complete('Deployment', { spec: { template: { spec: { volumes: [{ name: 'v', ...given }] } } } });
  return objectAt(listAt(deployment, 'spec', 'template', 'spec', 'volumes')[0]);
}

describe('a shape', () => {
  const shape = { fill: { a: 1 }, more: ({ a = 0 }: JsonObject) => ({ b: a }), fields: { below: { fill: { c: 2 } } } };

  test('fills what is absent, and below what is there', () => {
    expect(filled(shape, { below: [{}, { c: 3 }, 'x'] })).toEqual({ a: 1, b: 1, below: [{ c: 2 }, { c: 3 }, 'x'] });
    expect(filled(shape, { a: 5 })).toEqual({ a: 5, b: 5 });
  });

  test('gives back what is complete', () => {
    const object = { a: 1, b: 2, below: [{ c: 3 }] };
    expect(filled(shape, object)).toBe(object);
  });
});

describe('a container', () => {
  test.each([
    ['i', 'Always'],
    ['i:latest', 'Always'],
    ['registry:5000/i', 'Always'],
    ['i:1', 'IfNotPresent'],
    ['registry:5000/i:1', 'IfNotPresent'],
    ['i@sha256:0', 'IfNotPresent'],
  ])('with image %s is pulled %s', (image, imagePullPolicy) => {
    expect(container({ name: 'c', image })).toEqual({
      name: 'c',
      image,
      imagePullPolicy,
      resources: {},
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
    });
  });

  test.each<[JsonObject, JsonObject]>([
    [{ ports: [{ containerPort: 80 }] }, { ports: [{ containerPort: 80, protocol: 'TCP' }] }],
    [
      { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
      { env: [{ name: 'A', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } }] },
    ],
    [
      { env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } }] },
      { env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '0' } } }] },
    ],
    [
      { livenessProbe: { httpGet: { port: 80 } } },
      {
        livenessProbe: {
          httpGet: { port: 80, path: '/', scheme: 'HTTP' },
          timeoutSeconds: 1,
          periodSeconds: 10,
          successThreshold: 1,
          failureThreshold: 3,
        },
      },
    ],
    [
      { startupProbe: { grpc: { port: 9 }, periodSeconds: 1 } },
      { startupProbe: { grpc: { port: 9, service: '' }, periodSeconds: 1, timeoutSeconds: 1 } },
    ],
    [
      { lifecycle: { preStop: { httpGet: { port: 80 } } } },
      { lifecycle: { preStop: { httpGet: { port: 80, path: '/', scheme: 'HTTP' } } } },
    ],
    // Of a template, limits make no requests.
    [{ resources: { limits: { cpu: '1' } } }, { resources: { limits: { cpu: '1' } } }],
  ])('with %j becomes %j', (given, stored) => {
    expect(container({ name: 'c', image: 'i', ...given })).toMatchObject(stored);
    expect(container({ name: 'c', image: 'i', resources: { limits: { cpu: '1' } } }).resources).toEqual({ limits: { cpu: '1' } });
  });
});

test.each<[JsonObject, JsonObject]>([
  [{}, { emptyDir: {} }],
  [{ configMap: { name: 'a' } }, { configMap: { name: 'a', defaultMode: 420 } }],
  [{ secret: { secretName: 'a', defaultMode: 0 } }, { secret: { secretName: 'a', defaultMode: 0 } }],
  [{ hostPath: { path: '/a' } }, { hostPath: { path: '/a', type: '' } }],
  [
    { projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
    { projected: { defaultMode: 420, sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 3600 } }] } },
  ],
  [
    { downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'metadata.name' } }] } },
    {
      downwardAPI: {
        defaultMode: 420,
        items: [{ path: 'a', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } }],
      },
    },
  ],
  [
    { ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'] } } } },
    {
      ephemeral: {
        volumeClaimTemplate: { metadata: {}, spec: { accessModes: ['ReadWriteOnce'], volumeMode: 'Filesystem', resources: {} } },
      },
    },
  ],
])('a volume with %j becomes %j', (given, stored) => {
  expect(volume(given)).toEqual({ name: 'v', ...stored });
});

test('a Deployment that recreates has no bounds of rolling', () => {
  expect(complete('Deployment', { spec: { strategy: { type: 'Recreate' } } })).toMatchObject({
    spec: { strategy: { type: 'Recreate' }, replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
  });
  expect(objectAt(complete('Deployment', { spec: { strategy: { type: 'Recreate' } } }), 'spec').strategy).toEqual({
    type: 'Recreate',
  });
  expect(complete('Deployment', { spec: { strategy: { rollingUpdate: { maxSurge: 1 } } } })).toMatchObject({
    spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: '25%' } } },
  });
});

describe('a pod', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['BestEffort', {}, {}],
    ['Burstable', { limits: { cpu: '1' } }, { limits: { cpu: '1' }, requests: { cpu: '1' } }],
    [
      'Burstable',
      { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } },
      { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m', memory: '1Gi' } },
    ],
    [
      'Guaranteed',
      { limits: { cpu: '1', memory: '1Gi' } },
      { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1', memory: '1Gi' } },
    ],
  ])('is %s with %j', (qosClass, resources, stored) => {
    const pod = complete('Pod', { spec: { containers: [{ name: 'c', image: 'i', resources }] } });
    expect(pod).toMatchObject({ spec: { enableServiceLinks: true }, status: { phase: 'Pending', qosClass } });
    expect(objectAt(listAt(pod, 'spec', 'containers')[0]).resources).toEqual(stored);
  });
});

test.each<[JsonObject, JsonObject]>([
  [
    { ports: [{ port: 80 }] },
    { type: 'ClusterIP', internalTrafficPolicy: 'Cluster', ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }] },
  ],
  [
    { type: 'ExternalName', externalName: 'a.b' },
    { type: 'ExternalName', externalName: 'a.b' },
  ],
  [{ type: 'NodePort' }, { type: 'NodePort', internalTrafficPolicy: 'Cluster', externalTrafficPolicy: 'Cluster' }],
  [
    { type: 'LoadBalancer' },
    {
      type: 'LoadBalancer',
      internalTrafficPolicy: 'Cluster',
      externalTrafficPolicy: 'Cluster',
      allocateLoadBalancerNodePorts: true,
    },
  ],
])('a Service with %j becomes %j', (given, stored) => {
  expect(complete('Service', { spec: given })).toEqual({
    spec: { sessionAffinity: 'None', ...stored },
    status: { loadBalancer: {} },
  });
});

test('an autoscaler looks at the processor, and behaves by rules where it has any', () => {
  const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } };
  expect(complete('HorizontalPodAutoscaler', { spec: { maxReplicas: 3 } })).toEqual({
    spec: { maxReplicas: 3, minReplicas: 1, metrics: [cpu] },
    status: { desiredReplicas: 0, currentMetrics: null },
  });
  expect(
    complete('HorizontalPodAutoscaler', { spec: { behavior: { scaleUp: { stabilizationWindowSeconds: 3 } } } }),
  ).toMatchObject({
    spec: {
      behavior: {
        scaleUp: { stabilizationWindowSeconds: 3, selectPolicy: 'Max', policies: [{ type: 'Pods' }, { type: 'Percent' }] },
        scaleDown: { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
      },
    },
  });
});

test.each(Object.keys(COMPLETE))('a complete %s comes back as it is', (kind) => {
  const once = complete(kind, { metadata: { name: 'a' } });
  expect(complete(kind, once)).toBe(once);
});
