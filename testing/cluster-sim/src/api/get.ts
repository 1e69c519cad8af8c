import type { JsonObject } from '@ddprofiler-rc/core';
import type { Answer } from '../request.ts';
import type { ClusterState } from '../state.ts';
import { type Address, subjectOf } from './address.ts';
import { type Query, revision } from './query.ts';
import { scaleOf } from './scale.ts';
import { notFound, tooLarge } from './status-error.ts';
import { find } from './store.ts';

/** One object, or a part of it. A resourceVersion asks for a state that is at least as new. @throws Refusal 404, 504 */
export function get(state: ClusterState, address: Address, query: Query): Answer {
  const asked = revision(query.resourceVersion);
  if (asked > state.revision) throw tooLarge(asked, state.revision);
  const object = existing(state, address);
  return { kind: 'whole', status: 200, body: address.subresource === 'scale' ? scaleOf(object) : object };
}

/** @throws Refusal 404 where there is none */
export function existing(state: ClusterState, address: Address): JsonObject {
  const object = find(state, address.info.name, address.namespace, address.name ?? '');
  if (object === undefined) throw notFound(subjectOf(address));
  return object;
}
