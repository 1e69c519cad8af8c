import { isJsonArray, type JsonObject } from '../../json.ts';
import type { Shape } from './shape.ts';

const PERCENT: JsonObject = { type: 'Percent', value: 100, periodSeconds: 15 };
const PODS: JsonObject = { type: 'Pods', value: 4, periodSeconds: 15 };

/** Autoscalers v2, read off the API server v1.37. */
export const AUTOSCALER: Shape = {
  fill: { spec: {}, status: {} },
  fields: {
    spec: {
      fill: { minReplicas: 1 },
      more: ({ metrics }) => (isJsonArray(metrics) ? {} : { metrics: [BUSY] }),
      fields: {
        behavior: {
          fill: { scaleUp: {}, scaleDown: {} },
          fields: {
            scaleUp: { fill: { policies: [PODS, PERCENT], selectPolicy: 'Max', stabilizationWindowSeconds: 0 } },
            scaleDown: { fill: { policies: [PERCENT], selectPolicy: 'Max' } },
          },
        },
      },
    },
    status: { fill: { desiredReplicas: 0, currentMetrics: null } },
  },
};

const BUSY: JsonObject = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
};
