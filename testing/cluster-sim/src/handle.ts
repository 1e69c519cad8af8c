import { authorize, checkServed, verbOf } from './api/access.ts';
import { type Address, addressOf } from './api/address.ts';
import { create } from './api/create.ts';
import { deleteCollection, deleteOne } from './api/delete.ts';
import { asViewedEvents, onStoredEvents } from './api/events-view.ts';
import { get } from './api/get.ts';
import { list } from './api/list.ts';
import { patch } from './api/patch.ts';
import { Refusal } from './api/status-error.ts';
import { update } from './api/update.ts';
import { watch } from './api/watch-start.ts';
import { warned } from './api/write.ts';
import type { Exchange, Policy, Request } from './request.ts';
import type { ClusterState } from './state.ts';

/**
 * The API server: path → address, method → verb, may the user?, then the verb. A function of state, request and time; a request that is
 * refused leaves the state as it is, and is answered with a `Status`. Time is milliseconds since 1970.
 */
export function handle(state: ClusterState, request: Request, now: number, policy?: Policy): Exchange {
  const stored = onStoredEvents(request);
  if (stored === undefined) return exchanged(state, request, now, policy);
  const exchange = exchanged(state, stored, now, policy);
  return { ...exchange, answer: asViewedEvents(exchange.answer) };
}

function exchanged(state: ClusterState, request: Request, now: number, policy?: Policy): Exchange {
  const warnings: string[] = [];
  try {
    const address = addressOf(state, request.path);
    const exchange = answered(state, address, request, { now, policy, warn: (texts) => warnings.push(...texts) });
    return warnings.length === 0 ? exchange : { ...exchange, answer: warned(exchange.answer, warnings) };
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return { state, answer: warned(refusal.toAnswer(), warnings) };
  }
}

interface Circumstances {
  readonly now: number;
  readonly policy: Policy | undefined;
  warn(texts: readonly string[]): void;
}

function answered(state: ClusterState, address: Address, request: Request, circumstances: Circumstances): Exchange {
  const { now, policy } = circumstances;
  const verb = verbOf(request, address);
  authorize(policy, request, address, verb);
  checkServed(address, verb);
  const context = { address, request, ...circumstances };
  switch (verb) {
    case 'get':
      return { state, answer: get(state, address, request.query) };
    case 'list':
      return { state, answer: list(state, address, request.query) };
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
}
