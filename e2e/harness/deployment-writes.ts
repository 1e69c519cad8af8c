/** The API server's own count of writes to Deployments, whoever made them; those to the status are left out. */
import type { Kubectl } from '@ddprofiler-rc/control-plane/kubectl';

/** As the API server's metrics call them; APPLY is a server-side apply. */
const WRITE_VERBS: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'APPLY', 'DELETE', 'DELETECOLLECTION']);

/** Requests so far per verb and code, e.g. `{ 'APPLY 200': 12 }`. */
export type WriteCounts = Readonly<Record<string, number>>;

export async function deploymentWrites(kubectl: Kubectl): Promise<WriteCounts> {
  return countDeploymentWrites(await kubectl('get', '--raw', '/metrics'));
}

/** @param metrics Prometheus text */
function countDeploymentWrites(metrics: string): WriteCounts {
  const counts: Record<string, number> = {};
  for (const line of metrics.split('\n')) {
    if (!line.startsWith('apiserver_request_total{')) continue;
    const end = line.lastIndexOf('}');
    const labels = Object.fromEntries(
      [...line.slice(0, end).matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
    );
    const { group, resource, subresource, verb = '', code = '' } = labels;
    if (group !== 'apps' || resource !== 'deployments' || subresource !== '' || !WRITE_VERBS.has(verb)) continue;
    const name = `${verb} ${code}`;
    counts[name] = (counts[name] ?? 0) + Number(line.slice(end + 1));
  }
  return counts;
}
