/**
 * What the API server's own record says of the operators' conduct. Each operator is a user of its own there.
 *
 * | may be written | by |
 * | --- | --- |
 * | a Deployment with the name of a clone | an operator; with two, the leader alone |
 * | the binding's status, the memory, Events | likewise |
 * | a Lease | each operator |
 * | anything else | nobody |
 */
import { type AuditEntry, WRITE_VERBS } from '@ddprofiler-rc/control-plane/audit-log';

export type Conduct = {
  readonly operators: ReadonlySet<string>;
  /** Whether a Deployment of this name can be a clone. */
  readonly isCloneName: (name: string) => boolean;
  readonly namespaces: ReadonlySet<string>;
  /** The ConfigMap with the last good rules. */
  readonly memory: { readonly namespace: string; readonly name: string };
};

export const isWrite = ({ verb }: AuditEntry): boolean => WRITE_VERBS.has(verb);

export const isLease = ({ resource }: AuditEntry): boolean => resource === 'leases';

const isDeployment = ({ group, resource }: AuditEntry): boolean => group === 'apps' && resource === 'deployments';

/** Requests that nobody may send, whatever came of them: one sentence each. */
export const trespasses = (
  entries: readonly AuditEntry[],
  { operators, isCloneName, namespaces, memory }: Conduct,
): readonly string[] => {
  const mayWrite = (entry: AuditEntry): boolean => {
    const { resource, subresource, namespace, name } = entry;
    if (isDeployment(entry)) return subresource === '' && namespaces.has(namespace) && isCloneName(name);
    if (resource === 'ddprofcrds') return subresource === 'status';
    if (resource === 'configmaps') return namespace === memory.namespace && name === memory.name;
    return resource === 'events' || isLease(entry);
  };
  return entries
    .filter((entry) => operators.has(entry.user) && isWrite(entry) && !mayWrite(entry))
    .map(({ user, verb, uri, code, receivedAt }) => `${receivedAt}: ${user} sent ${verb} ${uri} (${code})`);
};

/** The most requests that came from the operators within one second, and how many in all. */
export const paceOf = (
  entries: readonly AuditEntry[],
  operators: ReadonlySet<string>,
): { readonly all: number; readonly most: number } => {
  const perSecond = new Map<string, number>();
  let all = 0;
  for (const { user, receivedAt } of entries) {
    if (!operators.has(user)) continue;
    all += 1;
    const second = receivedAt.slice(0, 19);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  }
  return { all, most: Math.max(0, ...perSecond.values()) };
};
