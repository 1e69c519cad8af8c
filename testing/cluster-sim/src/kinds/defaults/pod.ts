import { isJsonObject, type JsonObject, listAt, objectAt } from '../../json.ts';
import { POD_SPEC } from './pod-spec.ts';
import { filled, type Shape } from './shape.ts';

/** What a pod has beside what a template has. */
const POD: Shape = {
  fill: { spec: {} },
  fields: { spec: { ...POD_SPEC, fill: { ...POD_SPEC.fill, enableServiceLinks: true } } },
};

const LISTS = ['containers', 'initContainers'] as const;

export function completePod(pod: JsonObject): JsonObject {
  const complete = filled(POD, pod);
  const spec = objectAt(complete, 'spec');
  const asking = LISTS.reduce((so, list) => withRequests(so, list), spec);
  const status = pod.status ?? { phase: 'Pending', qosClass: qualityOf(asking) };
  return asking === spec && pod.status !== undefined ? complete : { ...complete, spec: asking, status };
}

/** A limit without a request is one. */
function withRequests(spec: JsonObject, list: (typeof LISTS)[number]): JsonObject {
  const containers = listAt(spec, list).filter(isJsonObject);
  const asking = containers.map((container) => {
    const limits = objectAt(container, 'resources', 'limits');
    const requests = objectAt(container, 'resources', 'requests');
    if (Object.keys(limits).every((name) => requests[name] !== undefined)) return container;
    return { ...container, resources: { ...objectAt(container, 'resources'), requests: { ...limits, ...requests } } };
  });
  return asking.some((container, index) => container !== containers[index]) ? { ...spec, [list]: asking } : spec;
}

const COUNTED = ['cpu', 'memory'] as const;

/** Who is ended first on a node that runs short. */
function qualityOf(spec: JsonObject): string {
  const resources = LISTS.flatMap((list) => listAt(spec, list)).map((container) => objectAt(container, 'resources'));
  const isSet = (kind: 'requests' | 'limits', name: string) => (one: JsonObject) => objectAt(one, kind)[name] !== undefined;
  if (!COUNTED.some((name) => resources.some(isSet('requests', name)) || resources.some(isSet('limits', name))))
    return 'BestEffort';
  const isGuaranteed = COUNTED.every((name) =>
    resources.every((one) => isSet('limits', name)(one) && objectAt(one, 'limits')[name] === objectAt(one, 'requests')[name]),
  );
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}
