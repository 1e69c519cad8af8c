import type { JsonObject } from '@ddprofiler-rc/core';
import { isJsonObject, stringAt } from '../json.ts';
import type { Exchange } from '../request.ts';
import type { ClusterState } from '../state.ts';
import { existing } from './read.ts';
import { scaled, scaleOf } from './scale.ts';
import { badRequest } from './status-error.ts';
import { checkIdentity, finish, readBody, updated, type WriteContext } from './write.ts';

/** Replaces an object, its status or its scale. @throws Refusal 400, 404, 409, 422 */
export function update(state: ClusterState, context: WriteContext): Exchange {
  const { address, request } = context;
  const before = existing(state, address);
  if (address.subresource === 'scale') {
    if (!isJsonObject(request.body)) throw badRequest('the object provided is unrecognized (must be of type Scale)');
    return rescale(state, context, before, request.body);
  }
  const { object: after, warnings } = readBody(context);
  const name = stringAt(after, 'metadata', 'name');
  if (name !== undefined && name !== address.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${address.name})`);
  }
  checkIdentity(address, before, after);
  return finish(state, context, { object: updated(address, before, after), before, isRecorded: false, warnings });
}

/** The scale subresource: replicas alone are written, and a Scale is answered. */
export function rescale(state: ClusterState, context: WriteContext, before: JsonObject, scale: JsonObject): Exchange {
  checkIdentity(context.address, before, scale);
  const written = finish(state, context, { object: scaled(before, scale), before, isRecorded: false, warnings: [] });
  const { answer } = written;
  if (answer.kind !== 'whole' || !isJsonObject(answer.body)) return written;
  return { ...written, answer: { ...answer, body: scaleOf(answer.body) } };
}
