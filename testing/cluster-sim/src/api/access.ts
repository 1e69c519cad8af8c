import type { ResourceInfo } from '../kinds/index.ts';
import type { Policy, Request } from '../request.ts';
import type { Address } from './address.ts';
import { isTrue } from './query.ts';
import { isCustom } from './resource-rules.ts';
import { badRequest, forbidden, NothingServed, notAllowed, type Refusal } from './status-error.ts';

export type ApiVerb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** @throws Refusal 405 for a method that such a path does not have; of custom resources, 400 for a name that is missing */
export function verbOf({ method, query }: Request, { name, subresource, info }: Address): ApiVerb {
  switch (method) {
    case 'GET':
      if (name !== undefined) return 'get';
      return isTrue(query.watch) ? 'watch' : 'list';
    case 'POST':
      if (name !== undefined && !isCustom(info)) throw notAllowed();
      return 'create';
    case 'PUT':
      if (name === undefined) throw nameless(info);
      return 'update';
    case 'PATCH':
      if (name === undefined) throw nameless(info);
      return 'patch';
    case 'DELETE':
      if (subresource !== undefined) throw notAllowed();
      return name === undefined ? 'deletecollection' : 'delete';
  }
}

function nameless(info: ResourceInfo): Refusal {
  return isCustom(info) ? badRequest('name must be provided') : notAllowed();
}

/** @throws Refusal 403 where the policy says no */
export function authorize(policy: Policy | undefined, { user, query }: Request, address: Address, verb: ApiVerb): void {
  if (policy?.authorize === undefined) return;
  const { info, subresource } = address;
  // A list of the one object that a field selector names is asked for by that name.
  const name = address.name ?? (verb === 'list' || verb === 'watch' ? nameIn(query.fieldSelector) : undefined);
  // A namespace stands in itself.
  const namespace = info.name === 'namespaces' ? address.name : address.namespace;
  if (policy.authorize({ user, verb, resource: info.name, subresource, namespace, name })) return;
  const resource = subresource === undefined ? info.plural : `${info.plural}/${subresource}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const why = `User "${user}" cannot ${verb} resource "${resource}" in API group "${info.group}" ${where}`;
  throw forbidden({ kind: info.plural, group: info.group, ...(name === undefined ? {} : { name }) }, why);
}

function nameIn(fieldSelector: string | undefined): string | undefined {
  return /(?:^|,)metadata\.name==?([^,]+)/.exec(fieldSelector ?? '')?.[1];
}

/** Whether the resource has the verb at such an address. @throws Refusal 404, 405 */
export function checkServed({ info, namespace, subresource }: Address, verb: ApiVerb): void {
  if (subresource !== undefined) {
    if (verb !== 'get' && verb !== 'update' && verb !== 'patch') throw notAllowed();
    return;
  }
  const isAcross = info.namespaced && namespace === undefined && (verb === 'create' || verb === 'deletecollection');
  if (isAcross && isCustom(info)) throw new NothingServed();
  if (isAcross || !info.verbs.includes(verb)) throw notAllowed();
}
