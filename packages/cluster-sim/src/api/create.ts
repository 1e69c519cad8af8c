import type { Exchange } from '../request.ts';
import type { ClusterState } from '../state.ts';
import { subjectOf } from './address.ts';
import { withEstablishedStatus } from './custom-definition.ts';
import { alreadyExists } from './status-error.ts';
import { find, keyOf } from './store.ts';
import { finish, newborn, readBody, type WriteContext } from './write.ts';

/** @throws Refusal 400, 403, 404, 409, 422 */
export function create(state: ClusterState, context: WriteContext): Exchange {
  const { address } = context;
  const { object: body, warnings } = readBody(context);
  const object = newborn(context, state, body);
  const [, name = ''] = keyOf(object).split('/');
  if (find(state, address.info.name, address.namespace, name) !== undefined) {
    throw alreadyExists({ ...subjectOf(address), name });
  }
  const complete = address.info.kind === 'CustomResourceDefinition' ? withEstablishedStatus(object, context.now) : object;
  return finish(state, context, { object: complete, before: undefined, isRecorded: false, warnings });
}
