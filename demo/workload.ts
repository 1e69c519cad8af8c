/** A Deployment as the demo shows it: one row of the table. */
import { isRecord } from '@ddprofiler-rc/control-plane/json';
import type { ApiObject } from './api.ts';

export interface Workload {
  readonly name: string;
  readonly uid: string;
  /** Counts the changes of its spec. */
  readonly generation: number;
  /** Present for a clone: the name of its source. */
  readonly source: string | undefined;
  readonly wanted: number;
  readonly ready: number;
  /** The rollout is over: all pods are of the newest template, ready, and no other is left. */
  readonly settled: boolean;
  /** Of the first container. */
  readonly image: string;
  /** Of the first container: `NAME=value`, in order. */
  readonly env: readonly string[];
}

const SOURCE_ANNOTATION = 'ddprofiler-rc.grove/source';

export function workloadOf(deployment: ApiObject): Workload {
  const metadata = recordIn(deployment, 'metadata');
  const spec = recordIn(deployment, 'spec');
  const status = recordIn(deployment, 'status');
  const [container = {}] = listIn(recordIn(recordIn(spec, 'template'), 'spec'), 'containers');
  const source = recordIn(metadata, 'annotations')[SOURCE_ANNOTATION];
  const generation = numberIn(metadata, 'generation');
  const wanted = typeof spec.replicas === 'number' ? spec.replicas : 1;
  const ready = numberIn(status, 'readyReplicas');
  return {
    name: textIn(metadata, 'name'),
    uid: textIn(metadata, 'uid'),
    generation,
    source: typeof source === 'string' ? source : undefined,
    wanted,
    ready,
    settled:
      numberIn(status, 'observedGeneration') >= generation &&
      ready === wanted &&
      numberIn(status, 'replicas') === wanted &&
      numberIn(status, 'updatedReplicas') === wanted,
    image: textIn(container, 'image'),
    env: listIn(container, 'env').map((variable) => `${textIn(variable, 'name')}=${textIn(variable, 'value')}`),
  };
}

/** Each source with its clones below it, by name. */
export function inOrder(workloads: Iterable<Workload>): readonly Workload[] {
  const place = ({ name, source }: Workload) => (source === undefined ? [name, ''] : [source, name]).join('\0');
  return [...workloads].toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}

function recordIn(object: ApiObject, field: string): ApiObject {
  const value = object[field];
  return isRecord(value) ? value : {};
}

function listIn(object: ApiObject, field: string): readonly ApiObject[] {
  const value = object[field];
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function textIn(object: ApiObject, field: string): string {
  const value = object[field];
  return typeof value === 'string' ? value : '';
}

function numberIn(object: ApiObject, field: string): number {
  const value = object[field];
  return typeof value === 'number' ? value : 0;
}
