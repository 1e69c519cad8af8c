import { timestamp } from '../../api/store.ts';
import { isJsonObject, type JsonObject, listAt, numberAt, objectAt, stringAt, withValueAt } from '../../json.ts';
import { type Client, isTerminating, nameOf, namespaceOf, PODS, uidOf } from '../client.ts';
import { record } from '../record.ts';
import { isEnded, podCondition } from './condition.ts';

/** From the moment that a pod is on its node until its containers run, or their images turn out not to be there. */
const START_MS = 300;

/** From the moment that a pod is told to go until it is gone. */
const STOP_MS = 200;

const NODES = ['node-1', 'node-2', 'node-3'] as const;
const KUBELET = 'kubelet';
const HOST_IP = '192.0.2.1';

/**
 * What scheduler and nodes make of pods:
 *
 * | the pod | at once | then |
 * | --- | --- | --- |
 * | is on no node | gets one | – |
 * | is pending | – | runs and is ready, after `START_MS`; or waits for an image that cannot be |
 * | is told to go | – | is gone, after `STOP_MS` or its grace period |
 *
 * An image cannot be where its registry is in the domain `.invalid`, which RFC 2606 keeps free of hosts.
 */
export function runNodes(client: Client): void {
  for (const pod of client.list(PODS)) runPod(client, pod);
}

function runPod(client: Client, pod: JsonObject): void {
  if (isTerminating(pod)) {
    stop(client, pod);
    return;
  }
  if (isEnded(pod)) return;
  if (stringAt(pod, 'spec', 'nodeName') === undefined) {
    if (stringAt(pod, 'spec', 'schedulerName') === 'default-scheduler' && listAt(pod, 'spec', 'schedulingGates').length === 0)
      schedule(client, pod);
    return;
  }
  if (stringAt(pod, 'status', 'phase') !== 'Pending' || isWaitingForImages(pod)) return;
  if (!isDue(client, `start ${uidOf(pod)}`, START_MS)) return;
  const isPullable = listAt(pod, 'spec', 'containers').every((container) => canBePulled(stringAt(container, 'image') ?? ''));
  client.updateStatus(PODS, { ...pod, status: isPullable ? running(client, pod) : waiting(client, pod) }, KUBELET);
}

/** Whether `ms` are over since it was asked first. */
function isDue(client: Client, what: string, ms: number): boolean {
  const since = client.remembered(what) ?? client.now;
  if (client.now - since >= ms) {
    client.forget(what);
    return true;
  }
  client.remember(what, since);
  client.wakeAt(since + ms);
  return false;
}

/** Binding: it passes by those who own the pod's fields. */
function schedule(client: Client, pod: JsonObject): void {
  const node = NODES[numberOf(pod) % NODES.length] ?? NODES[0];
  const scheduled = condition('PodScheduled', 'True', client.now);
  const conditions = [
    ...listAt(pod, 'status', 'conditions').filter((one) => stringAt(one, 'type') !== 'PodScheduled'),
    scheduled,
  ];
  const bound = withValueAt(withValueAt(pod, ['spec', 'nodeName'], node), ['status', 'conditions'], conditions);
  client.store(PODS, bound);
  const message = `Successfully assigned ${namespaceOf(pod)}/${nameOf(pod)} to ${node}`;
  record(client, pod, { reason: 'Scheduled', message, component: 'default-scheduler' });
}

/** UIDs are counted here, so that pods differ by them in an even way. */
function numberOf(pod: JsonObject): number {
  return Number.parseInt(uidOf(pod).slice(-12), 16);
}

function running(client: Client, pod: JsonObject): JsonObject {
  const started = timestamp(client.now);
  const count = numberOf(pod);
  const podIP = `10.244.${(count >> 8) & 0xff}.${count & 0xff}`;
  const containers = listAt(pod, 'spec', 'containers').filter(isJsonObject);
  return {
    ...objectAt(pod, 'status'),
    phase: 'Running',
    conditions: conditions(client, pod, 'True'),
    hostIP: HOST_IP,
    hostIPs: [{ ip: HOST_IP }],
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: started,
    containerStatuses: containers.map((container) => ({
      ...statusOf(container),
      ready: true,
      started: true,
      state: { running: { startedAt: started } },
    })),
  };
}

function waiting(client: Client, pod: JsonObject): JsonObject {
  const containers = listAt(pod, 'spec', 'containers').filter(isJsonObject);
  return {
    ...objectAt(pod, 'status'),
    conditions: conditions(client, pod, 'False'),
    hostIP: HOST_IP,
    hostIPs: [{ ip: HOST_IP }],
    startTime: timestamp(client.now),
    containerStatuses: containers.map((container) => {
      const image = stringAt(container, 'image') ?? '';
      const why = canBePulled(image)
        ? { reason: 'ContainerCreating' }
        : { reason: 'ImagePullBackOff', message: `Back-off pulling image ${JSON.stringify(image)}` };
      return { ...statusOf(container), ready: false, started: false, state: { waiting: why } };
    }),
  };
}

function statusOf(container: JsonObject): JsonObject {
  const { name = '', image = '' } = container;
  return { name, image, imageID: '', lastState: {}, restartCount: 0 };
}

function conditions(client: Client, pod: JsonObject, ready: 'True' | 'False'): JsonObject[] {
  const names = listAt(pod, 'spec', 'containers').map((container) => stringAt(container, 'name') ?? '');
  const why =
    ready === 'True' ? {} : { reason: 'ContainersNotReady', message: `containers with unready status: [${names.join(' ')}]` };
  const scheduled = podCondition(pod, 'PodScheduled');
  return [
    condition('Initialized', 'True', client.now),
    { ...condition('Ready', ready, client.now), ...why },
    { ...condition('ContainersReady', ready, client.now), ...why },
    ...(scheduled === undefined ? [] : [scheduled]),
  ];
}

function condition(type: string, status: 'True' | 'False', now: number): JsonObject {
  return { type, status, lastProbeTime: null, lastTransitionTime: timestamp(now) };
}

function isWaitingForImages(pod: JsonObject): boolean {
  return listAt(pod, 'status', 'containerStatuses').some((status) => objectAt(status, 'state', 'waiting').reason !== undefined);
}

function canBePulled(image: string): boolean {
  const [host = ''] = image.split('/');
  const [name = ''] = host.split(':');
  return !image.includes('/') || !name.endsWith('.invalid');
}

function stop(client: Client, pod: JsonObject): void {
  const grace = numberAt(pod, 'metadata', 'deletionGracePeriodSeconds') ?? 0;
  if (grace > 0 && !isDue(client, `stop ${uidOf(pod)}`, Math.min(STOP_MS, grace * 1_000))) return;
  if (grace > 0) {
    client.forget(`start ${uidOf(pod)}`);
    client.delete(PODS, pod, { gracePeriodSeconds: 0 });
  }
}
