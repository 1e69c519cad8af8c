/** The nodes that KWOK plays the kubelet for, and those alone: so large that no test has to think of capacity. */
import { isRecord } from './json.ts';

const CAPACITY = { cpu: '1000', memory: '4000Gi', 'ephemeral-storage': '10000Gi', pods: '10000' };

const [KEY, VALUE] = ['kwok.x-k8s.io/node', 'fake'] as const;
/** Annotation of these nodes, as a selector. */
export const MANAGED_BY_KWOK = `${KEY}=${VALUE}`;

const NODE_NAMES = ['node-1', 'node-2', 'node-3'] as const;

/**
 * `true` when a body of `GET /api/v1/nodes` shows every node Ready and free of taints, else what is missing. The controller
 * manager takes the not-ready taint off a moment after KWOK made the node Ready; before that, no pod would be scheduled.
 */
export const nodesReady = (body: string): true | string => {
  const list: unknown = JSON.parse(body);
  const items = isRecord(list) && Array.isArray(list.items) ? list.items.filter(isRecord) : [];
  if (items.length < NODE_NAMES.length) return `${items.length} of ${NODE_NAMES.length} nodes exist`;
  for (const { metadata, spec, status } of items) {
    const name = isRecord(metadata) ? metadata.name : undefined;
    const conditions = isRecord(status) && Array.isArray(status.conditions) ? status.conditions.filter(isRecord) : [];
    if (!conditions.some(({ type, status }) => type === 'Ready' && status === 'True')) return `node ${name} is not Ready`;
    if (isRecord(spec) && Array.isArray(spec.taints)) return `node ${name} has taints: ${JSON.stringify(spec.taints)}`;
  }
  return true;
};

/** A `List` of Node objects, as JSON. */
export const nodesManifest = (): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: NODE_NAMES.map((name) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        annotations: { [KEY]: VALUE },
        labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' },
      },
      status: {
        capacity: CAPACITY,
        allocatable: CAPACITY,
        // Present from the start, so that "not Ready yet" is a value and not an absence.
        conditions: [{ type: 'Ready', status: 'False', reason: 'Starting' }],
      },
    })),
  });
