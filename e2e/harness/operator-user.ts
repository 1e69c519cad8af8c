/**
 * Operators of one namespace as different users, where the cluster is ours and knows some: its audit log then tells them apart. On an existing
 * cluster all of them are the world's own service account.
 */
import type { ClusterFacts } from '@ddprofiler-rc/control-plane/cluster';
import { leaseRules, leastRules } from '@ddprofiler-rc/control-plane/rights';
import type { TestUser } from '@ddprofiler-rc/control-plane/users';
import type { World } from './world.ts';

/** Gives `user` what an operator for this binding and ConfigMap needs; the settings by which an operator runs as that user. */
export async function operatorAs(
  facts: ClusterFacts,
  world: World,
  user: TestUser,
  of: { readonly binding: string; readonly configMap: string; readonly elects?: true },
): Promise<Readonly<Record<string, string>>> {
  if (facts.kind === 'existing') return {};
  const apiGroup = 'rbac.authorization.k8s.io';
  const apiVersion = `${apiGroup}/v1`;
  const rules = [...leastRules({ namespace: world.namespace, ...of }), ...(of.elects === true ? leaseRules(of.binding) : [])];
  await world.apply({ apiVersion, kind: 'Role', metadata: { name: user }, rules });
  await world.apply({
    apiVersion,
    kind: 'RoleBinding',
    metadata: { name: user },
    roleRef: { apiGroup, kind: 'Role', name: user },
    subjects: [{ apiGroup, kind: 'User', name: user }],
  });
  return { KUBECONFIG: facts.kubeconfigs[user] };
}
