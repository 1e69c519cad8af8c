/** What the cluster made of a Deployment: its ReplicaSets and pods. */
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import type { Deployment, World } from './world.ts';

/** On the pods of a clone, with the clone's name. */
export const CLONE_LABEL = 'ddprofiler-rc.grove/clone';

interface Listed {
  readonly metadata: {
    readonly name: string;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly { readonly uid: string }[];
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

async function list({ kubectl, namespace }: World, resource: string, ...selector: readonly string[]): Promise<readonly Listed[]> {
  return JSON.parse(await kubectl('get', resource, '-n', namespace, '-o', 'json', ...selector)).items;
}

/** Names of the ReplicaSets that belong to this very Deployment, old ones included. */
export async function replicaSetsOf(world: World, { metadata: { uid } }: Deployment): Promise<readonly string[]> {
  const all = await list(world, 'replicasets');
  return all
    .filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid))
    .map(({ metadata }) => metadata.name);
}

/** Waits until the pods that carry the clone's label are so many, and all of them Ready. */
export function eventuallyReadyPods(world: World, clone: string, count: number): Promise<void> {
  return waitFor(`${count} ready pods of ${clone}`, async () => {
    const pods = (await list(world, 'pods', '-l', `${CLONE_LABEL}=${clone}`)).filter(
      ({ metadata }) => metadata.deletionTimestamp === undefined,
    );
    const ready = pods.filter(({ status }) =>
      status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
    );
    return (pods.length === count && ready.length === count) || `there are ${pods.length}, ${ready.length} of them ready`;
  });
}
