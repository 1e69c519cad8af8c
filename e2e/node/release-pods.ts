/** The pods of a release, as kubectl prints them, and what they answer over HTTP. */
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import type { Place } from '../harness/place.ts';

export interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
  readonly spec: {
    readonly nodeName?: string;
    readonly hostNetwork?: boolean;
    readonly containers: readonly {
      readonly image: string;
      readonly resources?: Readonly<Record<'requests' | 'limits', { readonly memory?: string } | undefined>>;
      readonly env?: readonly { readonly name: string; readonly value?: string }[];
    }[];
  };
  readonly status: {
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly object[];
  };
}

/** Those that are, also where they are about to end. */
export async function operatorPods({ kubectl, namespace }: Place): Promise<readonly Pod[]> {
  const selector = 'app.kubernetes.io/name=ddprofiler-rc';
  return JSON.parse(await kubectl('get', 'pods', '-n', namespace, '-l', selector, '-o', 'json')).items;
}

/** Waits until there are so many, all of them Ready, and none that is about to end. */
export async function podsReady(place: Place, count: number): Promise<readonly Pod[]> {
  let pods: readonly Pod[] = [];
  await waitFor(
    `${count} pods of the release to be Ready`,
    async () => {
      pods = await operatorPods(place);
      const isGood = pods.length === count && pods.every((pod) => pod.metadata.deletionTimestamp === undefined && isReady(pod));
      return isGood || JSON.stringify(pods.map(({ metadata, status }) => [metadata.name, status]));
    },
    { deadlineMs: 100_000 },
  );
  return pods;
}

function isReady({ status }: Pod): boolean {
  return status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}

/** The body of what one of them answers to a GET, by way of the Service. */
export function serviceAnswer({ kubectl, namespace }: Place, service: string, path: string): Promise<string> {
  return kubectl('get', '--raw', `/api/v1/namespaces/${namespace}/services/${service}:http/proxy${path}`);
}
