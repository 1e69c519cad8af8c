/** Where each kind of the differential tests is found. */
const CORE = '/api/v1';

const COLLECTIONS = {
  configmaps: `${CORE}/namespaces/$NS/configmaps`,
  events: `${CORE}/namespaces/$NS/events`,
  namespaces: `${CORE}/namespaces`,
  pods: `${CORE}/namespaces/$NS/pods`,
  services: `${CORE}/namespaces/$NS/services`,
  deployments: '/apis/apps/v1/namespaces/$NS/deployments',
  replicasets: '/apis/apps/v1/namespaces/$NS/replicasets',
  horizontalpodautoscalers: '/apis/autoscaling/v2/namespaces/$NS/horizontalpodautoscalers',
  poddisruptionbudgets: '/apis/policy/v1/namespaces/$NS/poddisruptionbudgets',
  leases: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases',
  customresourcedefinitions: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  ddprofcrds: '/apis/crds.grove/v1/namespaces/$NS/ddprofcrds',
} as const;

export type Resource = keyof typeof COLLECTIONS;

/** Path of the collection, or of one object (`web`) or subresource of it (`web/status`). */
export function pathOf(resource: Resource, name?: string): string {
  return name === undefined ? COLLECTIONS[resource] : `${COLLECTIONS[resource]}/${name}`;
}
