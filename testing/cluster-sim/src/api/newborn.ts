import type { JsonObject } from '@ddprofiler-rc/core';
import { objectAt, stringAt, withoutValueAt } from '../json.ts';
import type { Cause, ResourceInfo } from '../kinds/index.ts';
import { safeSuffix } from '../safe-name.ts';
import type { ClusterState } from '../state.ts';
import { type Address, subjectOf } from './address.ts';
import { isTerminatingDefinition } from './custom-definition.ts';
import { isCustom } from './resource-rules.ts';
import { forbidden, notFound } from './status-error.ts';
import { born, find, type Stored } from './store.ts';
import { cause } from './write-options.ts';

/** An object that is to be created, with UID and time of birth; not stored yet. */
export interface Newborn extends Stored {
  readonly causes: readonly Cause[];
}

/** Without what only the server may set, in the namespace of the path, with a name. @throws Refusal 403, 404 */
export function newborn(state: ClusterState, address: Address, body: JsonObject, now: number): Newborn {
  const { info, namespace } = address;
  const metadata = objectAt(body, 'metadata');
  const prefix = stringAt(metadata, 'generateName') ?? '';
  const given = stringAt(metadata, 'name') ?? '';
  const name = given === '' && prefix !== '' ? `${prefix}${safeSuffix(state.uids + 1)}` : given;
  checkHome(state, address, name);
  const {
    namespace: _namespace,
    uid: _uid,
    resourceVersion: _resourceVersion,
    creationTimestamp: _creationTimestamp,
    deletionTimestamp: _deletionTimestamp,
    deletionGracePeriodSeconds: _deletionGracePeriodSeconds,
    selfLink: _selfLink,
    ...own
  } = metadata;
  const kept = info.subresources.includes('status') ? withoutValueAt(body, ['status']) : body;
  const placed = { ...own, name, ...(info.namespaced ? { namespace: namespace ?? '' } : {}) };
  const nameless = cause('Required', 'metadata.name', 'Required value: name or generateName is required');
  return { ...born(state, { ...kept, metadata: placed }, now), causes: name === '' ? [nameless] : [] };
}

function checkHome(state: ClusterState, address: Address, name: string): void {
  const { info, namespace } = address;
  const subject = subjectOf({ info, name });
  if (info.namespaced) checkNamespace(state, namespace ?? '', subject);
  if (isCustom(info) && isEnding(state, info))
    throw forbidden(subject, 'create not allowed while custom resource definition is terminating');
}

function checkNamespace(state: ClusterState, namespace: string, subject: ReturnType<typeof subjectOf>): void {
  const home = find(state, 'namespaces', undefined, namespace);
  if (home === undefined) throw notFound({ kind: 'namespaces', group: '', name: namespace });
  if (stringAt(home, 'metadata', 'deletionTimestamp') === undefined) return;
  throw forbidden(subject, `unable to create new content in namespace ${namespace} because it is being terminated`, [
    { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' },
  ]);
}

function isEnding(state: ClusterState, info: ResourceInfo): boolean {
  return isTerminatingDefinition(state, info.name);
}
