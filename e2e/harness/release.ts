/**
 * A release of the chart, and the operator that its pods would run: no container runs on this control plane, so the process is started here,
 * with the environment of the pod's container, a token of its service account, and so exactly its rights.
 */

import { type Operator, PROGRAM, startOperator } from '@ddprofiler-rc/control-plane/operator-process';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import type { Place } from './place.ts';
import { asInPod, clusterAddress, requestToken, serviceAccountFiles } from './service-account.ts';

/** What of the chart's Deployment is looked at; as kubectl prints it. */
interface ChartDeployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly serviceAccountName: string;
        readonly containers: readonly { readonly env: readonly { readonly name: string; readonly value: string }[] }[];
      };
    };
  };
}

export async function chartDeployment({ kubectl, namespace }: Place): Promise<ChartDeployment> {
  const { items } = JSON.parse(
    await kubectl('get', 'deployments', '-n', namespace, '-l', 'app.kubernetes.io/name=ddprofiler-rc', '-o', 'json'),
  );
  if (items.length !== 1) throw new Error(`there are ${items.length} Deployments of the chart in ${namespace}, not 1`);
  return items[0];
}

/** The name by which the API server knows the operator. */
export async function userOf(place: Place): Promise<string> {
  const { spec } = await chartDeployment(place);
  return `system:serviceaccount:${place.namespace}:${spec.template.spec.serviceAccountName}`;
}

/**
 * Starts the operator of the release; its port is any free one.
 * @param program another version's
 */
export async function operatorOfRelease(place: Place, program = PROGRAM): Promise<Operator> {
  const { spec } = await chartDeployment(place);
  const { serviceAccountName, containers } = spec.template.spec;
  const environment = Object.fromEntries((containers[0]?.env ?? []).map(({ name, value }) => [name, value]));
  const address = await clusterAddress(place);
  const { hostname, port } = new URL(address.server);
  const files = await serviceAccountFiles(place, address, await requestToken(place, serviceAccountName));
  const settings = { PORT: '0', KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port || '443' };
  return startOperator({ ...environment, ...settings }, { command: [...(await asInPod(files.directory)), program] });
}

/** Waits until the pods of the release are there: what refuses them, such as Pod Security, is told by its ReplicaSet. */
export async function podsAdmitted({ kubectl, namespace }: Place): Promise<void> {
  await waitFor('the pods of the release', async () => {
    const { items } = JSON.parse(
      await kubectl('get', 'deployments', '-n', namespace, '-l', 'app.kubernetes.io/name=ddprofiler-rc', '-o', 'json'),
    );
    const [{ spec, status = {} } = { spec: {} }] = items;
    return status.readyReplicas === spec.replicas || JSON.stringify(status.conditions ?? 'no status yet');
  });
}
