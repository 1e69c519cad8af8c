import { type JsonObject, objectAt } from '../../json.ts';
import { AUTOSCALER } from './autoscaler.ts';
import { completePod } from './pod.ts';
import { POD_SPEC } from './pod-spec.ts';
import { SERVICE } from './service.ts';
import { filled, type Shape } from './shape.ts';

/** Objects as they are stored, by kind: data, read off the API server v1.37. Kinds that are not here are stored as they are sent. */

const TEMPLATE: Shape = { fill: { metadata: {} }, fields: { spec: POD_SPEC } };

const ROLLING: Shape = { fill: { maxUnavailable: '25%', maxSurge: '25%' } };
const STRATEGY: Shape = {
  fill: { type: 'RollingUpdate' },
  more: ({ type }) => (type === 'RollingUpdate' ? { rollingUpdate: filled(ROLLING, {}) } : {}),
  fields: { rollingUpdate: ROLLING },
};

const DEPLOYMENT: Shape = {
  fill: { spec: {}, status: {} },
  fields: {
    spec: {
      fill: { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: {}, template: {} },
      fields: { strategy: STRATEGY, template: TEMPLATE },
    },
  },
};

const REPLICA_SET: Shape = {
  fill: { spec: {}, status: {} },
  fields: {
    spec: { fill: { replicas: 1, template: {} }, fields: { template: TEMPLATE } },
    status: { fill: { replicas: 0 } },
  },
};

const NAME_LABEL = 'kubernetes.io/metadata.name';

/** Fields of the first form of Events are written whether they are set or not. */
const EVENT: Shape = {
  fill: { source: {}, firstTimestamp: null, lastTimestamp: null, eventTime: null, reportingComponent: '', reportingInstance: '' },
};

const BUDGET: Shape = {
  fill: { status: {} },
  fields: { status: { fill: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 } } },
};

/** Gives an object as it is stored. Law: what is complete comes back as it is. */
export type Complete = (object: JsonObject) => JsonObject;

const ofShape =
  (shape: Shape): Complete =>
  (object) =>
    filled(shape, object);

export const COMPLETE: Readonly<Record<string, Complete>> = {
  Deployment: ofShape(DEPLOYMENT),
  ReplicaSet: ofShape(REPLICA_SET),
  Pod: completePod,
  Namespace: completeNamespace,
  Service: ofShape(SERVICE),
  HorizontalPodAutoscaler: ofShape(AUTOSCALER),
  PodDisruptionBudget: ofShape(BUDGET),
  Event: ofShape(EVENT),
};

function completeNamespace(namespace: JsonObject): JsonObject {
  const { name = '' } = objectAt(namespace, 'metadata');
  return filled(
    {
      fill: { spec: {}, status: {} },
      fields: {
        metadata: { fill: { labels: {} }, fields: { labels: { fill: { [NAME_LABEL]: name } } } },
        status: { fill: { phase: 'Active' } },
      },
    },
    namespace,
  );
}
