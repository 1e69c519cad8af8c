/**
 * The very requests that the operator would send: the core itself decides, on the cluster's present objects. So the floor does the work that is
 * needed and no other, byte for byte, and follows the product where that changes.
 */
import {
  allKeys,
  DEFAULT_LIMITS,
  decide,
  type Event,
  evolve,
  FIELD_MANAGER,
  initialState,
  isJsonArray,
  memoryDue,
  memoryLocation,
  namespacedStreams,
  objectAt,
  rulesStream,
  type Scope,
  type State,
  type StreamId,
  splitKey,
  streamState,
  stringAt,
  writeMemory,
} from '@ddprofiler-rc/core';
import type { ApiClient } from '../cluster/api-client.ts';
import { BINDING, deploymentPath } from '../cluster/workload.ts';

export interface ApplyRequest {
  readonly path: string;
  readonly text: string;
}

const SCOPE: Scope = { binding: BINDING, namespaces: '*', limits: DEFAULT_LIMITS };

const PATHS = {
  deployments: '/apis/apps/v1/deployments',
  autoscalers: '/apis/autoscaling/v2/horizontalpodautoscalers',
  budgets: '/apis/policy/v1/poddisruptionbudgets',
} as const;

/** One apply for each clone that is to be made. */
export async function neededApplies(admin: ApiClient): Promise<readonly ApplyRequest[]> {
  let state: State = initialState(SCOPE);
  const take = async (stream: StreamId, path: string): Promise<void> => {
    state = evolve(state, await listed(admin, stream, path));
  };
  const onName = `fieldSelector=${encodeURIComponent(`metadata.name=${BINDING.name}`)}`;
  await take('binding', `/apis/crds.grove/v1/namespaces/${BINDING.namespace}/ddprofcrds?${onName}`);
  const rules = rulesStream(state);
  if (rules === undefined) throw new Error('the binding names no rules');
  await take(rules, `/api/v1/namespaces/${BINDING.namespace}/configmaps?${onName}`);
  const memory = memoryLocation(SCOPE.binding);
  const onMemory = `fieldSelector=${encodeURIComponent(`metadata.name=${memory.name}`)}`;
  await take('memory', `/api/v1/namespaces/${memory.namespace}/configmaps?${onMemory}`);
  for (const stream of namespacedStreams(SCOPE)) {
    const kind = Object.entries(PATHS).find(([name]) => stream === `${name}/*`);
    if (kind === undefined) throw new Error(`the bench does not know the stream ${stream}`);
    await take(stream, kind[1]);
  }
  state = remembered(state);
  return [...allKeys(state)].map((key) => {
    const { effect, verdict, message } = decide(state, key, Date.now());
    if (effect?.kind !== 'create') throw new Error(`${key}: expected to be created, but it is: ${verdict}, ${message}`);
    const query = new URLSearchParams({ fieldManager: FIELD_MANAGER, force: 'false' });
    return { path: `${deploymentPath(splitKey(key))}?${query}`, text: JSON.stringify(effect.intent) };
  });
}

/** As if the memory had the rules: the operator writes it before the first clone, one request for all of them, which is not part of the floor. */
function remembered(state: State): State {
  const due = memoryDue(state, Date.now());
  if (due === undefined) throw new Error('there is nothing to remember: the rules make no clone');
  const { namespace, name } = memoryLocation(SCOPE.binding);
  // Newer than the list that it is not in.
  const resourceVersion = String(BigInt(streamState(state, 'memory').resourceVersion) + 1n);
  const metadata = { namespace, name, uid: 'of no object', resourceVersion };
  return evolve(state, { type: 'remembered', object: { metadata, data: writeMemory(due) } });
}

async function listed(admin: ApiClient, stream: StreamId, path: string): Promise<Event> {
  const list = objectAt(await admin.json(path));
  const resourceVersion = stringAt(objectAt(list, 'metadata'), 'resourceVersion');
  const { items } = list;
  if (resourceVersion === undefined || !(isJsonArray(items) || items === null)) throw new Error(`${path} is no list`);
  return { type: 'listed', stream, resourceVersion, objects: items ?? [] };
}
