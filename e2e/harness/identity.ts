/**
 * Operators as different users, where the cluster is ours and knows some: its audit log then tells them apart, and each has no
 * more rights than it needs. On an existing cluster all of them are its administrator.
 */
import type { ClusterFacts } from '../controlplane/cluster.ts';
import type { TestUser } from '../controlplane/users.ts';
import type { World } from './world.ts';

/** The least an operator needs that is limited to one namespace. */
const RULES = [
  { apiGroups: ['crds.grove'], resources: ['ddprofcrds'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] },
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list', 'watch', 'create', 'patch', 'delete'] },
];

/** Gives `user` the rights of an operator in the world's namespace; the settings by which an operator runs as that user. */
export async function operatorAs(facts: ClusterFacts, world: World, user: TestUser): Promise<Readonly<Record<string, string>>> {
  if (facts.kind === 'existing') return {};
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  await world.apply({ apiVersion, kind: 'Role', metadata: { name: 'operator' }, rules: RULES });
  await world.apply({
    apiVersion,
    kind: 'RoleBinding',
    metadata: { name: user },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'operator' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
  });
  return { KUBECONFIG: facts.kubeconfigs[user] };
}
