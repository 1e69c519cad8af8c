/** What the operator may do: the chart grants the same, which charts/tests/rights.test.ts shows. */
import type { AuditEntry } from '../controlplane/audit-log.ts';

/** Of a Role: https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-v1 */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** The least that the operator needs for one binding with one ConfigMap, with sources in the binding's namespace. */
export function leastRules(binding: string, configMap: string): readonly PolicyRule[] {
  return [
    { apiGroups: ['crds.grove'], resources: ['ddprofcrds'], resourceNames: [binding], verbs: ['list', 'watch'] },
    { apiGroups: [''], resources: ['configmaps'], resourceNames: [configMap], verbs: ['list', 'watch'] },
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'] },
    { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['list', 'watch'] },
    { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: ['list', 'watch'] },
    { apiGroups: ['crds.grove'], resources: ['ddprofcrds/status'], resourceNames: [binding], verbs: ['patch'] },
    { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  ];
}

/** What it needs beside that for leader election: the one Lease of its binding. Who creates has no name yet that a rule could tell. */
export function leaseRules(binding: string): readonly PolicyRule[] {
  const leases = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
  return [
    { ...leases, resourceNames: [`ddprofiler-rc-${binding}`], verbs: ['get', 'list', 'watch', 'patch'] },
    { ...leases, verbs: ['create'] },
  ];
}

/** `verb group/resource` of all that these rules allow, names of objects left aside. */
export function accessesOf(rules: readonly PolicyRule[]): ReadonlySet<string> {
  return new Set(
    rules.flatMap(({ verbs, apiGroups, resources }) =>
      verbs.flatMap((verb) => apiGroups.flatMap((group) => resources.map((resource) => access(verb, group, resource)))),
    ),
  );
}

function access(verb: string, group: string, resource: string): string {
  return `${verb} ${group}/${resource}`;
}

/** What an entry of the audit log needed, as {@link access} has it. */
export function accessesIn({ verb, group, resource, subresource, code }: AuditEntry): readonly string[] {
  // An apply that makes its object is a patch in the log, and the API server asks for the right to create as well.
  const verbs = verb === 'patch' && code === 201 ? [verb, 'create'] : [verb];
  return verbs.map((one) => access(one, group, subresource === '' ? resource : `${resource}/${subresource}`));
}
