import { isJsonObject, type Json, type JsonObject, listAt, numberAt, objectAt, stringAt, valueAt } from '../json.ts';
import { ageOf, duration } from './age.ts';
import { selectorText } from './selector-text.ts';

/** One row of `kubectl get`, in the order of the kind's columns (facts.ts). */
export type Cells = (object: JsonObject, now: number) => Json[];

const NONE = '<none>';

const nameOf = (object: JsonObject): string => stringAt(object, 'metadata', 'name') ?? '';
const countAt = (object: Json | undefined, ...path: readonly string[]): number => numberAt(object, ...path) ?? 0;
const orNone = (text: string | undefined): string => (text === undefined || text === '' ? NONE : text);

function joined(items: readonly Json[], member: string): string {
  return items.map((item) => stringAt(item, member) ?? '').join(',');
}

function containerCells(object: JsonObject): Json[] {
  const containers = listAt(object, 'spec', 'template', 'spec', 'containers');
  return [joined(containers, 'name'), joined(containers, 'image'), orNone(selectorText(objectAt(object, 'spec', 'selector')))];
}

function externalAddress(service: JsonObject): string {
  const own = listAt(service, 'spec', 'externalIPs').join(',');
  switch (stringAt(service, 'spec', 'type')) {
    case 'ExternalName':
      return orNone(stringAt(service, 'spec', 'externalName'));
    case 'LoadBalancer': {
      const given = listAt(service, 'status', 'loadBalancer', 'ingress').map(
        (item) => stringAt(item, 'ip') ?? stringAt(item, 'hostname') ?? '',
      );
      const all = [...given, ...(own === '' ? [] : [own])].join(',');
      return all === '' ? '<pending>' : all;
    }
    default:
      return orNone(own);
  }
}

function portText(port: Json): string {
  const number = countAt(port, 'port');
  const ofNode = numberAt(port, 'nodePort');
  return `${number}${ofNode === undefined ? '' : `:${ofNode}`}/${stringAt(port, 'protocol') ?? 'TCP'}`;
}

function podStatus(pod: JsonObject): string {
  if (stringAt(pod, 'metadata', 'deletionTimestamp') !== undefined) return 'Terminating';
  const [stuck] = listAt(pod, 'status', 'containerStatuses')
    .toReversed()
    .flatMap(
      (status) => stringAt(status, 'state', 'waiting', 'reason') ?? stringAt(status, 'state', 'terminated', 'reason') ?? [],
    );
  return stuck ?? stringAt(pod, 'status', 'reason') ?? stringAt(pod, 'status', 'phase') ?? '';
}

/** `cpu: 10%/50%` for each metric, the current value before the target. */
function targets(autoscaler: JsonObject): string {
  const current = listAt(autoscaler, 'status', 'currentMetrics');
  const texts = listAt(autoscaler, 'spec', 'metrics').map((metric, index) => {
    const resource = objectAt(metric, 'resource');
    const seen = objectAt(current[index], 'resource', 'current');
    const value = stringAt(resource, 'target', 'averageValue');
    const name = stringAt(resource, 'name') ?? '';
    if (value !== undefined) return `${name}: ${stringAt(seen, 'averageValue') ?? '<unknown>'}/${value}`;
    const percent = numberAt(seen, 'averageUtilization');
    const wanted = numberAt(resource, 'target', 'averageUtilization');
    return `${name}: ${percent === undefined ? '<unknown>' : `${percent}%`}/${wanted === undefined ? '<auto>' : `${wanted}%`}`;
  });
  if (texts.length === 0) return NONE;
  return texts.length > 2 ? `${texts.slice(0, 2).join(', ')} + ${texts.length - 2} more...` : texts.join(', ');
}

const budgetOf = (value: Json | undefined): string => (value === undefined ? 'N/A' : String(value));

function since(time: Json | undefined, now: number): string {
  const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(at) ? '<unknown>' : duration(now - at);
}

/** Old events say when in `lastTimestamp`, new ones in `eventTime` and `series`. */
function eventCells(event: JsonObject, now: number): Json[] {
  const first = event.firstTimestamp ?? event.eventTime;
  const last = valueAt(event, 'series', 'lastObservedTime') ?? event.lastTimestamp ?? first;
  const object = objectAt(event, 'involvedObject');
  const source = [
    stringAt(event, 'source', 'component') ?? stringAt(event, 'reportingComponent') ?? '',
    stringAt(event, 'source', 'host') ?? '',
  ];
  return [
    since(last, now),
    stringAt(event, 'type') ?? '',
    stringAt(event, 'reason') ?? '',
    `${(stringAt(object, 'kind') ?? '').toLowerCase()}/${stringAt(object, 'name') ?? ''}`,
    stringAt(object, 'fieldPath') ?? '',
    source.filter((part) => part !== '').join(', '),
    (stringAt(event, 'message') ?? '').trim(),
    since(first, now),
    numberAt(event, 'series', 'count') ?? numberAt(event, 'count') ?? 1,
    nameOf(event),
  ];
}

/** Rows by kind; a kind has an entry here exactly where facts.ts has its columns. */
export const CELLS: Readonly<Record<string, Cells>> = {
  Namespace: (object, now) => [nameOf(object), stringAt(object, 'status', 'phase') ?? '', ageOf(object, now)],
  ConfigMap: (object, now) => [
    nameOf(object),
    Object.keys(objectAt(object, 'data')).length + Object.keys(objectAt(object, 'binaryData')).length,
    ageOf(object, now),
  ],
  Service: (object, now) => {
    const selector = Object.entries(objectAt(object, 'spec', 'selector')).map(([key, value]) => `${key}=${String(value)}`);
    return [
      nameOf(object),
      stringAt(object, 'spec', 'type') ?? '',
      orNone(stringAt(object, 'spec', 'clusterIP')),
      externalAddress(object),
      orNone(listAt(object, 'spec', 'ports').map(portText).join(',')),
      ageOf(object, now),
      orNone(selector.toSorted().join(',')),
    ];
  },
  Pod: (object, now) => {
    const statuses = listAt(object, 'status', 'containerStatuses').filter(isJsonObject);
    const ready = statuses.filter((status) => status.ready === true).length;
    const restarts = statuses.reduce((sum, status) => sum + countAt(status, 'restartCount'), 0);
    return [
      nameOf(object),
      `${ready}/${listAt(object, 'spec', 'containers').length}`,
      podStatus(object),
      String(restarts),
      ageOf(object, now),
      orNone(stringAt(object, 'status', 'podIP')),
      orNone(stringAt(object, 'spec', 'nodeName')),
      orNone(stringAt(object, 'status', 'nominatedNodeName')),
      NONE,
    ];
  },
  Event: eventCells,
  Deployment: (object, now) => [
    nameOf(object),
    `${countAt(object, 'status', 'readyReplicas')}/${countAt(object, 'spec', 'replicas')}`,
    countAt(object, 'status', 'updatedReplicas'),
    countAt(object, 'status', 'availableReplicas'),
    ageOf(object, now),
    ...containerCells(object),
  ],
  ReplicaSet: (object, now) => [
    nameOf(object),
    countAt(object, 'spec', 'replicas'),
    countAt(object, 'status', 'replicas'),
    countAt(object, 'status', 'readyReplicas'),
    ageOf(object, now),
    ...containerCells(object),
  ],
  HorizontalPodAutoscaler: (object, now) => [
    nameOf(object),
    `${stringAt(object, 'spec', 'scaleTargetRef', 'kind') ?? ''}/${stringAt(object, 'spec', 'scaleTargetRef', 'name') ?? ''}`,
    targets(object),
    String(numberAt(object, 'spec', 'minReplicas') ?? '<unset>'),
    countAt(object, 'spec', 'maxReplicas'),
    countAt(object, 'status', 'currentReplicas'),
    ageOf(object, now),
  ],
  PodDisruptionBudget: (object, now) => [
    nameOf(object),
    budgetOf(valueAt(object, 'spec', 'minAvailable')),
    budgetOf(valueAt(object, 'spec', 'maxUnavailable')),
    countAt(object, 'status', 'disruptionsAllowed'),
    ageOf(object, now),
  ],
  Lease: (object, now) => [nameOf(object), stringAt(object, 'spec', 'holderIdentity') ?? '', ageOf(object, now)],
  CustomResourceDefinition: (object) => {
    const versions = listAt(object, 'spec', 'versions')
      .filter(isJsonObject)
      .map((version) => `${String(version.name)}${version.storage === true ? '(storage)' : ''}`);
    const established = listAt(object, 'status', 'conditions')
      .filter(isJsonObject)
      .some(({ type, status }) => type === 'Established' && status === 'True');
    return [
      nameOf(object),
      stringAt(object, 'spec', 'scope') ?? '',
      versions.join(','),
      stringAt(object, 'metadata', 'creationTimestamp') ?? null,
      stringAt(object, 'spec', 'group') ?? '',
      stringAt(object, 'spec', 'names', 'kind') ?? '',
      listAt(object, 'spec', 'names', 'shortNames').join(','),
      established,
    ];
  },
};
