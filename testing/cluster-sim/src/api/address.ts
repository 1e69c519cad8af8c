import { allResources, type ResourceInfo, resourceOf } from '../kinds/index.ts';
import type { ClusterState } from '../state.ts';
import { isCustom } from './resource-rules.ts';
import { badRequest, NothingServed, noSuchResource, notFound, type Refusal, type Subject } from './status-error.ts';

/** What a path is about. */
export interface Address {
  readonly info: ResourceInfo;
  /** Undefined: all namespaces, or a resource without any. */
  readonly namespace: string | undefined;
  /** Undefined: the whole collection. */
  readonly name: string | undefined;
  readonly subresource: 'status' | 'scale' | undefined;
}

/**
 * | path | is |
 * | --- | --- |
 * | `/api/v1/…`, `/apis/GROUP/VERSION/…` | the core group, any other |
 * | `…/RESOURCE` | a collection, of all namespaces |
 * | `…/namespaces/NS/RESOURCE` | a collection of one namespace |
 * | `…/RESOURCE/NAME`, `…/namespaces/NS/RESOURCE/NAME` | one object |
 * | `…/NAME/status`, `…/NAME/scale` | a part of it |
 *
 * @throws Refusal 404 where nothing is served
 */
export function addressOf(state: ClusterState, path: string): Address {
  const steps = path
    .split('/')
    .filter((step) => step !== '')
    .map(decoded);
  const root = steps.shift();
  if (root !== 'api' && root !== 'apis') throw new NothingServed();
  const group = root === 'api' ? '' : steps.shift();
  const version = steps.shift();
  if (group === undefined || version === undefined) throw nothingAt(state, group);
  // `namespaces/NS` alone, or with a subresource, is the namespace itself.
  const isWithin = steps[0] === 'namespaces' && steps.length > 2 && !isPart(steps[2]);
  const namespace = isWithin ? steps[1] : undefined;
  const [plural = '', name, part, ...more] = isWithin ? steps.slice(2) : steps;
  const info = resourceOf(state, group, version, plural);
  if (info === undefined || more.length > 0 || (isWithin && !info.namespaced)) throw nothingAt(state, group);
  if (info.namespaced && name !== undefined && namespace === undefined) throw nothingAt(state, group);
  if (part === undefined) return { info, namespace, name, subresource: undefined };
  if (!isPart(part) || !info.subresources.includes(part))
    throw isCustom(info) ? notFound(subjectOf({ info, name })) : nothingAt(state, group);
  return { info, namespace, name, subresource: part };
}

/** Groups of the server's own tell it with a `Status`; all others have nobody who would. */
function nothingAt(state: ClusterState, group: string | undefined): Refusal {
  const isOwn = allResources(state).some((info) => info.group === group && !isCustom(info));
  return isOwn ? noSuchResource() : new NothingServed();
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    throw badRequest(`the path has an escape that cannot be read: ${step}`);
  }
}

/** What a message calls the object: the plural, the group, the name. */
export function subjectOf({ info, name }: Pick<Address, 'info' | 'name'>): Subject {
  const { group, plural } = info;
  return { kind: plural, group, ...(name === undefined || name === '' ? {} : { name }) };
}

/** What a validation error is about: the kind, not the plural. */
export function kindSubjectOf({ info, name }: Pick<Address, 'info' | 'name'>): Subject {
  const { group, kind } = info;
  return { kind, group, name: name ?? '' };
}

export function apiVersionOf({ group, version }: Pick<ResourceInfo, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

function isPart(step: string | undefined): step is 'status' | 'scale' {
  return step === 'status' || step === 'scale';
}
