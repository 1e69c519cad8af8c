/** What the operator may do: the chart grants the same, which charts/tests/rights.test.ts shows. */
import { createHash } from 'node:crypto';
import type { AuditEntry } from './audit-log.ts';

/** Of a Role: https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-v1 */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** The names by which the rights are limited; a `World` (world.ts) is one too. */
export interface RightsOf {
  /** The binding's. */
  readonly namespace: string;
  readonly binding: string;
  /** Has the rules; where left out, it has the binding's name. */
  readonly configMap?: string;
}

/** The ConfigMap in the binding's namespace in which the operator keeps the last good rules. */
export function memoryOf({ namespace, binding }: RightsOf): string {
  return `ddprofiler-rc-last-good-${createHash('sha256').update(`${namespace}/${binding}`).digest('hex').slice(0, 16)}`;
}

/** The least that the operator needs for one binding, with the rules and the sources in the binding's namespace. */
export function leastRules(of: RightsOf): readonly PolicyRule[] {
  const { binding, configMap = binding } = of;
  return [
    { apiGroups: ['crds.grove'], resources: ['ddprofcrds'], resourceNames: [binding], verbs: ['list', 'watch'] },
    { apiGroups: [''], resources: ['configmaps'], resourceNames: [configMap], verbs: ['list', 'watch'] },
    {
      apiGroups: [''],
      resources: ['configmaps'],
      resourceNames: [memoryOf(of)],
      verbs: ['list', 'watch', 'create', 'patch'],
    },
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'] },
    { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['list', 'watch'] },
    { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: ['list', 'watch'] },
    { apiGroups: ['crds.grove'], resources: ['ddprofcrds/status'], resourceNames: [binding], verbs: ['patch'] },
    { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  ];
}

/** What it also needs for leader election: the one Lease of its binding. It is created by POST, whose URL has no name. */
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
