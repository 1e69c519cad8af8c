import type { Policy, Request } from '../request.ts';
import { type Address, subjectOf } from './address.ts';
import { isTrue } from './read.ts';
import { forbidden, notAllowed } from './status-error.ts';

export type ApiVerb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** @throws Refusal 405 for a method that such a path does not have */
export function verbOf({ method, query }: Request, { name, subresource }: Address): ApiVerb {
  switch (method) {
    case 'GET':
      if (isTrue(query.watch)) return 'watch';
      return name === undefined ? 'list' : 'get';
    case 'POST':
      if (name !== undefined) throw notAllowed();
      return 'create';
    case 'PUT':
      if (name === undefined) throw notAllowed();
      return 'update';
    case 'PATCH':
      if (name === undefined) throw notAllowed();
      return 'patch';
    case 'DELETE':
      if (subresource !== undefined) throw notAllowed();
      return name === undefined ? 'deletecollection' : 'delete';
  }
}

/** @throws Refusal 403 where the policy says no */
export function authorize(policy: Policy | undefined, { user }: Request, address: Address, verb: ApiVerb): void {
  const { info, namespace, name, subresource } = address;
  const access = { user, verb, resource: info.name, subresource, namespace, name };
  if (policy?.authorize === undefined || policy.authorize(access)) return;
  const resource = subresource === undefined ? info.plural : `${info.plural}/${subresource}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const why = `User "${user}" cannot ${verb} resource "${resource}" in API group "${info.group}" ${where}`;
  throw forbidden({ ...subjectOf(address), name: name ?? '' }, why);
}
