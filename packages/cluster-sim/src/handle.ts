import { authorize, verbOf } from './api/access.ts';
import { type Address, addressOf } from './api/address.ts';
import { create } from './api/create.ts';
import { deleteCollection, deleteOne } from './api/delete.ts';
import { patch } from './api/patch.ts';
import { get, list, watch } from './api/read.ts';
import { notAllowed, Refusal } from './api/status-error.ts';
import { update } from './api/update.ts';
import type { Exchange, Policy, Request } from './request.ts';
import type { ClusterState } from './state.ts';

/**
 * The API server: path → address, method → verb, may the user?, then the verb. A function of state, request and time; a request that is
 * refused leaves the state as it is, and is answered with a `Status`. Time is milliseconds since 1970.
 */
export function handle(state: ClusterState, request: Request, now: number, policy?: Policy): Exchange {
  try {
    const address = addressOf(state, request.path);
    const verb = verbOf(request, address);
    authorize(policy, request, address, verb);
    if (!isServed(address, verb)) throw notAllowed();
    const context = { address, request, now, policy };
    switch (verb) {
      case 'get':
        return { state, answer: get(state, address) };
      case 'list':
        return { state, answer: list(state, address, request) };
      case 'watch':
        return { state, answer: watch(state, address, request, now) };
      case 'create':
        return create(state, context);
      case 'update':
        return update(state, context);
      case 'patch':
        return patch(state, context);
      case 'delete':
        return deleteOne(state, context);
      case 'deletecollection':
        return deleteCollection(state, context);
    }
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return { state, answer: refusal.toAnswer() };
  }
}

/** Creation is for namespaced objects within a namespace only. */
function isServed({ info, namespace, subresource }: Address, verb: string): boolean {
  if (subresource !== undefined) return verb === 'get' || verb === 'update' || verb === 'patch';
  if (verb === 'create' || verb === 'deletecollection') {
    return info.verbs.includes(verb) && !(info.namespaced && namespace === undefined);
  }
  return info.verbs.includes(verb);
}
