import type { JsonObject } from '../../json.ts';
import type { Shape } from './shape.ts';

/** Services, read off the API server v1.37. What it allots to each is in admission. */
export const SERVICE: Shape = {
  fill: { spec: {}, status: {} },
  fields: {
    spec: {
      fill: { sessionAffinity: 'None', type: 'ClusterIP' },
      more: byType,
      fields: { ports: { fill: { protocol: 'TCP' }, more: ({ port = 0 }) => ({ targetPort: port }) } },
    },
    status: { fill: { loadBalancer: {} } },
  },
};

function byType({ type, sessionAffinity }: JsonObject): JsonObject {
  const isOutside = type === 'NodePort' || type === 'LoadBalancer';
  return {
    ...(type === 'ExternalName' ? {} : { internalTrafficPolicy: 'Cluster' }),
    ...(isOutside ? { externalTrafficPolicy: 'Cluster' } : {}),
    ...(type === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: true } : {}),
    ...(sessionAffinity === 'ClientIP' ? { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } } : {}),
  };
}
